import Foundations
package import Ownership
package import ProfileModel

/// Finds the wasteful patterns of a profile and the lines to blame for them.
///
/// - Parameters:
///   - column: the sample type that shares refer to.
///   - ownership: the profile's.
///   - rules: the most specific first. Only the first ``HotspotRule/limit`` of heapscope's and the
///     first ``HotspotRule/usersLimit`` of the user's count. The user's rules take precedence, but
///     take only samples of findings that are shown.
/// - Complexity: O(*n*) in the frames of all samples.
package func findHotspots(
  in profile: Profile, column: Int, ownership: Ownership,
  options: HotspotOptions = HotspotOptions(), rules: [HotspotRule] = HotspotRule.all
) -> HotspotReport {
  var report = HotspotReport()
  guard profile.samples.values.indices.contains(column) else { return report }
  report.sampleType = profile.strings[profile.sampleTypes[column].name]
  report.unit = profile.strings[profile.sampleTypes[column].unit]
  report.measure = profile.measure(ofColumn: column)
  report.sum = profile.signedSum(ofColumn: column)
  report.isEmpty = profile.isEmpty
  if report.sampleType == "alloc_space", let live = profile.column(named: "inuse_space") {
    report.liveBytes = profile.magnitude(ofColumn: live)
  }
  report.provenance = SamplingProvenance(profile)
  let sampling = HeapSampling(profile, report.provenance)
  report.period = sampling?.period
  // Nothing else needs the blind spots.
  let (blindSpots, search) = alongside {
    BlindSpots(profile, column: column, sampling: sampling)
  } _: {
    let arithmetic = FindingArithmetic(profile, column: column, sampling: sampling)
    let explained = HotspotSearch.explaining(
      profile, column: column, ownership: ownership, options: options, rules: rules,
      sampling: sampling, arithmetic: arithmetic)
    let (search, ruleOfSample, files) = (
      explained.search, explained.ruleOfSample, explained.files
    )
    (report.findings, report.suppressed) = search.findings(of: ruleOfSample, quotedFrom: files)
    if report.measure.isMemory {
      report.hints = search.lineHints(ruleOfSample)
      report.unreadShare = search.unreadShare(ruleOfSample, files)
    }
    report.sourceNotes = files?.notes ?? []
    if options.largestLineCount > 0, let live = profile.column(named: "inuse_space"),
      let allocated = profile.column(named: "alloc_space")
    {
      let count = options.largestLineCount
      report.live = search.largestLines(ofColumn: live, ownAlone: false, count: count)
      report.allocated = search.largestLines(ofColumn: allocated, ownAlone: true, count: count)
    }
    return search
  }
  report.blindSpots = blindSpots
  report.modulePath = ownership.modulePath
  report.ownCode =
    ownership.judgesStandard ? .standard : ownership.blame.isOwn.contains(true) ? .module : .none
  report.total = search.total
  return report
}

/// Assigns the samples of a profile to rules: first each stack by itself, then by what its call
/// site shows as a whole.
struct HotspotSearch {
  let profile: Profile
  let column: Int
  private(set) var rules: [HotspotRule]
  let options: HotspotOptions
  let ownership: Ownership
  let facts: FunctionFacts
  let total: Int64

  /// ``total`` without saturation, so that shares never add up to more than 1.
  let totalMagnitude: Double

  let columns: FootprintColumns
  let sampling: HeapSampling?
  let arithmetic: FindingArithmetic?

  /// The column that decides about sites: allocated bytes if there are any, since the live bytes of
  /// a printed map no longer show that it was printed.
  let evidenceColumn: Int
  private(set) var readings: [StackReading] = []

  /// The site of each sample: a row of ``sites``, or -1 without blame.
  private(set) var siteOfSample: [Int32] = []
  private var siteRows: SiteRows
  var sites: [CallSite] { siteRows.sites }

  /// The samples that call an entry of a rule, and those whose blamed frame is the leaf. Once read,
  /// most other samples no longer matter.
  private(set) var callingSamples: [Int] = []
  private(set) var bareSamples: [Int] = []

  /// A function and line of the user.
  struct CallSite: Hashable {
    var function: StringID
    var file: StringID
    var line: Int64
  }

