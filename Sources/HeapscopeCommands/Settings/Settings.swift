package import Foundations
package import HeapAnalysis

/// The content of settings files: rules, own code, and budgets (docs/rules-file.md).
package struct Settings {
  /// A budget and its place, for messages.
  package struct PlacedBudget {
    var origin: String
    package var budget: Budget

    /// It is in the file found in the working tree.
    var isFound = false
  }

  /// The user's rules come before heapscope's: they are more specific.
  package private(set) var rules = HotspotRule.all
  var module: String?
  var own: [String] = []
  var notOwn: [String] = []

  /// Rules and kinds that reports only name.
  package private(set) var suppressed: [String] = []
  package private(set) var budgets: [PlacedBudget] = []

  /// How many entries of each list come from the file found in the working tree. They come first.
  private var found = (rules: 0, own: 0, notOwn: 0, suppressed: 0)

  /// The module that the files on the command line give.
  private var givenModule: String?

  package init() {}

  /// A file found in the working tree is among them.
  private(set) var hasFoundFile = false

  /// Only the settings of the user's own files, without the file in the working tree.
  var withoutFoundFile: Settings {
    var settings = self
    settings.rules.removeFirst(found.rules)
    settings.own.removeFirst(found.own)
    settings.notOwn.removeFirst(found.notOwn)
    settings.suppressed.removeFirst(found.suppressed)
    settings.module = givenModule
    settings.budgets.removeAll(where: \.isFound)
    settings.found = (0, 0, 0, 0)
    return settings
  }

  /// The most rules of the user.
  static let ruleLimit = HotspotRule.usersLimit

  /// The most budgets: each may walk the whole profile.
  static let budgetLimit = 100

  /// The names of all kinds and rules.
  package var hotspotNames: Set<String> { Set(rules.flatMap { [$0.id, $0.kind.rawValue] }) }

  /// Adds the content of a file.
  ///
  /// - Parameters:
  ///   - name: the file's name in messages.
  ///   - isFound: it came with the working tree; such a file must be added first.
  package mutating func add(
    _ bytes: [UInt8], name: String, isFound: Bool = false
  ) throws(SettingsError) {
    var file = try SettingsTable(SettingsValue(bytes), "the file")
    if let given = try file.text("module") {
      module = given.text
      if !isFound { givenModule = given.text }
    }
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
            origin: "\(name):\(line)", budget: try checkedBudget(text, hotspots: names),
            isFound: isFound))
      } catch {
        throw SettingsError(line: line, reason: "budget '\(text)': \(error.reason)")
      }
    }
    for (text, line) in try file.texts("suppress") {
      guard names.contains(text) else {
        let near = nearName(text, in: names).map { ": did you mean '\($0)'?" }
        throw SettingsError(
          line: line,
          reason: "'suppress': no kind or rule '\(text)'"
            + (near ?? ": 'heapscope explain --list' shows all"))
      }
      suppressed.append(text)
    }
    try file.finish()
    if isFound {
      hasFoundFile = true
      found = (userRuleCount, own.count, notOwn.count, suppressed.count)
    }
  }

  private var userRuleCount: Int { rules.count - HotspotRule.all.count }

  private mutating func addRule(_ given: SettingsTable) throws(SettingsError) {
    var table = given
    guard let (id, idLine) = try table.text("id") else {
      throw table.missing("id", "a rule has no 'id': give it a name")
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
      throw table.missing(
        "calls", "rule '\(id)' has no 'calls': give the functions that it is about")
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
    // A rule with `through` is about the line, as heapscope's own rules are.
    match.siteEvidence = try table.flag("whole-line") ? 0.02 : nil
    let title = try table.text("title")?.text ?? "calls of \(calls[0].text)"
    var rule = HotspotRule(
      id, HotspotKind(kind.text), title: title, match: match,
      cost: try table.text("cost")?.text ?? "", advice: try table.text("advice")?.text ?? "",
      before: try table.text("before")?.text ?? "", after: try table.text("after")?.text ?? "",
      links: try table.texts("links").map(\.text))
    rule.isUsers = true
    try table.finish()
    if userRuleCount >= Self.ruleLimit {
      throw SettingsError(
        line: table.line, reason: "more than \(Self.ruleLimit) rules, the limit")
    }
    rules.insert(rule, at: userRuleCount)
  }

  /// `package.name`, with `*` only at the end.
  private static func isFunction(_ text: String) -> Bool {
    let path = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard let dot = text[path...].firstIndex(of: "."), dot > path,
      text.index(after: dot) < text.endIndex, !text.contains(" ")
    else { return false }
    return !text.dropLast().hasSuffix("*")
  }
}

/// Reads a budget. A name similar to a kind's is refused, so that a typo does not disable the
/// budget.
func checkedBudget(
  _ text: String, hotspots: Set<String>
) throws(BudgetError) -> Budget {
  let budget = try Budget(text, hotspots: hotspots)
  guard case .functions(let name) = budget.subject, name.utf8.count < 64,
    name.allSatisfy({ ("a"..."z").contains($0) || $0 == "-" || $0 == "_" })
  else { return budget }
  if let near = nearName(name, in: hotspots.union(["total"])) {
    throw BudgetError("no kind or rule '\(name)': did you mean '\(near)'?")
  }
  return budget
}

/// Returns the name that another is likely a misspelling of.
private func nearName(_ name: String, in names: Set<String>) -> String? {
  if name.utf8.count >= 64 { return nil }
  let near = names.sorted().min { editDistance($0, name) < editDistance($1, name) }
  return near.flatMap { isNear($0, name) ? $0 : nil }
}
