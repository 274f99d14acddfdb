import Foundations
import Ownership
import ProfileModel

extension HotspotSearch {
  private static let mostHints = 5

  /// A line with a smaller share is named only when its block sizes look like growth.
  private static let worthAHint = 0.05

  private static let mostSizes = 3

  /// The largest own lines that no finding names, by allocated bytes if the profile has them.
  func lineHints(_ ruleOfSample: [Int8]) -> [LineHint] {
    let evidence = profile.samples.values[evidenceColumn]
    var bytes = [Double](repeating: 0, count: sites.count)
    var total = 0.0
    for (sample, rule) in ruleOfSample.enumerated() {
      total += Double(evidence[sample].magnitude)
      let site = siteOfSample[sample]
      if rule < 0, site >= 0 { bytes[Int(site)] += Double(evidence[sample].magnitude) }
    }
    let isLarge = bytes.map { $0 > 0 && $0 >= options.minimumShare * total }
    var samplesOfSite: [Int32: [Int]] = [:]
    for (sample, rule) in ruleOfSample.enumerated() where rule < 0 && evidence[sample] != 0 {
      let site = siteOfSample[sample]
      guard site >= 0, isLarge[Int(site)] else { continue }
      if isHarness(sample) {
        bytes[Int(site)] -= Double(evidence[sample].magnitude)
      } else {
        samplesOfSite[site, default: []].append(sample)
      }
    }
    var hints: [LineHint] = []
    for (site, samples) in samplesOfSite {
      let share = bytes[Int(site)] / total
      let ladder = ladder(of: samples, worth: options.minimumShare * total)
      guard share >= max(Self.worthAHint, options.minimumShare) || ladder != nil else { continue }
      let place = sites[Int(site)]
      var hint = LineHint(
        function: profile.strings[place.function], file: profile.strings[place.file],
        line: place.line, share: share)
      hint.ladder = ladder
      hint.through = mainFunction(below: samples, evidence)
      hint.sizes = mainSizes(of: samples, evidence)
      hints.append(hint)
    }
    hints.sort {
      if $0.share != $1.share { return $0.share > $1.share }
      return ($0.function, $0.file, $0.line) < ($1.function, $1.file, $1.line)
    }
    return Array(hints.prefix(Self.mostHints))
  }

  /// Whether the blamed line calls the test harness: what `os.Exit(m.Run())` allocates is for the
  /// tests, not for the program.
  private func isHarness(_ sample: Int) -> Bool {
    let depth = readings[sample].depth
    if depth == 0 { return false }
    for (position, line) in profile.lines(ofSample: sample).enumerated() where position == depth - 1
    {
      return ownership.names[line.function.index].package == "testing"
    }
    return false
  }

  /// The share of the total that own lines allocate themselves, that no rule explains, and whose
  /// source is not available.
  func unreadShare(_ ruleOfSample: [Int8], _ files: SourceFiles?) -> Double {
    let values = profile.samples.values[column]
    var unread = [Double](repeating: 0, count: sites.count)
    for (sample, reading) in readings.enumerated() where reading.isBare && ruleOfSample[sample] < 0
    {
      unread[Int(siteOfSample[sample])] += Double(values[sample].magnitude)
    }
    var sum = 0.0
    for (row, site) in sites.enumerated() where unread[row] > 0 {
      // Source of smaller lines is never read.
      guard unread[row] >= Self.worthReading * totalMagnitude else { continue }
      if files?.text(of: site.file) == nil { sum += unread[row] }
    }
    return totalMagnitude == 0 ? 0 : sum / totalMagnitude
  }

  /// The growth ladder of a line, if allocating the final size at once saves at least this much.
  private func ladder(of samples: [Int], worth least: Double) -> GrowthLadder? {
    guard let arithmetic else { return nil }
    let growing = samples.filter {
      arithmetic.isGrowth(sample: $0, depth: readings[$0].depth)
    }
    guard let ladder = arithmetic.ladder(of: growing),
      ladder.savedBytes.interval.low >= least
    else { return nil }
    return ladder
  }

  /// The leaf with most of the line's bytes; nil when the line itself allocates them.
  private func mainFunction(below samples: [Int], _ evidence: [Int64]) -> String? {
    var bytes: [StringID?: Double] = [:]
    for sample in samples {
      let leaf =
        readings[sample].isBare
        ? nil
        : profile.leafLine(ofSample: sample).map { profile.functions.names[$0.function.index] }
      bytes[leaf, default: 0] += Double(evidence[sample].magnitude)
    }
    let largest = bytes.max { ($0.value, $0.key?.index ?? -1) < ($1.value, $1.key?.index ?? -1) }
    return largest?.key.map { profile.strings[$0] }
  }

  private func mainSizes(of samples: [Int], _ evidence: [Int64]) -> [LineHint.Size] {
    var bytes: [Int64: Double] = [:]
    for sample in samples {
      let size = columns.blockSize(ofSample: sample, in: profile)
      if size > 0 { bytes[size, default: 0] += Double(evidence[sample].magnitude) }
    }
    let total = bytes.values.reduce(0, +)
    return bytes.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(Self.mostSizes)
      .map { LineHint.Size(bytes: $0.key, share: $0.value / total) }
  }
}