  /// A site and a rule, packed into one number.
  struct SiteRule: Hashable {
    private let number: Int

    init(site: Int32, rule: Int) { number = Int(site) << 8 | rule }

    var site: Int32 { Int32(truncatingIfNeeded: number >> 8) }
    var rule: Int { number & 0xff }
  }

  init(
    _ profile: Profile, column: Int, rules: [HotspotRule], options: HotspotOptions,
    ownership: Ownership, sampling: HeapSampling?, arithmetic: FindingArithmetic?
  ) {
    precondition(rules.count <= HotspotRule.limit, "a rule is a bit")
    self.profile = profile
    self.column = column
    self.rules = rules
    self.options = options
    self.sampling = sampling
    self.arithmetic = arithmetic
    self.ownership = ownership
    facts = FunctionFacts(ownership, rules: rules)
    total = profile.samples.values[column].reduce(0) { saturatingSum($0, saturatingMagnitude($1)) }
    totalMagnitude = profile.samples.values[column].reduce(0) { $0 + Double($1.magnitude) }
    columns = FootprintColumns(profile)
    siteRows = SiteRows(profile)
    let allocated = columns.allocatedBytes.flatMap { index in
      profile.samples.values[index].contains { $0 != 0 } ? index : nil
    }
    evidenceColumn = allocated ?? column
  }

  /// Assigns the samples of a profile to rules: heapscope's, overridden by the user's.
  ///
  /// - Returns: the search, the rule that explains each sample (a row of its rules, or -1), and the
  ///   sources that it read.
  static func explaining(
    _ profile: Profile, column: Int, ownership: Ownership, options: HotspotOptions,
    rules: [HotspotRule], sampling: HeapSampling?, arithmetic: FindingArithmetic?
  ) -> (search: HotspotSearch, ruleOfSample: [Int8], files: SourceFiles?) {
    let userRules = Array(rules.lazy.filter(\.isUsers).prefix(HotspotRule.usersLimit))
    // What the user's rules mean, only the user knows.
    let ownRules =
      profile.measure(ofColumn: column).isMemory
      ? Array(rules.lazy.filter { !$0.isUsers }.prefix(HotspotRule.limit)) : []
    let files = options.source.map {
      SourceFiles(profile, isOwn: ownership.blame.isOwn, lookup: $0)
    }
    func newSearch(by rules: [HotspotRule]) -> HotspotSearch {
      HotspotSearch(
        profile, column: column, rules: rules, options: options,
        ownership: ownership, sampling: sampling, arithmetic: arithmetic)
    }
    var search = newSearch(by: ownRules)
    var ruleOfSample = search.explained(by: files)
    if !userRules.isEmpty {
      var users = newSearch(by: userRules)
      let taken = users.explained(by: files)
      search.adopt(users, taken, over: &ruleOfSample)
    }
    return (search, ruleOfSample, files)
  }

  /// Reads the samples, and returns the rule that explains each, or -1.
  ///
  /// - Parameter files: nil to read no source.
  private mutating func explained(by files: SourceFiles?) -> [Int8] {
    readStacks()
    if let files { stepThroughForwarders(files) }
    return ruleOfEachSample(files)
  }

