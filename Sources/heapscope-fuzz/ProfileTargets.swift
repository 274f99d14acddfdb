import Ownership
import Pictures
import HeapAnalysis
import ProfileBytes
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

/// Protobuf, gzip, zstd, and all legacy text and binary forms: the content decides.
@Sendable func fuzzProfile(_ bytes: [UInt8]) {
  guard let profile = try? readProfile(bytes, limits: fuzzLimits).profile else { return }
  check(profile)
}

@Sendable func fuzzFolded(_ bytes: [UInt8]) {
  guard let profile = try? readFoldedStacks(from: ArraySource(bytes), limits: fuzzLimits) else {
    return
  }
  check(profile)
}

/// Writes a profile and reads it again, and makes every report of it.
private func check(_ profile: Profile) {
  if let problem = profile.inconsistency { fail("inconsistent: \(problem)") }
  do {
    let again = try readProfile(encodeProfile(profile)).profile
    let (was, became) = (ProfileFacts(profile), ProfileFacts(again))
    if let pair = zip(was.samples, became.samples).first(where: { $0 != $1 }) {
      fail("a sample was \(pair.0), and is \(pair.1) when written and read again")
    }
    if was != became { fail("written otherwise than read: \(was), \(became)") }
  } catch {
    fail("what was written cannot be read: \(error)")
  }

  guard let profile = prepared(profile) else { return }
  _ = try? rawText(profile)
  for granularity in [Granularity.functions, .lines, .addresses] {
    var options = SelectionOptions()
    options.granularity = granularity
    guard let selection = try? Selection(profile, options) else { return }
    let context = ReportContext(selection)
    _ = TopReport(context).text()
    _ = TreeReport(context).text()
    _ = DotReport(context).text()
    _ = TagsReport(context).text()
    // A report that is too long is refused.
    guard let folded = try? context.foldedText(), !folded.isOverLimit else { continue }
    let lines = folded.bytes.split(separator: UInt8(ascii: "\n"))
    let sum = lines.reduce(into: Int128(0)) { sum, line in
      let figure = line[(line.lastIndex(of: UInt8(ascii: " "))! + 1)...]
      sum += Int128(String(decoding: figure, as: UTF8.self))!
    }
    let total = selection.values.reduce(into: Int128(0)) { $0 += Int128($1) }
    if sum != total { fail("folded lines add up to \(sum), samples to \(total)") }
    if granularity == .addresses {
      _ = hotspotsText(
        findHotspots(
          in: selection.profile, column: selection.column,
          ownership: Ownership(selection.profile)),
        fuzzStyle)
    }
  }
}

/// Every report of a profile as JSON, CSV and Markdown, and the texts that ``fuzzProfile(_:)`` does
/// not write.
///
/// The first byte selects the values and the granularity.
@Sendable func fuzzDocuments(_ bytes: [UInt8]) {
  guard let choice = bytes.first, let profile = readForReports(bytes.dropFirst()) else { return }
  var options = SelectionOptions()
  options.granularity = [.functions, .lines, .addresses, .files][Int(choice & 3)]
  options.sampleIndex = profile.sampleTypes.isEmpty ? "" : ["", "0", "", ""][Int(choice >> 2 & 3)]
  options.mean = choice & 16 != 0
  options.divideBy = [1, 0.001, 3, 1e300][Int(choice >> 5 & 3)]
  options.unit = choice & 128 != 0 ? "auto" : "minimum"
  guard let selection = try? Selection(profile, options) else { return }
  let context = ReportContext(selection)
  checkDocument(TopReport(context).document(), "top")
  checkDocument(TreeReport(context).document("tree"), "tree")
  checkDocument(DotReport(context).document(), "dot")
  checkDocument(TagsReport(context).document(), "tags")
  checkDocument(context.callgrindDocument(), "callgrind")
  checkDocument(context.commentsDocument(), "comments")
  checkDocument(context.rawDocument(), "raw")
  checkDocument(context.tracesDocument(), "traces")
  if let folded = try? context.foldedDocument() { checkDocument(folded, "folded") }
  _ = context.callgrindText()
  _ = context.commentsText()
  _ = try? context.tracesText()
  _ = try? rawText(selection.profile)
  let top = TopReport(context).profile()
  if let problem = top.inconsistency { fail("topproto is inconsistent: \(problem)") }
  guard let all = try? Pattern("") else { return }
  let list = ListReport(ReportContext(selection, keepsObjectFiles: true), matching: all)
  let sources: [Reports.SourceText] = [
    .lines(SourceLines([])), .lines(SourceLines(Array("f\n\n".utf8))),
    .missing(reason: "there is none"),
  ]
  for source in sources {
    _ = list.text(showsFigures: true) { _, _ in source }
    checkDocument(list.document { _, _ in source }, "list")
  }
  let findings = findHotspots(
    in: selection.profile, column: selection.column, ownership: Ownership(selection.profile))
  checkDocument(hotspotsDocument(findings, context), "hotspots")
  checkDocument(Summary(selection, findings: findings, name: "a.pb.gz").document(), "summary")
  let focus = FocusReport(
    selection, pattern: all, patternText: "", ownership: Ownership(selection.profile))
  checkDocument(focus.document(context), "focus")
}

