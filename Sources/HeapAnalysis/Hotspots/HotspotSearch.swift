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

  /// The function of each line, as a plain number.
  private let lineFunctions: [UInt32]

  /// The site of each sample: a row of ``sites``, or -1 without blame.
  private var siteOfSample: [Int32] = []
  private var sites: [CallSite] = []

  /// A function and line of the user's.
  private struct CallSite: Hashable {
    var function: StringID
    var file: StringID
    var line: Int64
  }

  /// A site and a rule, as one number.
  private struct SiteRule: Hashable {
    private let number: Int

    init(site: Int32, rule: Int) { number = Int(site) << 8 | rule }

    var site: Int32 { Int32(truncatingIfNeeded: number >> 8) }
    var rule: Int { number & 0xff }
    var key: UInt64 { UInt64(bitPattern: Int64(number)) }
  }

  init(_ profile: Profile, column: Int, rules: [HotspotRule], options: HotspotOptions) {
    precondition(rules.count <= HotspotRule.limit, "a rule is a bit")
    self.profile = profile
    self.column = column
    self.rules = rules
    self.options = options
    facts = FunctionFacts(profile, rules: rules, options: options)
    total = profile.samples.values[column].reduce(0) { saturatingSum($0, magnitude($1)) }
    totalMagnitude = profile.samples.values[column].reduce(0) { $0 + Double($1.magnitude) }
    columns = FootprintColumns(profile)
    lineFunctions = profile.locations.lines.map(\.function.rawValue)
    let allocated = columns.allocatedBytes.flatMap { index in
      profile.samples.values[index].contains { $0 != 0 } ? index : nil
    }
    evidenceColumn = allocated ?? column
  }

  mutating func findings() -> [Finding] {
    readStacks()
    var findings = findings(of: ruleOfEachSample())
    if let source = options.source { Self.quote(source, in: &findings) }
    return findings
  }

  private mutating func readStacks() {
    let samples = profile.samples
    let reader = StackReader(locations: profile.locations, facts: facts, rules: rules)
    let ends = samples.frameEnds
    let parts = concurrently(samples.parts()) { range in
      samples.withFrameRows { frames in
        var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
        return range.map { sample in
          defer { start = ends[sample] }
          return reader.read(frames[start..<ends[sample]])
        }
      }
    }
    readings = parts.count == 1 ? parts[0] : Array(parts.joined())
    var siteOfLine = [Int32](repeating: -1, count: profile.locations.lines.count)
    var rows: [CallSite: Int32] = [:]
    siteOfSample.reserveCapacity(samples.count)
    for reading in readings {
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

  /// Sites where enough of the bytes show that the call does what the rule says:
  /// for each site and rule that occur a row, and whether it holds.
  private func siteRulesThatHold(
    _ siteRules: RuleSet, evidence: [Int64]
  ) -> (rows: NumberRows, holds: [Bool]) {
    var rows = NumberRows()
    var shown: [(rule: Int, matched: Double, called: Double)] = []
    for (sample, reading) in readings.enumerated() {
      let called = reading.called.intersection(siteRules)
      if called.isEmpty { continue }
      let weight = Double(magnitude(evidence[sample]))
      guard weight > 0 else { continue }
      for rule in called.numbers {
        let row = rows.row(SiteRule(site: siteOfSample[sample], rule: rule).key)
        if row == shown.count { shown.append((rule, 0, 0)) }
        shown[row].called += weight
        if reading.matched.contains(.rule(rule)) { shown[row].matched += weight }
      }
    }
    let holds = shown.map { bytes in
      let needed = rules[bytes.rule].match.siteEvidence ?? 0
      return bytes.matched > 0 && bytes.matched >= needed * bytes.called
    }
    return (rows, holds)
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
    var takenRows = NumberRows()
    var taken: [(key: SiteRule, bytes: Double)] = []
    var bare = [Double](repeating: 0, count: sites.count)
    for (sample, reading) in readings.enumerated() where siteOfSample[sample] >= 0 {
      let weight = Double(magnitude(evidence[sample]))
      let rule = Int(result[sample])
      if rule >= 0, takers.contains(.rule(rule)) {
        let key = SiteRule(site: siteOfSample[sample], rule: rule)
        let row = takenRows.row(key.key)
        if row == taken.count { taken.append((key, 0)) }
        taken[row].bytes += weight
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

/// Reading the source where the user's frame is the leaf.
extension HotspotSearch {
  /// Lines with less than this part of the bytes are not worth a look.
  private static let worthReading = 0.005

  private func readSource(_ result: inout [Int8], evidence: [Int64]) {
    guard let source = options.source else { return }
    var bare = [Double](repeating: 0, count: sites.count)
    var sizes: [Int32: BlockSizes] = [:]
    var total = 0.0
    for (sample, reading) in readings.enumerated() {
      total += Double(evidence[sample].magnitude)
      guard reading.isBare, result[sample] < 0, evidence[sample] != 0 else { continue }
      let site = siteOfSample[sample]
      bare[Int(site)] += Double(evidence[sample].magnitude)
      sizes[site, default: BlockSizes(period: profile.period)].add(
        size: columns.blockSize(ofSample: sample, in: profile),
        objects: columns.allocatedObjects.map {
          magnitude(profile.samples.values[$0][sample])
        } ?? 0)
    }
    var ruleOfSite = [Int8](repeating: -1, count: sites.count)
    var files: [StringID: SourceReader?] = [:]
    for (row, site) in sites.enumerated() where bare[row] > 0 {
      guard bare[row] >= Self.worthReading * total else { continue }
      let file = files[site.file] ?? source(profile.strings[site.file]).map { SourceReader($0) }
      files[site.file] = .some(file)
      let pattern = file?.pattern(
        atLine: site.line, sizes: sizes[Int32(row)] ?? BlockSizes(period: profile.period))
      if let pattern, let rule = rules.firstIndex(where: { $0.match.source == pattern }) {
        ruleOfSite[row] = Int8(rule)
      }
    }
    for (sample, reading) in readings.enumerated() where reading.isBare && result[sample] < 0 {
      result[sample] = ruleOfSite[Int(siteOfSample[sample])]
    }
  }

  /// Copies the blamed lines out of their files.
  private static func quote(
    _ source: @Sendable (_ file: String) -> [String]?, in findings: inout [Finding]
  ) {
    var files: [String: [String]] = [:]
    for finding in findings.indices {
      for row in findings[finding].blame.indices {
        let line = findings[finding].blame[row]
        if files[line.file] == nil { files[line.file] = source(line.file) ?? [] }
        guard let text = files[line.file], line.line >= 1, line.line <= Int64(text.count) else {
          continue
        }
        let code = text[Int(line.line) - 1].drop { $0 == " " || $0 == "\t" }
        findings[finding].blame[row].sourceText = String(code)
      }
    }
  }
}

/// Collecting findings from sorted samples.
extension HotspotSearch {
  private struct SiteSum {
    var value: Int64 = 0
    var largestSample = -1
    var largestWeight: Int64 = 0
    var isReadFromSource = false
  }

  /// Samples with one path from blame to leaf.
  private struct PathSum {
    var value: Int64 = 0
    var firstSample: Int
  }

  private func findings(of ruleOfSample: [Int8]) -> [Finding] {
    // Kinds are texts: a number for each, looked up once a rule.
    let firstOfKind = rules.map { rule in rules.firstIndex { $0.kind == rule.kind } ?? 0 }
    var samplesOfKind = [[Int]](repeating: [], count: rules.count)
    for (sample, rule) in ruleOfSample.enumerated() where rule >= 0 {
      samplesOfKind[firstOfKind[Int(rule)]].append(sample)
    }
    let kinds = samplesOfKind.indices.filter { !samplesOfKind[$0].isEmpty }
    let findings = concurrently(kinds) { [samplesOfKind] first in
      finding(rules[first].kind, samples: samplesOfKind[first], ruleOfSample: ruleOfSample)
    }
    return findings.filter {
      $0.value != 0 && abs($0.share) >= options.minimumShare
    }.sorted {
      if $0.value != $1.value { return $0.value > $1.value }
      if $0.kind != $1.kind { return $0.kind.rawValue < $1.kind.rawValue }
      return ($0.blame.first?.function ?? "") < ($1.blame.first?.function ?? "")
    }
  }

  private func finding(
    _ kind: HotspotKind, samples: [Int], ruleOfSample: [Int8]
  ) -> Finding {
    var total: Int64 = 0
    var unblamed: Int64 = 0
    var siteRows = NumberRows()
    var bySite: [(site: Int32, sum: SiteSum)] = []
    var byRule = [Int64](repeating: 0, count: rules.count)
    var pathRows = NumberRows()
    var byPath: [PathSum] = []
    let values = profile.samples.values[column]
    for sample in samples {
      let value = values[sample]
      total = saturatingSum(total, value)
      let rule = Int(ruleOfSample[sample])
      byRule[rule] = saturatingSum(byRule[rule], magnitude(value))
      let path = pathRows.row(pathHash(ofSample: sample))
      if path == byPath.count { byPath.append(PathSum(firstSample: sample)) }
      byPath[path].value = saturatingSum(byPath[path].value, value)
      let site = siteOfSample[sample]
      guard site >= 0 else {
        unblamed = saturatingSum(unblamed, value)
        continue
      }
      let siteRow = siteRows.row(UInt64(site))
      if siteRow == bySite.count { bySite.append((site, SiteSum())) }
      var sum = bySite[siteRow].sum
      sum.value = saturatingSum(sum.value, value)
      if rules[rule].match.source != nil { sum.isReadFromSource = true }
      // Frames below the blamed one tell the way in; a bare sample has none.
      let weight = readings[sample].isBare ? 0 : magnitude(value)
      if weight > sum.largestWeight {
        sum.largestWeight = weight
        sum.largestSample = sample
      }
      bySite[siteRow].sum = sum
    }
    let main = byRule.indices.max { (byRule[$0], $1) < (byRule[$1], $0) } ?? 0
    let mainRule = rules[main]
    return Finding(
      kind: kind, rule: mainRule.id, title: mainRule.title, advice: mainRule.advice,
      share: share(total), value: total,
      footprint: columns.footprint(of: samples, in: profile),
      // First by value alone, as numbers: names are compared only where values are equal.
      blame: bySite.filter { $0.sum.value != 0 }
        .sorted { $0.sum.value > $1.sum.value }
        .map { blamedLine(site: $0.site, $0.sum) }
        .sorted {
          if $0.value != $1.value { return $0.value > $1.value }
          return ($0.function, $0.file, $0.line) < ($1.function, $1.file, $1.line)
        },
      unblamedShare: share(unblamed), paths: largestPaths(byPath))
  }

  private func share(_ value: Int64) -> Double {
    totalMagnitude == 0 ? 0 : Double(value) / totalMagnitude
  }

  private func blamedLine(site row: Int32, _ sum: SiteSum) -> BlamedLine {
    let site = sites[Int(row)]
    var line = BlamedLine(
      function: profile.strings[site.function], file: profile.strings[site.file], line: site.line,
      share: share(sum.value), value: sum.value)
    line.isReadFromSource = sum.isReadFromSource
    guard sum.largestSample >= 0 else { return line }
    let stack = profile.lines(ofSample: sum.largestSample)
    let depth = readings[sum.largestSample].depth
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

  /// A number for the functions from the blamed one to the leaf, direct
  /// recursion once. Nothing but a list of examples depends on it.
  private func pathHash(ofSample sample: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var left = readings[sample].depth + 1
    var last = UInt32.max
    let ends = profile.samples.frameEnds
    profile.samples.withFrameRows { frames in
      walk: for frame in (sample == 0 ? 0 : ends[sample - 1])..<ends[sample] {
        let location = Int(frames[frame])
        let start = location == 0 ? 0 : profile.locations.lineEnds[location - 1]
        for row in start..<profile.locations.lineEnds[location] {
          let function = lineFunctions[row]
          if last != function { hash = (hash ^ UInt64(function)) &* 0x100_0000_01b3 }
          last = function
          left -= 1
          if left == 0 { break walk }
        }
      }
    }
    return hash
  }

  /// The functions from the blamed one to the leaf, direct recursion once.
  private func path(ofSample sample: Int) -> [FunctionID] {
    var path: [FunctionID] = []
    let depth = readings[sample].depth + 1
    // Nobody reads thousands of names: of a longer way, the part next to the
    // blamed function stays.
    for line in profile.lines(ofSample: sample).prefix(depth).dropFirst(
      max(0, depth - Self.longestPath)) where path.last != line.function
    {
      path.append(line.function)
    }
    return path.reversed()
  }

  private static let longestPath = 256

  private func largestPaths(_ paths: [PathSum]) -> [Finding.Path] {
    paths
      .sorted { ($1.value, $0.firstSample) < ($0.value, $1.firstSample) }
      .prefix(max(0, options.pathCount))
      .map { sum in
        Finding.Path(
          functions: path(ofSample: sum.firstSample).map {
            profile.strings[profile.functions.names[$0.index]]
          },
          share: share(sum.value))
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
