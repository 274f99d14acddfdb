package import ProfileModel

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
package func findHotspots(
  in profile: Profile, column: Int, options: HotspotOptions, rules: [HotspotRule]
) -> HotspotReport {
  var report = HotspotReport()
  guard profile.samples.values.indices.contains(column) else { return report }
  report.sampleType = profile.strings[profile.sampleTypes[column].name]
  report.unit = profile.strings[profile.sampleTypes[column].unit]
  var search = HotspotSearch(profile, column: column, rules: rules, options: options)
  report.modulePath = search.facts.modulePath
  report.total = search.total
  report.findings = search.findings()
  return report
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
  private let totalMagnitude: Double

  private let columns: FootprintColumns

  /// What decides about sites: allocated bytes where there are any, since the
  /// live ones of a printed map no longer show that it was printed.
  private let evidenceColumn: Int
  private var readings: [StackReading] = []

  /// The site of each sample: a row of ``sites``, or -1 without blame.
  private var siteOfSample: [Int32] = []
  private var sites: [CallSite] = []

  /// A function and line of the user's.
  private struct CallSite: Hashable {
    var function: StringID
    var file: StringID
    var line: Int64
  }

  /// A site and a rule.
  private struct SiteRule: Hashable {
    var site: Int32
    var rule: Int
  }

  init(_ profile: Profile, column: Int, rules: [HotspotRule], options: HotspotOptions) {
    precondition(rules.count <= 64, "a rule is a bit")
    self.profile = profile
    self.column = column
    self.rules = rules
    self.options = options
    facts = FunctionFacts(profile, rules: rules, options: options)
    total = profile.samples.values[column].reduce(0) { saturatingSum($0, magnitude($1)) }
    totalMagnitude = profile.samples.values[column].reduce(0) { $0 + Double($1.magnitude) }
    columns = FootprintColumns(profile)
    let allocated = columns.allocatedBytes.flatMap { index in
      profile.samples.values[index].contains { $0 != 0 } ? index : nil
    }
    evidenceColumn = allocated ?? column
  }

  mutating func findings() -> [Finding] {
    readStacks()
    let ruleOfSample = ruleOfEachSample()
    return findings(of: ruleOfSample)
  }

  private mutating func readStacks() {
    let samples = profile.samples
    let reader = StackReader(locations: profile.locations, facts: facts, rules: rules)
    var siteOfLine = [Int32](repeating: -1, count: profile.locations.lines.count)
    var rows: [CallSite: Int32] = [:]
    readings.reserveCapacity(samples.count)
    siteOfSample.reserveCapacity(samples.count)
    for sample in 0..<samples.count {
      let reading = reader.read(samples.frames[samples.frameRange(of: sample)])
      readings.append(reading)
      guard reading.blamedLine >= 0 else {
        siteOfSample.append(-1)
        continue
      }
      if siteOfLine[reading.blamedLine] < 0 {
        let line = profile.locations.lines[reading.blamedLine]
        let site = CallSite(
          function: profile.functions.names[line.function.index],
          file: profile.functions.files[line.function.index], line: line.line)
        let row = rows[site] ?? Int32(sites.count)
        if row == sites.count {
          rows[site] = row
          sites.append(site)
        }
        siteOfLine[reading.blamedLine] = row
      }
      siteOfSample.append(siteOfLine[reading.blamedLine])
    }
  }

  /// The rule that explains each sample, or -1.
  private func ruleOfEachSample() -> [Int8] {
    let evidence = profile.samples.values[evidenceColumn]
    let siteRules = RuleSet(rules) { $0.siteEvidence != nil }
    let holds = siteRulesThatHold(siteRules, evidence: evidence)

    var result = [Int8](repeating: -1, count: readings.count)
    for (sample, reading) in readings.enumerated() where !reading.called.isEmpty {
      let site = siteOfSample[sample]
      for rule in reading.called.numbers {
        let matches =
          siteRules.contains(.rule(rule))
          ? holds.contains(SiteRule(site: site, rule: rule))
          : reading.matched.contains(.rule(rule))
        guard matches else { continue }
        result[sample] = Int8(rule)
        break
      }
    }
    dropLadderless(&result, evidence: evidence)
    dropRareCalls(&result)
    addOwnBytes(&result, evidence: evidence)
    return result
  }

  /// Sites where enough of the bytes show that the call does what the rule says.
  private func siteRulesThatHold(_ siteRules: RuleSet, evidence: [Int64]) -> Set<SiteRule> {
    var shown: [SiteRule: (matched: Double, called: Double)] = [:]
    for (sample, reading) in readings.enumerated() {
      let weight = Double(magnitude(evidence[sample]))
      guard weight > 0 else { continue }
      for rule in reading.called.intersection(siteRules).numbers {
        let key = SiteRule(site: siteOfSample[sample], rule: rule)
        let isMatched = reading.matched.contains(.rule(rule))
        shown[key, default: (0, 0)].called += weight
        if isMatched { shown[key, default: (0, 0)].matched += weight }
      }
    }
    var holds: Set<SiteRule> = []
    for (key, bytes) in shown {
      let needed = rules[key.rule].match.siteEvidence ?? 0
      if bytes.matched > 0, bytes.matched >= needed * bytes.called { holds.insert(key) }
    }
    return holds
  }

  /// A growing slice leaves blocks of many sizes; without them the loop body
  /// allocates something else.
  private func dropLadderless(_ result: inout [Int8], evidence: [Int64]) {
    let ladderRules = RuleSet(rules) { $0.minimumSizes > 0 }
    var sizes: [SiteRule: Set<Int64>] = [:]
    for (sample, rule) in result.enumerated() where rule >= 0 {
      guard ladderRules.contains(.rule(Int(rule))), evidence[sample] != 0 else { continue }
      let key = SiteRule(site: siteOfSample[sample], rule: Int(rule))
      sizes[key, default: []].insert(columns.blockSize(ofSample: sample, in: profile))
    }
    for (sample, rule) in result.enumerated() where rule >= 0 {
      guard ladderRules.contains(.rule(Int(rule))) else { continue }
      let key = SiteRule(site: siteOfSample[sample], rule: Int(rule))
      let seen = sizes[key]?.count ?? 0
      if seen < rules[Int(rule)].match.minimumSizes { result[sample] = -1 }
    }
  }

  /// What is fine once and wasteful per call needs objects enough to be the latter.
  private func dropRareCalls(_ result: inout [Int8]) {
    guard let objectColumn = columns.allocatedObjects ?? columns.liveObjects else { return }
    struct FunctionRule: Hashable {
      var function: StringID
      var rule: Int8
    }
    let rareRules = RuleSet(rules) { $0.minimumObjects > 0 }
    var objects: [FunctionRule: Int64] = [:]
    for (sample, rule) in result.enumerated() where rule >= 0 {
      guard rareRules.contains(.rule(Int(rule))) else { continue }
      let key = FunctionRule(function: blamedFunction(ofSample: sample), rule: rule)
      let count = magnitude(profile.samples.values[objectColumn][sample])
      objects[key] = saturatingSum(objects[key] ?? 0, count)
    }
    for (sample, rule) in result.enumerated() where rule >= 0 {
      guard rareRules.contains(.rule(Int(rule))) else { continue }
      let key = FunctionRule(function: blamedFunction(ofSample: sample), rule: rule)
      if objects[key] ?? 0 < rules[Int(rule)].match.minimumObjects { result[sample] = -1 }
    }
  }

  private func blamedFunction(ofSample sample: Int) -> StringID {
    let site = siteOfSample[sample]
    return site < 0 ? .empty : sites[Int(site)].function
  }

  /// Gives what a line allocates itself to the call that it prepares.
  ///
  /// Boxed arguments are about as large as what the call allocates; where the
  /// line's own bytes are four times that, they are something else.
  private func addOwnBytes(_ result: inout [Int8], evidence: [Int64]) {
    let takers = RuleSet(rules) { $0.takesOwnBytes }
    var taken: [SiteRule: Double] = [:]
    var bare = [Double](repeating: 0, count: sites.count)
    for (sample, reading) in readings.enumerated() where siteOfSample[sample] >= 0 {
      let weight = Double(magnitude(evidence[sample]))
      let rule = Int(result[sample])
      if rule >= 0, takers.contains(.rule(rule)) {
        taken[SiteRule(site: siteOfSample[sample], rule: rule), default: 0] += weight
      } else if rule < 0, reading.isBare {
        bare[Int(siteOfSample[sample])] += weight
      }
    }
    var best: [Int32: (rule: Int, bytes: Double)] = [:]
    for (key, bytes) in taken where bytes * 4 >= bare[Int(key.site)] && bytes > 0 {
      let old = best[key.site] ?? (Int.max, 0)
      if (bytes, old.rule) > (old.bytes, key.rule) { best[key.site] = (key.rule, bytes) }
    }
    for (sample, reading) in readings.enumerated()
    where reading.isBare && !reading.isIgnored && result[sample] < 0 {
      if let rule = best[siteOfSample[sample]]?.rule { result[sample] = Int8(rule) }
    }
  }
}

