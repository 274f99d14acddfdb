import Pictures
import HeapAnalysis
import Ownership
import ProfileBytes
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

/// Two profiles from one input: sums, differences, comparison, trend, and what `watch` shows.
///
/// The first two bytes are the length of the first profile. Whatever is no profile is replaced by
/// the other one.
@Sendable func fuzzSeries(_ bytes: [UInt8]) {
  guard bytes.count > 2 else { return }
  let length = Int(bytes[0]) | Int(bytes[1]) << 8
  let rest = bytes.dropFirst(2)
  let cut = rest.index(rest.startIndex, offsetBy: min(length, rest.count))
  let parts = (readForReports(rest[..<cut]), readForReports(rest[cut...]))
  guard let before = parts.0 ?? parts.1, let after = parts.1 ?? parts.0 else { return }

  if let sum = try? merged([before, after]) { check(sum, before, after, sign: 1) }
  for normalizes in [false, true] {
    let both = try? difference(after, base: before, marksBase: true, normalizes: normalizes)
    if let both {
      if !normalizes { check(both, after, before, sign: -1) }
      if let selection = try? Selection(both, SelectionOptions()) {
        checkDocument(TopReport(ReportContext(selection)).document(), "top of a difference")
        _ = TagsReport(ReportContext(selection)).text()
      }
    }
    _ = try? difference(after, base: before, marksBase: false, normalizes: normalizes)
  }
  compare(before, after)
  snapshots(before, after)
  follow(before, after)
}

/// Checks that each common sample type of the three adds up.
private func check(_ sum: Profile, _ first: Profile, _ second: Profile, sign: Int128) {
  if let problem = sum.inconsistency { fail("a sum is inconsistent: \(problem)") }
  for column in sum.sampleTypes.indices {
    let name = sum.sampleTypeName(column)
    guard let left = first.column(named: name), let right = second.column(named: name),
      [first, second, sum].allSatisfy({
        $0.sampleTypes.count == Set($0.sampleTypes.map(\.name)).count
      })
    else { continue }
    let unit = sum.strings[sum.sampleTypes[column].unit]
    guard unit == first.strings[first.sampleTypes[left].unit],
      unit == second.strings[second.sampleTypes[right].unit]
    else { continue }
    func total(_ profile: Profile, _ column: Int) -> Int128 {
      profile.samples.values[column].reduce(into: Int128(0)) { $0 += Int128($1) }
    }
    let expected = total(first, left) + sign * total(second, right)
    if total(sum, column) != expected {
      fail("\(name) adds up to \(total(sum, column)), and not to \(expected)")
    }
  }
}

private func compare(_ before: Profile, _ after: Profile) {
  let pair = ProfilePair(before: before, after: after)
  guard let later = try? Selection(pair.after, SelectionOptions()) else { return }
  var options = SelectionOptions()
  options.sampleIndex = later.profile.sampleTypeName(later.column)
  guard let earlier = try? Selection(pair.before, options), earlier.unit == later.unit,
    // As the command does: if the totals do not overflow, no row's difference can.
    !earlier.total.addingReportingOverflow(later.total).overflow
  else { return }
  for byCum in [false, true] {
    var comparison = Comparison(pair, before: earlier, after: later, byCum: byCum)
    let reports = [earlier, later].map {
      findHotspots(in: $0.profile, column: $0.column, ownership: Ownership($0.profile))
    }
    comparison.findings = FindingComparison(before: reports[0], after: reports[1])
    checkText(comparison.text(fuzzStyle, count: 10, byCum: byCum, showsNoise: byCum), "diff")
    checkDocument(comparison.document(ReportContext(later)), "diff")
  }
  if let graph = try? FlameGraph([flamePart("before", earlier), flamePart("after", later)]) {
    _ = FlamePage(graph).text()
  }
}

private func snapshots(_ before: Profile, _ after: Profile) {
  let type = before.sampleTypes.indices.last.map(before.sampleTypeName) ?? ""
  for granularity in Trend.Granularity.allCases {
    let profiles = [before, after, before]
    guard let trend = Trend(profiles, sampleType: type, granularity: granularity) else { return }
    var report = TrendReport(trend)
    report.forecast = trend.forecast(limit: 1e9, factor: 2)
    checkText(report.text(fuzzStyle), "trend")
    checkJSON(report.json(), "trend")
    checkDocument(report.document(), "trend")
    checkText(TrendSVG(report).text(), "trend")
  }
}

private func follow(_ before: Profile, _ after: Profile) {
  var growth = Growth()
  for (index, profile) in [before, after, after, before].enumerated() {
    guard growth.add(profile, now: Int64(index) * 1_000_000_000) != .unusable else { continue }
    let report = WatchReport(
      growth, url: "http://localhost:6060", folder: "/tmp", everySeconds: 1, rowCount: 10)
    _ = report.line()
    _ = report.screen(fuzzStyle, height: 24, footer: "")
    checkText(report.summary(fuzzStyle, advice: []), "watch")
    checkJSON(report.json(.snapshot, path: "a.pb.gz", exceeded: nil), "watch")
  }
}
