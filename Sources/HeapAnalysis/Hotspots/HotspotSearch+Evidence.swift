import ProfileModel

/// What a call site shows as a whole decides about its samples.
extension HotspotSearch {
  /// Sites where enough of the bytes show that the call does what the rule says:
  /// for each site and rule that occur a row, and whether it holds.
  func siteRulesThatHold(
    _ siteRules: RuleSet, evidence: [Int64]
  ) -> (rows: NumberRows, holds: [Bool]) {
    let confirmers = rules.map { rule in
      rule.match.confirmation.flatMap { other in rules.firstIndex { $0.id == other.rule } }
    }
    var looked = siteRules
    for confirmer in confirmers.compactMap(\.self) { looked.insert(.rule(confirmer)) }
    var rows = NumberRows()
    var shown: [(key: SiteRule, matched: Double, called: Double)] = []
    for (sample, reading) in readings.enumerated() {
      let called = reading.called.intersection(looked)
      if called.isEmpty { continue }
      let weight = Double(magnitude(evidence[sample]))
      guard weight > 0 else { continue }
      for rule in called.numbers {
        let key = SiteRule(site: siteOfSample[sample], rule: rule)
        let row = rows.row(key.key)
        if row == shown.count { shown.append((key, 0, 0)) }
        shown[row].called += weight
        if reading.matched.contains(.rule(rule)) { shown[row].matched += weight }
      }
    }
    let holds = shown.map { bytes in
      let match = rules[bytes.key.rule].match
      let isShown = bytes.matched > 0 && bytes.matched >= (match.siteEvidence ?? 0) * bytes.called
      guard let confirmation = match.confirmation, let confirmer = confirmers[bytes.key.rule]
      else { return isShown }
      let row = rows.find(SiteRule(site: bytes.key.site, rule: confirmer).key)
      guard let confirmed = row.map({ shown[$0].matched }), confirmed > 0 else { return false }
      return isShown || confirmed >= confirmation.sufficientShare * bytes.called
    }
    return (rows, holds)
  }

  /// A growing slice leaves blocks of many sizes; without them the loop body
  /// allocates something else.
  func dropLadderless(_ result: inout [Int8], evidence: [Int64]) {
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
  func dropRareCalls(_ result: inout [Int8]) {
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
  func addOwnBytes(_ result: inout [Int8], evidence: [Int64]) {
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

extension RuleSet {
  /// The rules whose match satisfies a condition.
  init(_ rules: [HotspotRule], where condition: (StackMatch) -> Bool) {
    self = []
    for (number, rule) in rules.enumerated() where condition(rule.match) { insert(.rule(number)) }
  }
}