/// Collecting findings from sorted samples.
extension HotspotSearch {
  private struct Sums {
    var value: Int64 = 0
    var footprint = Footprint()

    mutating func add(_ other: Sums) {
      value = saturatingSum(value, other.value)
      footprint.add(other.footprint)
    }
  }

  private struct SiteSums {
    var sums = Sums()
    var largestSample = -1
    var largestValue: Int64 = -1
  }

  private func findings(of ruleOfSample: [Int8]) -> [Finding] {
    var findings: [Finding] = []
    var samplesOfKind: [HotspotKind: [Int]] = [:]
    for (sample, rule) in ruleOfSample.enumerated() where rule >= 0 {
      samplesOfKind[rules[Int(rule)].kind, default: []].append(sample)
    }
    for (kind, samples) in samplesOfKind {
      let finding = finding(kind, samples: samples, ruleOfSample: ruleOfSample)
      guard finding.value != 0, abs(finding.share) >= options.minimumShare else { continue }
      findings.append(finding)
    }
    return findings.sorted {
      if $0.value != $1.value { return $0.value > $1.value }
      if $0.kind != $1.kind { return $0.kind.rawValue < $1.kind.rawValue }
      return ($0.blame.first?.function ?? "") < ($1.blame.first?.function ?? "")
    }
  }

