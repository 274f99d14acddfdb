import Foundations
import Ownership
import HeapAnalysis
import HeapscopeCommands
import ProfileBytes
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

/// A rules file. Its budgets are written and read again.
@Sendable func fuzzRules(_ bytes: [UInt8]) {
  var settings = Settings()
  do {
    try settings.add(bytes, name: "rules")
  } catch {
    if error.line < 1 { fail("line \(error.line): \(error.reason)") }
    return
  }
  for placed in settings.budgets {
    check(placed.budget, hotspots: settings.hotspotNames)
  }
  check(settings.rules, labelledProfile)
  checkText(rulePageText(settings.rules, fuzzStyle), "explain")
  checkJSON(rulesJSON(settings.rules), "explain")
  _ = ruleIndexMarkdown(settings.rules)
  _ = rulePageMarkdown(settings.rules)
}

private func check(
  _ rules: [HotspotRule], _ profile: Profile, own: OwnershipOptions = .init(),
  options: HotspotOptions = .init()
) {
  var selected = SelectionOptions()
  selected.granularity = .addresses
  guard let selection = try? Selection(profile, selected) else { return }
  let report = findHotspots(
    in: selection.profile, column: selection.column,
    ownership: Ownership(selection.profile, own), options: options, rules: rules)
  checkText(hotspotsText(report, fuzzStyle), "hotspots")
  checkJSON(hotspotsJSON(report), "hotspots")
  checkDocument(hotspotsDocument(report, ReportContext(selection)), "hotspots")
  let share = (report.findings + report.suppressed).reduce(0) { $0 + $1.share }
  if share > 1.000001 { fail("the findings' shares add up to \(share)") }
}

/// Findings by the user's own rules over stacks; the input determines both.
///
/// The rules are valid and about the functions on the stacks, since random changes of bytes hardly
/// ever produce such rules.
@Sendable func fuzzHotspots(_ bytes: [UInt8]) {
  var choices = Choices(rest: bytes[...])
  var settings = Settings()
  let rules = rulesFile(&choices)
  do { try settings.add(Array(rules.utf8), name: "rules") } catch {
    if error.line < 1 { fail("line \(error.line): \(error.reason)") }
    return
  }
  var options = HotspotOptions()
  options.minimumShare = choices.next(2) == 0 ? 0 : 0.005
  options.lineCount = choices.next(2) == 0 ? nil : choices.next(4)
  var ownCode = OwnershipOptions()
  if choices.next(4) == 0 { ownCode.modulePrefix = choices.pick(Choices.packages) }
  let own = choices.pick(Choices.packages)
  if choices.next(4) == 0 { ownCode.isOwn = { $0.hasPrefix(own) } }
  options.suppressed = Set(settings.suppressed)
  let encoded = stacks(&choices).encoded
  guard let profile = readForReports(encoded) else { fail("cannot read its own stacks") }
  check(settings.rules, profile, own: ownCode, options: options)
  let side = BudgetCheck.Side(
    [profile], ownCode: ownCode, ownerships: [nil], rules: settings.rules)
  var measured = BudgetCheck(
    side, base: side, sampleType: "alloc_space", rules: settings.rules)
  var outcomes: [BudgetOutcome] = []
  for placed in settings.budgets {
    if let outcome = try? measured.outcome(of: placed.budget) { outcomes.append(outcome) }
  }
  BudgetOutcome.judge(&outcomes)
  guard let selection = try? Selection(profile, SelectionOptions()), !outcomes.isEmpty else {
    return
  }
  let report = BudgetReport(
    outcomes, profileName: "a", baseName: "b", paths: [:], rules: settings.rules)
  let forms = report.forms(fuzzStyle, ReportContext(selection), version: "0")
  for format in [ReportFormat.text, .markdown, .github] {
    if let text = try? format.write(forms) { checkText(text, "check \(format.name)") }
  }
  if let text = try? ReportFormat.sarif.write(forms) { checkJSON(text, "check") }
  checkDocument(report.document(ReportContext(selection)), "check")
}

/// Reads an input as a sequence of decisions; after its end, each is the first option.
private struct Choices {
  var rest: ArraySlice<UInt8>

  static let packages = [
    "fmt", "example.com/shop", "example.com/shop/cart", "main", "encoding/json", "strings",
    "github.com/acme/log", "reflect", "internal/fmtsort", "runtime", "", "a.b/c%2ed", "x[T]",
  ]
  static let members = [
    "Sprintf", "(*T).Do", "Do", "main", "(*pp).printValue", "*", "S*", "copyVal", "Do.func1",
    "Map[go.shape.int]", "é", "", "(*Encoder).Encode", "Sort", "init", "init.0",
  ]
  static let numbers: [Int64] = [
    0, 1, 16, 48, 1024, 1 << 20, 1 << 40, .max / 2, .max, -1, .min, .min + 1,
  ]

