import FlameRendering
import GCTrace
import HeapAnalysis
import HeapscopeCommands
import ProfileCodec
import ProfileModel
import ReportRendering
import StackGraph

/// Pictures, findings and comparisons of whatever can be read as a profile.
@Sendable func fuzzRendering(_ bytes: [UInt8]) {
  guard var profile = try? readProfile(bytes, limits: fuzzLimits).profile else { return }
  profile.addMissingMapping()
  try? profile.dropUninterestingFrames()
  profile.removeMappingURLs()
  var options = SelectionOptions()
  options.granularity = .addresses
  guard let stacks = try? Selection(profile, options) else { return }

  let report = findHotspots(
    in: stacks.profile, column: stacks.column, options: HotspotOptions())
  let style = TextStyle(usesColor: false, width: 100, isTerminal: false)
  checkText(hotspotsText(report, style), "hotspots")
  checkJSON(hotspotsJSON(report), "hotspots")
  checkJSON(hotspotsDocument(report, ReportContext(stacks)).json(), "hotspots")

  guard let selection = try? Selection(profile, SelectionOptions()) else { return }
  let context = ReportContext(selection)
  checkText(Summary(selection, findings: report, name: "a.pb.gz").text(style), "summary")
  checkJSON(TopReport(context).document().json(), "top")
  // Data for programs, with the names as they are.
  _ = TopReport(context).document().csv()
  _ = TopReport(context).document().markdown()
  if let pattern = try? Pattern(word: "main") {
    let focus = FocusReport(selection, pattern: pattern, patternText: "main")
    checkText(focus.text(style, all: profile), "focus")
  }

  // Against itself turned round, which doubles every figure.
  var base = profile
  for column in base.samples.values.indices {
    base.samples.values[column] = base.samples.values[column].map { 0 &- $0 }
  }
  if let before = try? Selection(base, SelectionOptions()) {
    let comparison = Comparison(before: before, after: selection, byCum: true)
    checkText(comparison.text(style, count: 0, byCum: true), "diff")
    checkJSON(comparison.document(context).json(), "diff")
  }
  if let both = try? difference(profile, base: base, marksBase: true, normalizes: false),
    let selection = try? Selection(both, SelectionOptions())
  {
    _ = TopReport(ReportContext(selection)).text()
    draw(selection, report)
  }
  draw(selection, report)
}

private func draw(_ selection: Selection, _ report: HotspotReport) {
  guard let graph = try? FlameGraph([("a", selection)]) else { return }
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

/// A log of collections: Go's or a JVM's, with other lines between.
@Sendable func fuzzGCTrace(_ bytes: [UInt8]) {
  var log = GCLog()
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  for line in lines { log.add(line) }
  log.finish()
  if log.lines.all != lines.count || log.lines.skipped < 0 {
    fail("\(lines.count) lines were counted as \(log.lines)")
  }
  if log.events.isEmpty { return }
  let report = GCTraceReport(log, findings: nil)
  let style = TextStyle(usesColor: false, width: 100, isTerminal: false)
  checkText(report.text(style, count: 0), "gctrace")
  checkJSON(report.document().json(), "gctrace")
  _ = report.document().csv()
  _ = report.document().markdown()
}

/// A rules file. Its budgets are written and read again.
@Sendable func fuzzRules(_ bytes: [UInt8]) {
  var settings = Settings()
  do { try settings.add(bytes, name: "rules") } catch {
    if error.line < 1 { fail("line \(error.line): \(error.reason)") }
    return
  }
  for placed in settings.budgets {
    check(placed.budget, hotspots: settings.hotspotNames)
  }
  var options = SelectionOptions()
  options.granularity = .addresses
  guard let selection = try? Selection(labelledProfile, options) else { return }
  let report = findHotspots(
    in: selection.profile, column: selection.column, options: HotspotOptions(),
    rules: settings.rules)
  let style = TextStyle(usesColor: false, width: 100, isTerminal: false)
  checkText(hotspotsText(report, style), "hotspots")
  checkText(rulePageText(settings.rules, style), "explain")
  checkJSON(rulesJSON(settings.rules), "explain")
  _ = ruleIndexMarkdown(settings.rules)
  _ = rulePageMarkdown(settings.rules)
}

/// A budget a line.
@Sendable func fuzzBudget(_ bytes: [UInt8]) {
  let names = Settings().hotspotNames
  for line in bytes.split(separator: UInt8(ascii: "\n")) {
    guard let budget = try? Budget(String(decoding: line, as: UTF8.self), hotspots: names) else {
      continue
    }
    check(budget, hotspots: names)
  }
}

private func check(_ budget: Budget, hotspots: Set<String>) {
  // What is written is rounded, so it is the writing that must not change.
  guard let again = try? Budget(budget.text, hotspots: hotspots) else {
    fail("cannot be read when written: \(budget.text)")
  }
  if again.text != budget.text || again.subject != budget.subject {
    fail("was \(budget.text), and is \(again.text) when written and read")
  }
  if budget.needsBase { return }
  var check = BudgetCheck(
    labelledProfile, base: nil, sampleType: "inuse_space", options: HotspotOptions(),
    rules: HotspotRule.all)
  _ = try? check.outcome(of: budget)
}

// MARK: What every report keeps to

/// A report has no control character in it that a profile or log brought. JSON may
/// have DEL, which only a terminal takes for one.
private func checkText(_ text: TextOutput, _ name: String, allowsDelete: Bool = false) {
  let raw = text.bytes.first {
    ($0 < 0x20 && $0 != 0x0a && $0 != 0x09) || $0 == 0x7f && !allowsDelete
  }
  if let raw { fail("\(name) has the byte \(raw) in it") }
  if String(validating: text.bytes, as: UTF8.self) == nil { fail("\(name) is no UTF-8") }
}

/// JSON has no control characters, and no numbers that are none.
private func checkJSON(_ text: TextOutput, _ name: String) {
  checkText(text, name, allowsDelete: true)
  if text.bytes.isEmpty { fail("\(name) is a number that JSON has not") }
  // Outside of quotes there are only numbers, true, false, null and punctuation.
  var isQuoted = false
  var isEscaped = false
  for byte in text.bytes {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\"), isQuoted {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isQuoted.toggle()
    } else if !isQuoted, byte == UInt8(ascii: "i") || byte == UInt8(ascii: "N") {
      fail("\(name) has a number in its JSON that is none")
    }
  }
  if isQuoted { fail("\(name) has JSON with a text that does not end") }
}