  /// Gives a search by the user's rules precedence over this one, sample by sample.
  ///
  /// Other effects of those rules on a search, such as not blaming the functions that they name,
  /// stay with the samples that they take. They take none for a finding that is too small to be
  /// shown: a rules file that comes with a repository must not hide findings.
  ///
  /// - Parameters:
  ///   - taken: the user's rule that explains each sample, or -1.
  ///   - result: this search's rules on entry, and the combined ones on return.
  private mutating func adopt(_ users: HotspotSearch, _ taken: [Int8], over result: inout [Int8]) {
    let shift = Int8(users.rules.count)
    for sample in result.indices where result[sample] >= 0 { result[sample] += shift }
    rules = users.rules + rules
    let groups = findingOfRule()
    let values = profile.samples.values[column]
    var isShown = [Bool](repeating: true, count: rules.count)
    while true {
      var sums = [Int64](repeating: 0, count: rules.count)
      var isUsed = [Bool](repeating: false, count: rules.count)
      for (sample, rule) in taken.enumerated() {
        if rule >= 0, isShown[groups[Int(rule)]] {
          let group = groups[Int(rule)]
          isUsed[group] = true
          sums[group] = saturatingSum(sums[group], values[sample])
        } else if result[sample] >= 0 {
          let group = groups[Int(result[sample])]
          sums[group] = saturatingSum(sums[group], values[sample])
        }
      }
      // What one finding gives back may have made another one visible.
      let hidden = groups.indices.filter { isUsed[$0] && !isNoticeable(sums[$0]) }
      if hidden.isEmpty { break }
      for group in hidden { isShown[group] = false }
    }
    for (sample, rule) in taken.enumerated() where rule >= 0 && isShown[groups[Int(rule)]] {
      result[sample] = rule
      readings[sample] = users.readings[sample]
      let line = readings[sample].blamedLine
      siteOfSample[sample] = line < 0 ? -1 : siteRows.row(ofLine: line)
    }
  }

  private mutating func readStacks() {
    let samples = profile.samples
    let reader = StackReader(
      locations: profile.locations, facts: facts, ownership, rules: rules)
    let ends = samples.frameEnds
    var parts: [(calling: [Int], bare: [Int])] = []
    readings = [StackReading](unsafeUninitializedCapacity: samples.count) { buffer, count in
      nonisolated(unsafe) let readings = buffer
      parts = concurrently(samples.parts()) { range in
        samples.withFrameRows { frames in
          var calling: [Int] = []
          var bare: [Int] = []
          var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
          for sample in range {
            if sample + 2 < range.upperBound {
              reader.fetch(frames[ends[sample + 1]..<ends[sample + 2]])
            }
            let reading = reader.read(frames[start..<ends[sample]])
            readings.initializeElement(at: sample, to: reading)
            if !reading.called.isEmpty { calling.append(sample) }
            if reading.isBare { bare.append(sample) }
            start = ends[sample]
          }
          return (calling, bare)
        }
      }
      count = samples.count
    }
    callingSamples = parts.flatMap(\.calling)
    bareSamples = parts.flatMap(\.bare)
    siteOfSample = readings.map { reading in
      reading.blamedLine < 0 ? -1 : siteRows.row(ofLine: reading.blamedLine)
    }
  }

  /// Blames a line further up the stack of a sample.
  ///
  /// - Parameters:
  ///   - line: a row of ``LocationTable/lines``.
  ///   - depth: how many lines of the stack are below it.
  mutating func blame(line: Int, depth: Int, ofSample sample: Int) {
    readings[sample].blamedLine = line
    readings[sample].depth = depth
    readings[sample].leadThrough(profile.locations.lines[line].function)
    siteOfSample[sample] = siteRows.row(ofLine: line)
  }

  /// The rule that explains each sample, or -1.
  private func ruleOfEachSample(_ files: SourceFiles?) -> [Int8] {
    let evidence = profile.samples.values[evidenceColumn]
    let siteRules = RuleSet(rules) { $0.siteEvidence != nil }
    let (siteRuleRows, holds) = siteRulesThatHold(siteRules, evidence: evidence)

    var result = [Int8](repeating: -1, count: readings.count)
    for sample in callingSamples {
      let reading = readings[sample]
      let site = siteOfSample[sample]
      for rule in reading.called.numbers {
        var hold = Hold.matched
        if siteRules.contains(.rule(rule)) {
          hold = siteRuleRows.find(site: site, rule: rule).map { holds[$0] } ?? .nothing
        }
        guard hold == .everything || hold == .matched && reading.matched.contains(.rule(rule))
        else { continue }
        result[sample] = Int8(rule)
        break
      }
    }
    dropLadderless(&result, evidence: evidence)
    dropUngrown(&result)
    dropRareCalls(&result)
    dropWriters(&result)
    addOwnBytes(&result, evidence: evidence)
    // The user's rules never do.
    let readsSource = rules.contains { $0.match.source != nil }
    if readsSource, let files { readSource(&result, files, evidence: evidence) }
    readLadders(&result, files, evidence: evidence)
    return result
  }
}
