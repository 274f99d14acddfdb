import Foundations
import Ownership
import ProfileModel

/// The lines with the most of a sample type, whatever they do, without the profiler's own work.
package struct LargestLines: Sendable, Equatable {
  /// A line of the user's, or a function that allocates without one above it.
  package struct Row: Sendable, Equatable {
    /// Empty for samples without a stack.
    package var function: String
    package var file: String

    /// 0 where the row is a function, or the line is unknown.
    package var line: Int64
    package var isOwn: Bool

    /// The own helper that prints what the line passes to it.
    package var helper: BlamedLine.Caller?
    package var value: Int64

    /// The share of the whole sample type.
    package var share: Double

    /// The figure rests on too few samples; nil when unknown.
    package var isWeak: Bool?
  }

  /// Largest first.
  package var rows: [Row] = []

  /// What the handlers that write profiles allocated for them.
  package var profilersValue: Int64 = 0
}

extension HotspotSearch {
  private struct Key: Hashable {
    var site: Int32
    var function: FunctionID?
    var helperLine = -1
  }

  /// - Parameters:
  ///   - column: of values that are amounts.
  ///   - ownAlone: leaves out everything that is not the user's.
  func largestLines(ofColumn column: Int, ownAlone: Bool, count: Int) -> LargestLines {
    let values = profile.samples.values[column]
    var result = LargestLines()
    var samplesOfRow: [Key: [Int]] = [:]
    var total = 0.0
    for (sample, value) in values.enumerated() where value != 0 {
      total += Double(value.magnitude)
      if readings[sample].isIgnored {
        result.profilersValue = saturatingSum(result.profilersValue, value)
        continue
      }
      let place = place(ofSample: sample)
      if ownAlone, place.site < 0 || !isOwn(site: place.site, sample) { continue }
      samplesOfRow[place, default: []].append(sample)
    }
    let rows = samplesOfRow.map { key, samples in
      (key: key, samples: samples, value: samples.reduce(0) { saturatingSum($0, values[$1]) })
    }
    var texts = SharedTexts(profile.strings)
    let named = leading(count, of: rows) {
      if $0.value != $1.value { return $0.value > $1.value }
      return ($0.samples[0]) < ($1.samples[0])
    }
    result.rows = named.map { key, samples, value in
      var row = row(key, samples[0], &texts)
      row.value = value
      row.share = total == 0 ? 0 : Double(value) / total
      row.isWeak = sampling?.sum(of: samples, column: column, in: profile)?.isWeak
      return row
    }
    return result
  }

  private func isOwn(site: Int32, _ sample: Int) -> Bool {
    let line = readings[sample].blamedLine
    return line >= 0 && facts.blame.isOwn[profile.locations.lines[line].function.index]
  }

  /// The row that a sample belongs to.
  private func place(ofSample sample: Int) -> Key {
    let site = siteOfSample[sample]
    guard site >= 0 else {
      return Key(site: -1, function: profile.leafLine(ofSample: sample)?.function)
    }
    if printHelper(ofSample: sample), let caller = ownCallerLine(ofSample: sample) {
      return Key(site: site, function: nil, helperLine: caller)
    }
    return Key(site: site, function: nil)
  }

  private func row(_ key: Key, _ sample: Int, _ texts: inout SharedTexts) -> LargestLines.Row {
    var row = LargestLines.Row(
      function: "", file: "", line: 0, isOwn: false, helper: nil, value: 0, share: 0, isWeak: nil)
    guard key.site >= 0 else {
      row.function = key.function.map { texts[profile.functions.names[$0.index]] } ?? ""
      return row
    }
    var site = sites[Int(key.site)]
    row.isOwn = isOwn(site: key.site, sample)
    if key.helperLine >= 0 {
      row.helper = caller(site, value: 0, &texts)
      site = self.site(of: profile.locations.lines[key.helperLine])
    }
    row.function = texts[site.function]
    row.file = texts[site.file]
    row.line = site.line
    return row
  }
}
