import Foundations
import Ownership
import ProfileModel

/// Decides about samples by what their call site shows as a whole.
extension HotspotSearch {
  /// Which samples of a site a rule applies to.
  enum Hold { case nothing, matched, everything }

  /// Finds the sites where enough bytes show that the call does what the rule says. The result has
  /// a row for each pair of a site and a rule that occurs, and says which of its samples match.
  func siteRulesThatHold(
    _ siteRules: RuleSet, evidence: [Int64]
  ) -> (rows: SiteRuleRows, holds: [Hold]) {
    let confirmers = rules.map { rule in
      rule.match.confirmation.flatMap { other in rules.firstIndex { $0.id == other.rule } }
    }
    var looked = siteRules
    for confirmer in confirmers.compactMap(\.self) { looked.insert(.rule(confirmer)) }
    var rows = SiteRuleRows(siteCount: sites.count)
    var shown: [(key: SiteRule, matched: Double, called: Double)] = []
    for sample in callingSamples {
      let reading = readings[sample]
      let called = reading.called.intersection(looked)
      if called.isEmpty { continue }
      let weight = Double(saturatingMagnitude(evidence[sample]))
      guard weight > 0 else { continue }
      for rule in called.numbers {
        let site = siteOfSample[sample]
        let row = rows.row(site: site, rule: rule)
        if row == shown.count { shown.append((SiteRule(site: site, rule: rule), 0, 0)) }
        shown[row].called += weight
        if reading.matched.contains(.rule(rule)) { shown[row].matched += weight }
      }
    }
    let worked = workedBytes(rows, shown.map { $0.key.rule }, evidence)
    let holds = shown.enumerated().map { row, bytes -> Hold in
      let match = rules[bytes.key.rule].match
      var isShown = bytes.matched > 0 && bytes.matched >= (match.siteEvidence ?? 0) * bytes.called
      if isShown, !match.work.isEmpty {
        isShown = bytes.matched >= Self.majority * worked[row]
      }
      guard let confirmation = match.confirmation, let confirmer = confirmers[bytes.key.rule]
      else { return isShown ? .everything : match.work.isEmpty ? .nothing : .matched }
      let row = rows.find(site: bytes.key.site, rule: confirmer)
      guard let confirmed = row.map({ shown[$0].matched }), confirmed > 0 else { return .nothing }
      return isShown || confirmed >= confirmation.sufficientShare * bytes.called
        ? .everything : .nothing
    }
    return (rows, holds)
  }

  private static let majority = 0.6

