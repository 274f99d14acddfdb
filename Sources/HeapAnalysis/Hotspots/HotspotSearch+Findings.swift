import Ownership
import Foundations
import ProfileModel

/// Collects findings from classified samples.
extension HotspotSearch {
  private struct SiteSum {
    var value: Int64 = 0
    var largestSample = -1
    var largestWeight: Int64 = 0
    var isReadFromSource = false
  }

  /// The samples with one path from blame to leaf.
  struct PathSum {
    var value: Int64 = 0
    var firstSample: Int
  }

  /// By rule: the first rule of its finding. A finding has all rules of a kind, except suppressed
  /// ones, which have a finding of their own.
  func findingOfRule() -> [Int] {
    // Kinds are texts, so each gets a number, looked up once per rule.
    let isSuppressed = rules.map(isSuppressed)
    return rules.indices.map { rule in
      rules.indices.first {
        rules[$0].kind == rules[rule].kind && isSuppressed[$0] == isSuppressed[rule]
      } ?? rule
    }
  }

  private func isSuppressed(_ rule: HotspotRule) -> Bool {
    options.suppressed.contains(rule.id) || options.suppressed.contains(rule.kind.rawValue)
  }

  /// Whether a finding with this sum is shown.
  func isNoticeable(_ value: Int64) -> Bool {
    value != 0 && abs(share(value)) >= options.minimumShare
  }

  /// Returns the findings, and those that are suppressed.
  func findings(
    of ruleOfSample: [Int8], quotedFrom files: SourceFiles?
  ) -> (shown: [Finding], suppressed: [Finding]) {
    let firstOfKind = findingOfRule()
    var samplesOfKind = [[Int]](repeating: [], count: rules.count)
    for (sample, rule) in ruleOfSample.enumerated() where rule >= 0 {
      samplesOfKind[firstOfKind[Int(rule)]].append(sample)
    }
    let kinds = samplesOfKind.indices.filter { !samplesOfKind[$0].isEmpty }
    let findings = concurrently(kinds) { [samplesOfKind] first in
      finding(rules[first].kind, samples: samplesOfKind[first], ruleOfSample: ruleOfSample)
    }
    var shown: [Finding] = []
    var suppressed: [Finding] = []
    for (first, finding) in zip(kinds, findings) where isNoticeable(finding.value) {
      if isSuppressed(rules[first]) { suppressed.append(finding) } else { shown.append(finding) }
    }
    if let files { Self.quote(files, in: &shown) }
    return (shown.sorted(by: Self.isBefore), suppressed.sorted(by: Self.isBefore))
  }

  private static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
    // In a difference, what shrank is listed beside what grew.
    let magnitudes = (saturatingMagnitude(left.value), saturatingMagnitude(right.value))
    if magnitudes.0 != magnitudes.1 { return magnitudes.0 > magnitudes.1 }
    if left.value != right.value { return left.value > right.value }
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    return (left.blame.first?.function ?? "") < (right.blame.first?.function ?? "")
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
      byRule[rule] = saturatingSum(byRule[rule], saturatingMagnitude(value))
      let path = pathRows.row(readings[sample].pathHash)
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
      // Frames below the blamed one show the way in; a bare sample has none.
      let weight = readings[sample].isBare ? 0 : saturatingMagnitude(value)
      if weight > sum.largestWeight {
        sum.largestWeight = weight
        sum.largestSample = sample
      }
      bySite[siteRow].sum = sum
    }
    let main = byRule.indices.max { (byRule[$0], $1) < (byRule[$1], $0) } ?? 0
    let mainRule = rules[main]
    var lines = mostBlamed(bySite.filter { $0.sum.value != 0 })
    addCallers(to: &lines, samples: samples)
    var finding = Finding(
      kind: kind, rule: mainRule.id, title: mainRule.title, advice: mainRule.advice,
      share: share(total), value: total,
      footprint: columns.footprint(of: samples, in: profile),
      blame: lines.map(\.line),
      unblamedShare: share(unblamed), paths: largestPaths(byPath))
    finding.lineCount = bySite.count { $0.sum.value != 0 }
    addArithmetic(to: &finding, samples: samples, sites: lines.map(\.site))
    return finding
  }

  /// The requested number of lines to blame, largest first.
  private func mostBlamed(
    _ bySite: [(site: Int32, sum: SiteSum)]
  ) -> [(site: Int32, line: BlamedLine)] {
    // First by value alone: names are compared only when they decide.
    let count = options.lineCount ?? bySite.count
    let magnitudes = bySite.map { saturatingMagnitude($0.sum.value) }
    let least = count < bySite.count ? leading(count, of: magnitudes, by: >).last : nil
    var texts = SharedTexts(profile.strings)
    let lines = zip(bySite, magnitudes).filter { $0.1 >= least ?? .min }
      .sorted { $0.1 > $1.1 }.map(\.0)
      .map { (site: $0.site, line: blamedLine(site: $0.site, $0.sum, &texts)) }
      .sorted {
        let values = ($0.line.value, $1.line.value)
        let magnitudes = (saturatingMagnitude(values.0), saturatingMagnitude(values.1))
        if magnitudes.0 != magnitudes.1 { return magnitudes.0 > magnitudes.1 }
        if values.0 != values.1 { return values.0 > values.1 }
        return ($0.line.function, $0.line.file, $0.line.line)
          < ($1.line.function, $1.line.file, $1.line.line)
      }
    return Array(lines.prefix(count))
  }

  /// How many lines of a finding get arithmetic of their own.
  private static let closeLines = 4

  private func addArithmetic(to finding: inout Finding, samples: [Int], sites: [Int32]) {
    guard let arithmetic, abs(finding.share) >= options.minimumShare else { return }
    finding.error = arithmetic.error(of: samples)
    let close = sites.prefix(Self.closeLines)
    var samplesOfSite: [Int32: [Int]] = [:]
    for sample in samples where close.contains(siteOfSample[sample]) {
      samplesOfSite[siteOfSample[sample], default: []].append(sample)
    }
    for (row, site) in close.enumerated() {
      finding.blame[row].arithmetic = arithmetic.line(of: samplesOfSite[site] ?? []) {
        readings[$0].depth
      }
    }
  }

  func share(_ value: Int64) -> Double {
    totalMagnitude == 0 ? 0 : Double(value) / totalMagnitude
  }

  private func blamedLine(
    site row: Int32, _ sum: SiteSum, _ texts: inout SharedTexts
  ) -> BlamedLine {
    let site = sites[Int(row)]
    var line = BlamedLine(
      function: texts[site.function], file: texts[site.file], line: site.line,
      share: share(sum.value), value: sum.value)
    line.isReadFromSource = sum.isReadFromSource
    guard sum.largestSample >= 0 else { return line }
    let depth = readings[sum.largestSample].depth
    var below: SourceLine?
    for (position, source) in profile.lines(ofSample: sum.largestSample).enumerated() {
      let function = source.function.index
      if position == depth { line.isThirdParty = !facts.blame.isOwn[function] }
      if position == depth || facts.blame.ranks[function] == .surest {
        if line.wayIn == nil, let below, facts.isLogging[below.function.index] {
          line.wayIn = texts[profile.functions.names[below.function.index]]
        }
        if position < depth {
          line.forwarders.append(caller(self.site(of: source), value: sum.value, &texts))
        }
      }
      if position == depth { break }
      below = source
    }
    line.forwarders.reverse()
    line.isPrintHelper = printHelper(ofSample: sum.largestSample)
    return line
  }
}