/// Pictures, findings and comparisons of whatever can be read as a profile.
@Sendable func fuzzRendering(_ bytes: [UInt8]) {
  guard let profile = readForReports(bytes) else { return }
  var options = SelectionOptions()
  options.granularity = .addresses
  guard let stacks = try? Selection(profile, options) else { return }

  let report = findHotspots(
    in: stacks.profile, column: stacks.column, ownership: Ownership(stacks.profile))
  checkText(hotspotsText(report, fuzzStyle), "hotspots")
  checkJSON(hotspotsJSON(report), "hotspots")
  checkDocument(hotspotsDocument(report, ReportContext(stacks)), "hotspots")

  guard let selection = try? Selection(profile, SelectionOptions()) else { return }
  let context = ReportContext(selection)
  let summary = Summary(selection, findings: report, name: "a.pb.gz")
  checkText(summary.text(fuzzStyle), "summary")
  if let pattern = try? Pattern(word: "main") {
    let focus = FocusReport(
      selection, pattern: pattern, patternText: "main", ownership: Ownership(selection.profile))
    checkText(focus.text(fuzzStyle, all: profile), "focus")
  }

  // Compared with its own negation, which doubles every figure.
  var base = profile
  for column in base.samples.values.indices {
    base.samples.values[column] = base.samples.values[column].map { 0 &- $0 }
  }
  if let before = try? Selection(base, SelectionOptions()),
    // As the command does: if the totals do not overflow, no row's difference can.
    !before.total.addingReportingOverflow(selection.total).overflow
  {
    let comparison = Comparison(
      ProfilePair(before: base, after: profile), before: before, after: selection, byCum: true)
    checkText(comparison.text(fuzzStyle, count: 0, byCum: true, showsNoise: true), "diff")
    checkDocument(comparison.document(context), "diff")
  }
  if let both = try? difference(profile, base: base, marksBase: true, normalizes: false),
    let selection = try? Selection(both, SelectionOptions())
  {
    _ = TopReport(ReportContext(selection)).text()
    draw(selection, report)
  }
  draw(selection, report)
}

func draw(_ selection: Selection, _ report: HotspotReport) {
  guard let graph = try? FlameGraph([flamePart("a", selection)]) else { return }
  let context = ReportContext(selection)
  let options = FlameSVGOptions(format: { context.format($0) }, divide: { context.divided($0) })
  if graph.snapshots.last?.totals[0] != 0 {
    _ = FlameSVG(graph, FlameMarks(graph, report.findings), options).text()
  }
  var page = FlamePage(graph)
  page.findings = report.findings
  page.provenance = report.provenance
  _ = page.text()
}

func flamePart(_ name: String, _ selection: Selection) -> FlamePart {
  FlamePart(name, selection, Ownership(selection.profile))
}