  /// By row of a site and a rule: the bytes below functions that begin work on a value.
  private func workedBytes(
    _ rows: SiteRuleRows, _ ruleOfRow: [Int], _ evidence: [Int64]
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: ruleOfRow.count)
    let working = RuleSet(rules) { !$0.work.isEmpty }
    var present = RuleSet()
    for rule in ruleOfRow { present.insert(.rule(rule)) }
    let looked = working.intersection(present)
    if looked.isEmpty { return sums }
    // By function: the rules whose work it begins.
    var table = FramePatternTable()
    for rule in looked.numbers { table.add(rules[rule].match.work, at: rule) }
    var begins = [RuleSet](repeating: [], count: profile.functions.count)
    for function in begins.indices where table.hasPatterns(of: ownership.names[function].package) {
      table.forEachPlace(of: ownership.names[function]) { begins[function].insert(.rule($0)) }
    }
    let lines = profile.locations.lines
    for sample in callingSamples {
      let called = readings[sample].called.intersection(looked)
      if called.isEmpty { continue }
      var left = readings[sample].depth
      var found = RuleSet()
      for frame in profile.samples.frames[profile.samples.frameRange(of: sample)] where left > 0 {
        for line in lines[profile.locations.lineRange(of: frame.index)].prefix(left) {
          found.formUnion(begins[line.function.index])
          left -= 1
        }
      }
      for rule in found.intersection(called).numbers {
        if let row = rows.find(site: siteOfSample[sample], rule: rule) {
          sums[row] += Double(saturatingMagnitude(evidence[sample]))
        }
      }
    }
    return sums
  }

  /// Drops sites without blocks of many sizes, which a growing slice leaves: there the loop body
  /// allocates something else.
  func dropLadderless(_ result: inout [Int8], evidence: [Int64]) {
    for (key, samples) in samplesOfSites(result, of: RuleSet(rules) { $0.minimumSizes > 0 }) {
      let sizes = Set(
        samples.lazy.filter { evidence[$0] != 0 }
          .map { columns.blockSize(ofSample: $0, in: profile) })
      guard sizes.count < rules[key.rule].match.minimumSizes else { continue }
      for sample in samples { result[sample] = -1 }
    }
  }

  /// Drops first buckets of small maps, which are no growth.
  func dropUngrown(_ result: inout [Int8]) {
    guard let sampling, let objectColumn = columns.allocatedObjects else { return }
    for samples in samplesOfSites(result, of: RuleSet(rules) { $0.mustHaveGrown }).values {
      let sizes = Set(samples.map { columns.blockSize(ofSample: $0, in: profile) })
      guard let size = sizes.first, sizes.count == 1, size <= Self.largestFirstBucket,
        let objects = sampling.sum(of: samples, column: objectColumn, in: profile), !objects.isWeak
      else { continue }
      for sample in samples { result[sample] = -1 }
    }
  }

  /// Eight keys and values of up to 128 bytes (larger ones are stored elsewhere), and the runtime's
  /// own data beside them.
  private static let largestFirstBucket: Int64 = 8 * (128 + 128) + 64

  private func samplesOfSites(_ result: [Int8], of looked: RuleSet) -> [SiteRule: [Int]] {
    var samples: [SiteRule: [Int]] = [:]
    for sample in callingSamples where result[sample] >= 0 {
      let rule = Int(result[sample])
      guard looked.contains(.rule(rule)) else { continue }
      samples[SiteRule(site: siteOfSample[sample], rule: rule), default: []].append(sample)
    }
    return samples
  }

  /// Drops calls with few objects: they are fine once and wasteful only when repeated.
  func dropRareCalls(_ result: inout [Int8]) {
    // Without a column of objects, nothing can be decided.
    guard columns.allocatedObjects ?? columns.liveObjects != nil else { return }
    struct FunctionRule: Hashable {
      var function: StringID
      var rule: Int8
    }
    let rareRules = RuleSet(rules) { $0.minimumObjects > 0 }
    var samples: [FunctionRule: [Int]] = [:]
    for sample in callingSamples where result[sample] >= 0 {
      let rule = result[sample]
      guard rareRules.contains(.rule(Int(rule))) else { continue }
      samples[FunctionRule(function: blamedFunction(ofSample: sample), rule: rule), default: []]
        .append(sample)
    }
    for (key, samples) in samples
    where fewestObjects(of: samples) < rules[Int(key.rule)].match.minimumObjects {
      for sample in samples { result[sample] = -1 }
    }
  }

  /// Drops writers that wrap another one, such as `func (w *countingWriter) Write(p []byte) (int,
  /// error)`.
  func dropWriters(_ result: inout [Int8]) {
    let looked = RuleSet(rules) { $0.isNotOfWriters }
    for (key, samples) in samplesOfSites(result, of: looked) where key.site >= 0 {
      let function = SymbolName(profile.strings[bytesOf: sites[Int(key.site)].function])
      // A method, by the last part of its name.
      guard let dot = function.member.lastIndex(of: "."),
        Self.writing.contains(function.member[dot...].dropFirst())
      else { continue }
      for sample in samples { result[sample] = -1 }
    }
  }

  /// The methods of `io.Writer`, `io.StringWriter`, `io.ByteWriter` and `io.ReaderFrom`.
  private static let writing: Set<Substring> = ["Write", "WriteString", "WriteByte", "ReadFrom"]

  /// The smallest number of objects that some samples stand for, as far as the sampling shows.
  func fewestObjects(of samples: [Int]) -> Int64 {
    guard let column = columns.allocatedObjects ?? columns.liveObjects else { return 0 }
    guard let sum = sampling?.sum(of: samples, column: column, in: profile) else {
      let values = profile.samples.values[column]
      return samples.reduce(0) { saturatingSum($0, saturatingMagnitude(values[$1])) }
    }
    // However many objects it stands for, one sampled object may have been the only one.
    return sum.sampledObjects < 2 ? 1 : Int64(nearest: sum.interval.low)
  }

  private func blamedFunction(ofSample sample: Int) -> StringID {
    let site = siteOfSample[sample]
    return site < 0 ? .empty : sites[Int(site)].function
  }

  /// Gives a line's own allocations to the call that they prepare.
  ///
  /// Boxed arguments are about as large as what the call allocates. When the line's own bytes are
  /// four times that, they are something else.
  func addOwnBytes(_ result: inout [Int8], evidence: [Int64]) {
    let takers = RuleSet(rules) { $0.takesOwnBytes }
    var takenRows = SiteRuleRows(siteCount: sites.count)
    var taken: [(key: SiteRule, bytes: Double)] = []
    for sample in callingSamples where siteOfSample[sample] >= 0 {
      let rule = Int(result[sample])
      guard rule >= 0, takers.contains(.rule(rule)) else { continue }
      let site = siteOfSample[sample]
      let row = takenRows.row(site: site, rule: rule)
      if row == taken.count { taken.append((SiteRule(site: site, rule: rule), 0)) }
      taken[row].bytes += Double(saturatingMagnitude(evidence[sample]))
    }
    var bare = [Double](repeating: 0, count: sites.count)
    for sample in bareSamples where result[sample] < 0 && siteOfSample[sample] >= 0 {
      bare[Int(siteOfSample[sample])] += Double(saturatingMagnitude(evidence[sample]))
    }
    var best = [(rule: Int, bytes: Double)](repeating: (.max, 0), count: sites.count)
    for (key, bytes) in taken where bytes * 4 >= bare[Int(key.site)] && bytes > 0 {
      let old = best[Int(key.site)]
      if (bytes, old.rule) > (old.bytes, key.rule) { best[Int(key.site)] = (key.rule, bytes) }
    }
    for sample in bareSamples where result[sample] < 0 && !readings[sample].isIgnored {
      let site = siteOfSample[sample]
      guard site >= 0, best[Int(site)].rule < .max else { continue }
      result[sample] = Int8(best[Int(site)].rule)
    }
  }
}

extension RuleSet {
  /// The rules whose match satisfies a condition.
  init(_ rules: [HotspotRule], where condition: (StackMatch) -> Bool) {
    self = []
    for (number, rule) in rules.enumerated() where condition(rule.match) { insert(.rule(number)) }
  }
}