  mutating func next(_ count: Int) -> Int { Int(rest.popFirst() ?? 0) % count }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[next(values.count)] }

  mutating func name() -> String { pick(Self.packages) + "." + pick(Self.members) }
}

private func rulesFile(_ choices: inout Choices) -> String {
  func quoted(_ text: String) -> String { "'\(text)'" }
  func list(_ choices: inout Choices, _ most: Int) -> String {
    "[" + (0..<choices.next(most + 1)).map { _ in quoted(choices.name()) }.joined(separator: ", ")
      + "]"
  }
  var text = ""
  if choices.next(3) == 0 {
    text += "module = \(quoted(choices.pick(["example.com/shop", "a"])))\n"
  }
  if choices.next(3) == 0 { text += "own = [\(quoted(choices.pick(["shop", ".", "acme"])))]\n" }
  if choices.next(3) == 0 { text += "not-own = [\(quoted(choices.pick(["cart", "main"])))]\n" }
  let count = choices.next(5)
  if choices.next(2) == 0 {
    let subject = choices.pick(["total", "r0", "map-format", "main.main", "/Do/"])
    let limit = choices.pick(["<5%", "<1MB", "<=0", "<+10%", "<+1kB", "<1e300%"])
    text += "budgets = [\(quoted(subject + limit))]\n"
  }
  if choices.next(4) == 0 { text += "suppress = ['map-format', 'format']\n" }
  for rule in 0..<count {
    text += "[[rules]]\nid = 'r\(rule)'\ncalls = [\(quoted(choices.name())), "
    text += "\(quoted(choices.name()))]\n"
    let given = choices.next(256)
    if given & 1 != 0 { text += "through = \(list(&choices, 3))\n" }
    if given & 3 == 3 { text += "through-called-by = \(list(&choices, 2))\n" }
    if given & 4 != 0 { text += "without = \(list(&choices, 2))\n" }
    if given & 8 != 0 { text += "through-libraries = true\n" }
    if given & 16 != 0 { text += "takes-own-bytes = true\n" }
    if given & 32 != 0 { text += "ignores-initialization = true\n" }
    if given & 64 != 0 { text += "min-objects = \(choices.pick(Choices.numbers))\n" }
    if given & 128 != 0 { text += "whole-line = true\n" }
    if choices.next(3) == 0 { text += "kind = 'map-format'\n" }
  }
  return text
}

private func stacks(_ choices: inout Choices) -> ProfileBytes {
  var profile = ProfileBytes()
  for type in ["alloc", "inuse"] {
    profile.addType(type + "_objects", "count")
    profile.addType(type + "_space", "bytes")
  }
  let count = 1 + choices.next(12)
  for id in 1...count {
    let file = choices.pick([
      "/src/shop/cart.go", "/usr/local/go/src/fmt/print.go", "", "example.com/shop/main.go",
      "/root/go/pkg/mod/github.com/acme/log@v1.2.0/log.go", "a/../b.go",
    ])
    profile.addFunction(UInt64(id), choices.name(), file: file)
    let inlined = choices.next(4) == 0 ? [UInt64(1 + choices.next(id))] : []
    profile.addLocation(
      UInt64(id), functions: inlined + [UInt64(id)], line: choices.pick(Choices.numbers))
  }
  let key = profile.text("bytes")
  for _ in 0..<(1 + choices.next(10)) {
    let stack = (0..<choices.next(8)).map { _ in UInt64(1 + choices.next(count)) }
    let size = block(3, number(1, key) + number(3, choices.pick(Choices.numbers)))
    profile.addSample(
      stack, (0..<4).map { _ in choices.pick(Choices.numbers) },
      labels: choices.next(8) == 0 ? [] : size)
  }
  let period = block(11, number(1, profile.text("space")) + number(2, profile.text("bytes")))
  profile.rest = period + number(12, choices.pick(Choices.numbers))
  return profile
}

/// One budget per line.
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
  // What is written is rounded, so the written text must not change.
  guard let again = try? Budget(budget.text, hotspots: hotspots) else {
    fail("cannot be read when written: \(budget.text)")
  }
  if again.text != budget.text || again.subject != budget.subject {
    fail("was \(budget.text), and is \(again.text) when written and read")
  }
  if budget.needsBase { return }
  var check = BudgetCheck(
    BudgetCheck.Side(
      [labelledProfile], ownCode: OwnershipOptions(), ownerships: [nil], rules: HotspotRule.all),
    sampleType: "inuse_space", rules: HotspotRule.all)
  if let outcome = try? check.outcome(of: budget) {
    var outcomes = [outcome]
    BudgetOutcome.judge(&outcomes)
  }
}