  private func finding(
    _ kind: HotspotKind, samples: [Int], ruleOfSample: [Int8]
  ) -> Finding {
    var sums = Sums()
    var unblamed: Int64 = 0
    var bySite: [Int32: SiteSums] = [:]
    var byRule = [Int64](repeating: 0, count: rules.count)
    var byPath: [[FunctionID]: Int64] = [:]
    for sample in samples {
      let value = profile.samples.values[column][sample]
      let one = Sums(value: value, footprint: columns.footprint(ofSample: sample, in: profile))
      sums.add(one)
      let rule = Int(ruleOfSample[sample])
      byRule[rule] = saturatingSum(byRule[rule], magnitude(value))
      let path = path(ofSample: sample)
      byPath[path] = saturatingSum(byPath[path] ?? 0, value)
      let site = siteOfSample[sample]
      guard site >= 0 else {
        unblamed = saturatingSum(unblamed, value)
        continue
      }
      bySite[site, default: SiteSums()].sums.add(one)
      // Paths with frames below the blamed one say more about the way in.
      let weight = readings[sample].isBare ? 0 : magnitude(value)
      if weight > bySite[site]?.largestValue ?? 0 {
        bySite[site]?.largestValue = weight
        bySite[site]?.largestSample = sample
      }
    }
    let main = byRule.indices.max { (byRule[$0], $1) < (byRule[$1], $0) } ?? 0
    let mainRule = rules[main]
    return Finding(
      kind: kind, rule: mainRule.id, title: mainRule.title, advice: mainRule.advice,
      share: share(sums.value), value: sums.value, footprint: sums.footprint,
      blame: bySite.filter { $0.value.sums.value != 0 }
        .map { blamedLine(site: $0.key, $0.value) }
        .sorted {
          if $0.value != $1.value { return $0.value > $1.value }
          return ($0.function, $0.file, $0.line) < ($1.function, $1.file, $1.line)
        },
      unblamedShare: share(unblamed), paths: largestPaths(byPath))
  }

  private func share(_ value: Int64) -> Double {
    totalMagnitude == 0 ? 0 : Double(value) / totalMagnitude
  }

  private func blamedLine(site row: Int32, _ sums: SiteSums) -> BlamedLine {
    let site = sites[Int(row)]
    var line = BlamedLine(
      function: profile.strings[site.function], file: profile.strings[site.file], line: site.line,
      share: share(sums.sums.value), value: sums.sums.value)
    guard sums.largestSample >= 0 else { return line }
    let stack = profile.lines(ofSample: sums.largestSample)
    let depth = readings[sums.largestSample].depth
    var position = 0
    for source in stack {
      let function = source.function.index
      if position == depth - 1, facts.isLogging[function] {
        line.wayIn = profile.strings[profile.functions.names[function]]
      }
      if position == depth {
        line.isThirdParty = !facts.isOwn[function]
        if !line.isThirdParty { break }
      }
      if position > depth, facts.isOwn[function] {
        line.caller = BlamedLine.Caller(
          function: profile.strings[profile.functions.names[function]],
          file: profile.strings[profile.functions.files[function]], line: source.line)
        break
      }
      position += 1
    }
    return line
  }

  /// The functions from the blamed one to the leaf, direct recursion once.
  private func path(ofSample sample: Int) -> [FunctionID] {
    var path: [FunctionID] = []
    let depth = readings[sample].depth
    // Nobody reads thousands of names: of a longer way, the part next to the
    // blamed function stays.
    var left = min(depth + 1, Self.longestPath)
    for line in profile.lines(ofSample: sample).dropFirst(depth + 1 - left) {
      if path.last != line.function { path.append(line.function) }
      left -= 1
      if left == 0 { break }
    }
    return path.reversed()
  }

  private static let longestPath = 256

  private func largestPaths(_ values: [[FunctionID]: Int64]) -> [Finding.Path] {
    values.sorted {
      if $0.value != $1.value { return $0.value > $1.value }
      return $0.key.lexicographicallyPrecedes($1.key) { $0.rawValue < $1.rawValue }
    }
    .prefix(options.pathCount)
    .map { path, value in
      Finding.Path(
        functions: path.map { profile.strings[profile.functions.names[$0.index]] },
        share: share(value))
    }
  }
}

extension RuleSet {
  /// The rules whose match satisfies a condition.
  fileprivate init(_ rules: [HotspotRule], where condition: (StackMatch) -> Bool) {
    self = []
    for (number, rule) in rules.enumerated() where condition(rule.match) { insert(.rule(number)) }
  }
}

extension Profile {
  /// The lines of a sample's stack, leaf first, inlined ones included.
  fileprivate func lines(ofSample sample: Int) -> some Sequence<SourceLine> {
    samples.frames[samples.frameRange(of: sample)].lazy.flatMap {
      locations.lines[locations.lineRange(of: $0.index)]
    }
  }
}
