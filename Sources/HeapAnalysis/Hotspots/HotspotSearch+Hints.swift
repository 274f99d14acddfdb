import Foundations
import ProfileModel

extension HotspotSearch {
  private static let mostHints = 5

  /// Lines that no rule names, where block sizes look like growth.
  ///
  /// Where the source is at hand it says more, and rules that read it do.
  func growthHints(_ ruleOfSample: [Int8]) -> [GrowthHint] {
    guard let arithmetic else { return [] }
    var bytes = [Double](repeating: 0, count: sites.count)
    var total = 0.0
    for (sample, rule) in ruleOfSample.enumerated() {
      let allocated = Double(saturatingMagnitude(arithmetic.allocatedBytes(ofSample: sample)))
      total += allocated
      if rule < 0, siteOfSample[sample] >= 0 { bytes[Int(siteOfSample[sample])] += allocated }
    }
    let isLarge = bytes.map { $0 > 0 && $0 >= options.minimumShare * total }
    var samplesOfSite: [Int32: [Int]] = [:]
    for (sample, rule) in ruleOfSample.enumerated() where rule < 0 {
      let site = siteOfSample[sample]
      if site >= 0, isLarge[Int(site)],
        arithmetic.isGrowth(sample: sample, depth: readings[sample].depth)
      {
        samplesOfSite[site, default: []].append(sample)
      }
    }
    var hints: [GrowthHint] = []
    for (site, samples) in samplesOfSite {
      guard let ladder = arithmetic.ladder(of: samples),
        ladder.savedBytes.interval.low >= options.minimumShare * total
      else { continue }
      hints.append(
        GrowthHint(
          function: profile.strings[sites[Int(site)].function],
          file: profile.strings[sites[Int(site)].file], line: sites[Int(site)].line,
          share: bytes[Int(site)] / total, ladder: ladder))
    }
    hints.sort {
      let saved = ($0.ladder.savedBytes.estimate, $1.ladder.savedBytes.estimate)
      if saved.0 != saved.1 { return saved.0 > saved.1 }
      return ($0.function, $0.file, $0.line) < ($1.function, $1.file, $1.line)
    }
    return Array(hints.prefix(Self.mostHints))
  }
}
