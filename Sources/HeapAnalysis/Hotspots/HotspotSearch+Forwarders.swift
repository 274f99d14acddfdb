import Foundations
import Ownership
import ProfileModel

/// Helpers that pass their arguments on, such as `debugf(format, args...)`.
extension HotspotSearch {
  /// The most helpers that call each other; ends recursion.
  private static let mostHelpers = 8

  /// Blames the callers of lines that only pass variadic arguments on. The caller determines what
  /// is printed, and each caller is judged by itself.
  mutating func stepThroughForwarders(_ files: SourceFiles) {
    let evidence = profile.samples.values[evidenceColumn]
    let total = evidence.reduce(0) { $0 + Double($1.magnitude) }
    // By site; sites that were examined stay as they are.
    var forwardees: [SourceText.Forwardee??] = []
    for _ in 0..<Self.mostHelpers {
      var bytes = [Double](repeating: 0, count: sites.count)
      for (sample, site) in siteOfSample.enumerated() where site >= 0 {
        bytes[Int(site)] += Double(evidence[sample].magnitude)
      }
      forwardees += Array(repeating: nil, count: sites.count - forwardees.count)
      for (row, site) in sites.enumerated()
      where forwardees[row] == nil && bytes[row] > 0 && bytes[row] >= Self.worthReading * total {
        forwardees[row] = .some(files.text(of: site.file)?.forwardee(atLine: site.line))
      }
      var hasMoved = false
      for (sample, site) in siteOfSample.enumerated() where site >= 0 {
        guard let forwardee = forwardees[Int(site)] ?? nil, calls(forwardee, sample),
          let place = ownLineAbove(sample)
        else { continue }
        blame(line: place.line, depth: place.depth, ofSample: sample)
        hasMoved = true
      }
      if !hasMoved { return }
    }
  }

  /// Whether the blamed line allocates through a call of this function, the only call on the line.
  private func calls(_ forwardee: SourceText.Forwardee, _ sample: Int) -> Bool {
    if forwardee.isOnlyCall { return true }
    let depth = readings[sample].depth
    if depth == 0 { return false }
    for (position, line) in profile.lines(ofSample: sample).enumerated() where position == depth - 1
    {
      let symbol = SymbolName(
        profile.strings[bytesOf: profile.functions.names[line.function.index]])
      let called = symbol.member.isEmpty ? symbol.package : symbol.member
      return called.split(separator: ".").last.map { $0 == forwardee.name } ?? false
    }
    return false
  }

  /// The line that calls the blamed one, if it is as surely the user's.
  private func ownLineAbove(_ sample: Int) -> (line: Int, depth: Int)? {
    var depth = -1
    for frame in profile.samples.frames[profile.samples.frameRange(of: sample)] {
      for line in profile.locations.lineRange(of: frame.index) {
        depth += 1
        guard depth > readings[sample].depth else { continue }
        let function = profile.locations.lines[line].function.index
        // A wrapper that the compiler made to call a method.
        if ownership.origins[function] == .generated { continue }
        return facts.blame.ranks[function] == .surest ? (line, depth) : nil
      }
    }
    return nil
  }
}
