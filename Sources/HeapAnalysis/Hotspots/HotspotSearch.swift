package import ProfileModel
import StackGraph

/// Returns the wasteful patterns of a profile with the lines to blame for them.
///
/// - Parameters:
///   - column: the sample type that shares refer to.
/// - Complexity: O(*n*) in the frames of all samples.
package func findHotspots(
  in profile: Profile, column: Int, options: HotspotOptions = HotspotOptions()
) -> HotspotReport {
  findHotspots(in: profile, column: column, options: options, rules: HotspotRule.all)
}

/// The same with rules of the caller's choice, most specific first.
///
/// Only the first ``HotspotRule/limit`` of them count.
package func findHotspots(
  in profile: Profile, column: Int, options: HotspotOptions, rules: [HotspotRule]
) -> HotspotReport {
  var report = HotspotReport()
  guard profile.samples.values.indices.contains(column) else { return report }
  report.sampleType = profile.strings[profile.sampleTypes[column].name]
  report.unit = profile.strings[profile.sampleTypes[column].unit]
  let rules = Array(rules.prefix(HotspotRule.limit))
  report.provenance = SamplingProvenance(profile)
  let sampling = HeapSampling(profile, report.provenance)
  report.period = sampling?.period
  // Neither needs the other, and each takes a good part of reading the stacks.
  let parts: [FactPart] = concurrently([true, false]) { isOfFunctions in
    isOfFunctions
      ? .functions(FunctionFacts(profile, rules: rules, options: options))
      : .blindSpots(BlindSpots(profile, column: column, sampling: sampling))
  }
  guard case .functions(let facts) = parts[0], case .blindSpots(let blindSpots) = parts[1] else {
    preconditionFailure("parts come in their order")
  }
  report.blindSpots = blindSpots
  var search = HotspotSearch(
    profile, column: column, rules: rules, options: options, facts: facts,
    arithmetic: FindingArithmetic(profile, column: column, sampling: sampling))
  report.modulePath = search.facts.modulePath
  report.total = search.total
  (report.findings, report.hints) = search.findings()
  return report
}

private enum FactPart: Sendable {
  case functions(FunctionFacts)
  case blindSpots(BlindSpots)
}

/// Sorts the samples of a profile into rules: first each stack for itself, then
/// with what its call site shows as a whole.
struct HotspotSearch {
  let profile: Profile
  let column: Int
  let rules: [HotspotRule]
  let options: HotspotOptions
  let facts: FunctionFacts
  let total: Int64

  /// ``total`` without its limit, so that shares never add up to more than 1.
  let totalMagnitude: Double

  let columns: FootprintColumns
  let arithmetic: FindingArithmetic?

  /// What decides about sites: allocated bytes where there are any, since the
  /// live ones of a printed map no longer show that it was printed.
  let evidenceColumn: Int
  private(set) var readings: [StackReading] = []

  /// The site of each sample: a row of ``sites``, or -1 without blame.
  private(set) var siteOfSample: [Int32] = []
  private(set) var sites: [CallSite] = []

  /// A function and line of the user's.
  struct CallSite: Hashable {
    var function: StringID
    var file: StringID
    var line: Int64
  }

  /// A site and a rule, as one number.
  struct SiteRule: Hashable {
    private let number: Int

    init(site: Int32, rule: Int) { number = Int(site) << 8 | rule }

    var site: Int32 { Int32(truncatingIfNeeded: number >> 8) }
    var rule: Int { number & 0xff }
    var key: UInt64 { UInt64(bitPattern: Int64(number)) }
  }

  init(
    _ profile: Profile, column: Int, rules: [HotspotRule], options: HotspotOptions,
    facts: FunctionFacts, arithmetic: FindingArithmetic?
  ) {
    precondition(rules.count <= HotspotRule.limit, "a rule is a bit")
    self.profile = profile
    self.column = column
    self.rules = rules
    self.options = options
    self.arithmetic = arithmetic
    self.facts = facts
    total = profile.samples.values[column].reduce(0) { saturatingSum($0, magnitude($1)) }
    totalMagnitude = profile.samples.values[column].reduce(0) { $0 + Double($1.magnitude) }
    columns = FootprintColumns(profile)
    let allocated = columns.allocatedBytes.flatMap { index in
      profile.samples.values[index].contains { $0 != 0 } ? index : nil
    }
    evidenceColumn = allocated ?? column
  }

  mutating func findings() -> ([Finding], [GrowthHint]) {
    readStacks()
    let ruleOfSample = ruleOfEachSample()
    var findings = findings(of: ruleOfSample)
    if let source = options.source { Self.quote(source, in: &findings) }
    return (findings, growthHints(ruleOfSample))
  }

  private mutating func readStacks() {
    let samples = profile.samples
    let reader = StackReader(locations: profile.locations, facts: facts, rules: rules)
    let ends = samples.frameEnds
    readings = [StackReading](unsafeUninitializedCapacity: samples.count) { buffer, count in
      nonisolated(unsafe) let readings = buffer
      _ = concurrently(samples.parts()) { range in
        samples.withFrameRows { frames in
          var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
          for sample in range {
            readings.initializeElement(at: sample, to: reader.read(frames[start..<ends[sample]]))
            start = ends[sample]
          }
        }
      }
      count = samples.count
    }
    var siteRows = SiteRows(profile)
    siteOfSample = readings.map { reading in
      reading.blamedLine < 0 ? -1 : siteRows.row(ofLine: reading.blamedLine)
    }
    sites = siteRows.sites
  }

  /// The rule that explains each sample, or -1.
  private func ruleOfEachSample() -> [Int8] {
    let evidence = profile.samples.values[evidenceColumn]
    let siteRules = RuleSet(rules) { $0.siteEvidence != nil }
    let (siteRuleRows, holds) = siteRulesThatHold(siteRules, evidence: evidence)

    var result = [Int8](repeating: -1, count: readings.count)
    for (sample, reading) in readings.enumerated() where !reading.called.isEmpty {
      let site = siteOfSample[sample]
      for rule in reading.called.numbers {
        let matches =
          siteRules.contains(.rule(rule))
          ? siteRuleRows.find(SiteRule(site: site, rule: rule).key).map { holds[$0] } ?? false
          : reading.matched.contains(.rule(rule))
        guard matches else { continue }
        result[sample] = Int8(rule)
        break
      }
    }
    dropLadderless(&result, evidence: evidence)
    dropRareCalls(&result)
    addOwnBytes(&result, evidence: evidence)
    readSource(&result, evidence: evidence)
    return result
  }
}
