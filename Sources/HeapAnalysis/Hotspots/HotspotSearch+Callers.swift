import Foundations
import Ownership
import ProfileModel

/// Finds the callers of blamed lines. Only the lines of findings are searched, when the finding is
/// made.
extension HotspotSearch {
  /// The number of callers kept.
  private static let mostCallers = 8

  /// Adds the nearest own callers of blamed lines.
  ///
  /// - Parameters:
  ///   - lines: some of the lines to blame, with their sites.
  ///   - samples: those of the finding.
  func addCallers(to lines: inout [(site: Int32, line: BlamedLine)], samples: [Int]) {
    var rowOfSite = [Int32](repeating: -1, count: sites.count)
    for (row, line) in lines.enumerated() { rowOfSite[Int(line.site)] = Int32(row) }
    var sums = [[CallSite: Int64]](repeating: [:], count: lines.count)
    let values = profile.samples.values[column]
    for sample in samples where siteOfSample[sample] >= 0 {
      let row = rowOfSite[Int(siteOfSample[sample])]
      guard row >= 0, let caller = ownCaller(ofSample: sample) else { continue }
      sums[Int(row)][caller, default: 0] = saturatingSum(
        sums[Int(row)][caller] ?? 0, values[sample])
    }
    var texts = SharedTexts(profile.strings)
    for row in lines.indices {
      let callers = sums[row].filter { $0.value != 0 }.map {
        caller($0.key, value: $0.value, &texts)
      }
      lines[row].line.callers = leading(Self.mostCallers, of: callers) {
        if abs($0.share) != abs($1.share) { return abs($0.share) > abs($1.share) }
        if $0.share != $1.share { return $0.share > $1.share }
        return ($0.function, $0.file, $0.line) < ($1.function, $1.file, $1.line)
      }
    }
  }

  /// The nearest own line above the blamed one, skipping direct recursion.
  private func ownCaller(ofSample sample: Int) -> CallSite? {
    ownCallerLine(ofSample: sample).map { site(of: profile.locations.lines[$0]) }
  }

  /// The same, as a row of the table of lines.
  func ownCallerLine(ofSample sample: Int) -> Int? {
    var left = readings[sample].depth
    let blamed = sites[Int(siteOfSample[sample])].function
    for frame in profile.samples.frames[profile.samples.frameRange(of: sample)] {
      for line in profile.locations.lineRange(of: frame.index) {
        left -= 1
        if left >= -1 { continue }
        let function = profile.locations.lines[line].function.index
        if facts.blame.isOwn[function], profile.functions.names[function] != blamed {
          return line
        }
      }
    }
    return nil
  }

  func site(of line: SourceLine) -> CallSite {
    CallSite(
      function: profile.functions.names[line.function.index],
      file: profile.functions.files[line.function.index], line: line.line)
  }

  func caller(
    _ site: CallSite, value: Int64, _ texts: inout SharedTexts
  ) -> BlamedLine.Caller {
    BlamedLine.Caller(
      function: texts[site.function], file: texts[site.file], line: site.line, share: share(value))
  }
}
