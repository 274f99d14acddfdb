package import HeapAnalysis

/// What a user's own files say: rules, whose code is whose, and budgets
/// (docs/rules-file.md).
package struct Settings {
  /// A budget and where it stands, for messages.
  package struct PlacedBudget {
    var origin: String
    package var budget: Budget
  }

  /// The user's rules before heapscope's own: they are the more specific.
  package private(set) var rules = HotspotRule.all
  var module: String?
  var own: [String] = []
  var notOwn: [String] = []
  package private(set) var budgets: [PlacedBudget] = []

  package init() {}

  /// How many rules of the user's there may be.
  static let ruleLimit = HotspotRule.limit - HotspotRule.all.count

  /// How many budgets there may be: each may go through the whole profile.
  static let budgetLimit = 100

  /// The names of all kinds and rules.
  package var hotspotNames: Set<String> { Set(rules.flatMap { [$0.id, $0.kind.rawValue] }) }

  /// Adds what a file says.
  ///
  /// - Parameter name: the file, as messages name it.
  package mutating func add(
    _ bytes: [UInt8], _ format: SettingsFormat, name: String
  ) throws(SettingsError) {
    var file = try SettingsTable(SettingsValue(bytes, format), "the file")
    if let given = try file.text("module") { module = given.text }
    own += try file.texts("own").map(\.text)
    notOwn += try file.texts("not-own").map(\.text)
    for table in try file.tables("rules") { try addRule(table) }
    let names = hotspotNames
    for (text, line) in try file.texts("budgets") {
      if budgets.count >= Self.budgetLimit {
        throw SettingsError(line: line, reason: "more than \(Self.budgetLimit) budgets, the limit")
      }
      do throws(BudgetError) {
        budgets.append(
          PlacedBudget(
            origin: "\(name):\(line)", budget: try checkedBudget(text, hotspots: names)))
      } catch {
        throw SettingsError(line: line, reason: "budget '\(text)': \(error.reason)")
      }
    }
    try file.finish()
  }

  private mutating func addRule(_ given: SettingsTable) throws(SettingsError) {
    var table = given
    guard let (id, idLine) = try table.text("id") else {
      throw SettingsError(line: table.line, reason: "a rule has no 'id': give it a name")
    }
    func check(name: String, line: Int) throws(SettingsError) {
      let isName = name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      if !isName {
        throw SettingsError(
          line: line, reason: "'\(name)' is no name: give small letters, digits and '-'")
      }
    }
    try check(name: id, line: idLine)
    if id == "total" || rules.contains(where: { $0.id == id }) {
      throw SettingsError(line: idLine, reason: "there is a rule '\(id)' already: give another id")
    }
    let kind = try table.text("kind") ?? (id, idLine)
    try check(name: kind.text, line: kind.line)
    var match = StackMatch()
    let calls = try table.texts("calls")
    let through = try table.texts("through")
    let by = try table.texts("through-called-by")
    let without = try table.texts("without")
    for (text, line) in calls + through + by + without where !Self.isFunction(text) {
      throw SettingsError(
        line: line,
        reason: "'\(text)' is no function: give one as 'example.com/audit.Dump' or "
          + "'example.com/audit.*'")
    }
    if calls.isEmpty {
      throw SettingsError(
        line: table.line, reason: "rule '\(id)' has no 'calls': give the functions that it is about"
      )
    }
    if through.isEmpty, let first = by.first {
      throw SettingsError(
        line: first.line, reason: "'through-called-by' needs 'through': give what is called")
    }
    match.entries = calls.map(\.text)
    match.entriesAreTransparent = true
    if !through.isEmpty {
      match.through =
        by.isEmpty
        ? .function(through.map(\.text)) : .call(through.map(\.text), by: by.map(\.text))
    }
    match.without = without.map(\.text)
    match.throughLibraries = try table.flag("through-libraries")
    match.takesOwnBytes = try table.flag("takes-own-bytes")
    match.ignoresInitialization = try table.flag("ignores-initialization")
    match.minimumObjects = try table.count("min-objects") ?? 0
    // A rule with `through` is a fact of the line, as for heapscope's own.
    match.siteEvidence = try table.flag("whole-line") ? 0.02 : nil
    let title = try table.text("title")?.text ?? "calls of \(calls[0].text)"
    let rule = HotspotRule(
      id, HotspotKind(kind.text), title: title, match: match,
      cost: try table.text("cost")?.text ?? "", advice: try table.text("advice")?.text ?? "",
      before: try table.text("before")?.text ?? "", after: try table.text("after")?.text ?? "",
      links: try table.texts("links").map(\.text))
    try table.finish()
    let userRules = rules.count - HotspotRule.all.count
    if userRules >= Self.ruleLimit {
      throw SettingsError(
        line: table.line, reason: "more than \(Self.ruleLimit) rules, the limit")
    }
    rules.insert(rule, at: userRules)
  }

  /// `package.name`, with `*` only in the end.
  private static func isFunction(_ text: String) -> Bool {
    let path = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard let dot = text[path...].firstIndex(of: "."), dot > path,
      text.index(after: dot) < text.endIndex, !text.contains(" ")
    else { return false }
    return !text.dropLast().hasSuffix("*")
  }
}

/// Reads a budget; a name that is nearly a kind's is refused, so that a slip does
/// not switch the budget off.
func checkedBudget(
  _ text: String, hotspots: Set<String>
) throws(BudgetError) -> Budget {
  let budget = try Budget(text, hotspots: hotspots)
  guard case .functions(let name) = budget.subject, name.utf8.count < 64,
    name.allSatisfy({ ("a"..."z").contains($0) || $0 == "-" || $0 == "_" })
  else { return budget }
  let near = hotspots.union(["total"]).sorted().min {
    editDistance($0, name) < editDistance($1, name)
  }
  if let near, isNear(near, name) {
    throw BudgetError("no kind or rule '\(name)': did you mean '\(near)'?")
  }
  return budget
}
