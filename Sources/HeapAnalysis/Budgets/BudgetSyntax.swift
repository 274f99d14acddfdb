import Foundations
import ProfileModel
import StackGraph

/// What is wrong with a budget, and how to write it correctly.
package struct BudgetError: Error, Equatable, Sendable {
  package var reason: String

  /// The base's profile is at fault, not the budget.
  package var isAboutBase: Bool

  package init(_ reason: String, isAboutBase: Bool = false) {
    self.reason = reason
    self.isAboutBase = isAboutBase
  }

  init(_ error: PatternError) {
    self.init("\(error.reason), at byte \(error.offset); give a regular expression (RE2 syntax)")
  }
}

extension Budget {
  /// Reads a budget: `SUBJECT < LIMIT[:SAMPLE_TYPE]`.
  ///
  /// - The subject is `total`, a name in `hotspots`, or a function read as `focus` reads it:
  ///   literal text, or `/…/`. With `any ` before it, each function by itself.
  /// - The comparison is `<` or `<=`.
  /// - The limit is a share (`5%`), a size or time (`50MB`, `50MiB`, `10ms`; as everywhere in
  ///   pprof, 1 MB is 2²⁰ bytes) or a number. With `+` before it, it is the allowed increase over
  ///   the base. In `3%..5%`, warnings begin at the first limit.
  ///
  /// - Parameter hotspots: the names of all kinds and rules.
  package init(_ text: String, hotspots: some Collection<String>) throws(BudgetError) {
    // The last one, since names of C++ functions contain such signs.
    guard let sign = text.lastIndex(of: "<") else {
      throw BudgetError(
        text.contains(">")
          ? "a budget is an upper limit: write '<' or '<='"
          : "no '<' in it: write SUBJECT<LIMIT, as in 'map-format<5%'")
    }
    var rest = text[text.index(after: sign)...]
    let isInclusive = rest.first == "="
    if isInclusive { rest.removeFirst() }
    let name = String(text[..<sign].trimmed)
    guard !name.isEmpty else {
      throw BudgetError("nothing before '<': name a kind, a function or total")
    }
    var sampleType: String?
    if let colon = rest.firstIndex(of: ":") {
      sampleType = String(rest[rest.index(after: colon)...].trimmed)
      rest = rest[..<colon]
      if sampleType == "" {
        throw BudgetError("no sample type behind ':': name one, as in ':alloc_space'")
      }
    }
    let (warning, limit) = try Self.limits(rest.trimmed)
    try self.init(
      Self.subject(name, hotspots), limit, warning: warning, isInclusive: isInclusive,
      sampleType: sampleType)
  }

  /// Reads `10%`, `20MB` or `5%..10%` as growth, with or without `+`.
  package static func growthLimits(
    _ text: String
  ) throws(BudgetError) -> (warning: Limit?, limit: Limit) {
    func grown(_ part: Substring) -> String { "+" + part.trimmed.drop { $0 == "+" } }
    guard let dots = text.firstRange(of: "..") else { return try limits(grown(text[...])[...]) }
    return try limits(
      (grown(text[..<dots.lowerBound]) + ".." + grown(text[dots.upperBound...]))[...])
  }

  /// Reads `3%..5%`: where warnings begin, and the limit itself.
  private static func limits(
    _ text: Substring
  ) throws(BudgetError) -> (warning: Limit?, limit: Limit) {
    guard let dots = text.firstRange(of: "..") else { return (nil, try limit(text)) }
    var first = try limit(text[..<dots.lowerBound].trimmed)
    let last = try limit(text[dots.upperBound...].trimmed)
    // In `180..200MB` each limit takes what it lacks from the other.
    switch (first, last) {
    case (.value(let number, ""), .value(_, let unit)): first = .value(number, unit: unit)
    case (.increase(let number, ""), .increase(_, let unit)): first = .increase(number, unit: unit)
    default: break
    }
    guard isBelow(first, last) else {
      throw BudgetError(
        "'\(text)': the first of two limits warns, so it is of the same sort and below the "
          + "second: write 3%..5%")
    }
    return (first, last)
  }

  private static func isBelow(_ first: Limit, _ last: Limit) -> Bool {
    func isBelow(_ left: (Double, String), _ right: (Double, String)) -> Bool {
      if left.1 == right.1 { return left.0 < right.0 }
      guard let factor = UnitFamily.factor(from: left.1, to: right.1) else { return false }
      return left.0 * factor < right.0
    }
    switch (first, last) {
    case (.share(let left), .share(let right)), (.growth(let left), .growth(let right)):
      return left < right
    case (.value(let left, let unit), .value(let right, let other)):
      return isBelow((left, unit), (right, other))
    case (.increase(let left, let unit), .increase(let right, let other)):
      return isBelow((left, unit), (right, other))
    default: return false
    }
  }

  private static func subject(
    _ name: String, _ hotspots: some Collection<String>
  ) throws(BudgetError) -> Subject {
    if name == "total" { return .total }
    if hotspots.contains(name) { return .hotspot(name) }
    if name.hasPrefix(anyWord) {
      let word = String(name.dropFirst(anyWord.count).trimmed)
      if word.isEmpty { throw BudgetError("nothing behind 'any': name functions, as /^fmt\\./") }
      do { _ = try pattern(word) } catch { throw BudgetError(error) }
      return .anyFunction(word)
    }
    do { _ = try pattern(name) } catch { throw BudgetError(error) }
    return .functions(name)
  }

  /// Reads the name of a function: `/…/` is an expression; all else is literal text that may omit a
  /// method's receiver, as in `main.handleOrder`.
  static func pattern(_ word: String) throws(PatternError) -> Pattern {
    let isExpression = word.count > 2 && word.hasPrefix("/") && word.hasSuffix("/")
    guard !isExpression, !word.contains("("), let dot = word.lastIndex(of: ".") else {
      return try Pattern(word: word)
    }
    let name = word[word.index(after: dot)...]
    return try Pattern(
      "(?i)" + Pattern.quoted(String(word[...dot])) + #"(?:\(?\*?\w+(?:\[[^)]*\])?\)?\.)?"#
        + Pattern.quoted(String(name)))
  }

  /// Reads the text after `<`, without the sample type.
  package static func limit(_ text: Substring) throws(BudgetError) -> Limit {
    let expected = "give a share (5%), a size (50MB), a number, or with + growth against --base"
    let grows = text.first == "+"
    let text = grows ? text.dropFirst().trimmed : text
    let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let unit = text[digits.endIndex...].trimmed
    guard let number = Double(digits), number.isFinite, digits.last != "." else {
      throw BudgetError(
        text.isEmpty ? "no limit behind '<': \(expected)" : "'\(text)' is no limit: \(expected)")
    }
    if unit == "%" {
      if !grows, number > 100 { throw BudgetError("a share is at most 100%") }
      return grows ? .growth(number / 100) : .share(number / 100)
    }
    // 50MiB is what pprof calls 50MB.
    let plain = unit.hasSuffix("iB") ? String(unit.dropLast(2)) + "B" : String(unit)
    guard plain.isEmpty || UnitFamily.all.contains(where: { $0.unit(named: plain) != nil }) else {
      throw BudgetError("'\(unit)' is no unit: give %, B, kB, MB, GB, ms or none")
    }
    return grows ? .increase(number, unit: plain) : .value(number, unit: plain)
  }
}

extension StringProtocol {
  /// The text without blanks around it.
  fileprivate var trimmed: SubSequence {
    let front = drop { $0.isWhitespace }
    guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return front }
    return front[...last]
  }
}
