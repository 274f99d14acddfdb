import Foundations
package import Ownership
package import ProfileModel
import StackGraph

/// Measures budgets on a profile, and on a base where there is one.
package struct BudgetCheck {
  private let profile: Profile
  private let base: Profile?
  private let sampleType: String
  private let ownCode: OwnershipOptions
  private var ownership: Ownership?
  private var baseOwnership: Ownership?
  private let rules: [HotspotRule]

  /// What explains lines; nil to read no source.
  private var source: SourceLookup?

  /// What is to be said of sources that are there and were not read.
  package private(set) var sourceNotes: [String] = []

  private struct SearchKey: Hashable {
    var isBase: Bool
    var column: Int
    var byRule: Bool
  }

  private var reports: [SearchKey: HotspotReport] = [:]

  /// Kinds below this part of the total are too small for ``growthBudgets(atMost:)``.
  private static let noticeable = 0.01

  /// - Parameters:
  ///   - sampleType: the one of budgets that name none.
  ///   - ownership: whose code is whose in the profile, as far as it is known already.
  ///   - baseOwnership: the same of the base.
  package init(
    _ profile: Profile, base: Profile?, sampleType: String, ownCode: OwnershipOptions,
    ownership: Ownership? = nil, baseOwnership: Ownership? = nil, rules: [HotspotRule],
    source: SourceLookup? = nil
  ) {
    self.source = source
    self.profile = profile
    self.base = base
    self.sampleType = sampleType
    self.ownCode = ownCode
    self.ownership = ownership
    self.baseOwnership = baseOwnership
    self.rules = rules
  }

  /// Budgets that let the total, and each kind of finding with one percent of it
  /// or more, grow by so much.
  package mutating func growthBudgets(atMost limit: Budget.Limit) throws(BudgetError) -> [Budget] {
    let column = try Self.column(sampleType, in: profile)
    let kinds = report(SearchKey(isBase: false, column: column, byRule: false)).findings
      .filter { $0.share >= Self.noticeable }.map(\.kind.rawValue)
    return [Budget(.total, limit, isInclusive: true)]
      + kinds.map { Budget(.hotspot($0), limit, isInclusive: true) }
  }

  /// Measures one budget.
  ///
  /// - Throws: when the profile or the base lacks the sample type, or the limit
  ///   is in a unit that the sample type is not counted in.
  package mutating func outcome(of budget: Budget) throws(BudgetError) -> BudgetOutcome {
    let type = budget.sampleType ?? sampleType
    let column = try Self.column(type, in: profile)
    let unit = profile.strings[profile.sampleTypes[column].unit]
    if case .hotspot(let name) = budget.subject, !profile.measure(ofColumn: column).isMemory,
      !rules.contains(where: { $0.isUsers && ($0.kind.rawValue == name || $0.id == name) })
    {
      throw BudgetError("\(name) is about memory, which \(type) does not count")
    }
    let found = try amount(budget.subject, column: column, isBase: false)
    var baseValue: Int64?
    if let base {
      let baseColumn = try Self.column(type, in: base, isBase: true)
      let baseUnit = base.strings[base.sampleTypes[baseColumn].unit]
      guard baseUnit == unit else {
        throw BudgetError(
          "\(type) is in \(baseUnit), and in \(unit) in the profile to check", isAboutBase: true)
      }
      baseValue = try amount(budget.subject, column: baseColumn, isBase: true).value
    }
    var outcome = BudgetOutcome(
      budget: budget, sampleType: profile.sampleTypeName(column), unit: unit,
      total: try Self.total(profile, column: column, isBase: false),
      value: found.value, baseValue: baseValue)
    outcome.blame = Array(found.blame.prefix(Self.blameLimit))
    outcome.title = found.title
    outcome.advice = found.advice
    outcome.isUnmatched = found.isUnmatched
    outcome.isWeak = found.isWeak
    outcome.isExceeded = try !Self.holds(outcome)
    if found.unread > 0, !outcome.isExceeded {
      var most = outcome
      most.value = saturatingSum(found.value, Int64(clamping: found.unread))
      if try !Self.holds(most) {
        throw BudgetError(
          "\(budget.name) shows in source alone, which \(ScaledValue(most.value, from: unit, to: "auto").text) "
            + "may need and which is not at hand: add --source-path")
      }
    }
    return outcome
  }

  /// Lines to blame that an outcome has at most: a budget may be over on each of a
  /// hundred thousand, and there may be many budgets.
  private static let blameLimit = 4096

  private static func column(
    _ type: String, in profile: Profile, isBase: Bool = false
  ) throws(BudgetError) -> Int {
    if let column = profile.column(named: type) { return column }
    let known = profile.sampleTypes.indices.map(profile.sampleTypeName).joined(separator: ", ")
    throw BudgetError(
      isBase
        ? "no sample type \(type) to compare with; it has \(known)"
        : "the profile has no sample type \(type); give one of \(known)", isAboutBase: isBase)
  }

  private static func holds(_ outcome: BudgetOutcome) throws(BudgetError) -> Bool {
    func compare(_ left: Double, _ right: Double) -> Bool {
      outcome.budget.isInclusive ? left <= right : left < right
    }
    func limit(_ number: Double, _ unit: String) throws(BudgetError) -> Double {
      if unit.isEmpty { return number }
      guard let factor = UnitFamily.factor(from: unit, to: outcome.unit) else {
        throw BudgetError(
          "\(outcome.sampleType) is in \(outcome.unit), not in \(unit): "
            + "give a share, or a number without a unit")
      }
      return number * factor
    }
    switch outcome.budget.limit {
    case .share(let share): return compare(Double(outcome.value), share * Double(outcome.total))
    case .value(let number, let unit):
      return try compare(Double(outcome.value), limit(number, unit))
    case .growth(let growth):
      guard let found = outcome.growth else { throw BudgetError("growth needs a base") }
      return compare(found, growth)
    case .increase(let number, let unit):
      guard let base = outcome.baseValue else { throw BudgetError("growth needs a base") }
      return try compare(Double(outcome.value) - Double(base), limit(number, unit))
    }
  }

  // MARK: Amounts

  private struct Amount {
    var value: Int64 = 0
    var blame: [BlamedLine] = []
    var title: String?
    var advice: String?
    var isUnmatched = false
    var isWeak = false

    /// How much more it may be, which only source that is not at hand could tell.
    var unread = 0.0
  }

  private mutating func amount(
    _ subject: Budget.Subject, column: Int, isBase: Bool
  ) throws(BudgetError) -> Amount {
    let profile = isBase ? base ?? self.profile : self.profile
    switch subject {
    case .total:
      return Amount(value: try Self.total(profile, column: column, isBase: isBase))
    case .hotspot(let name):
      let isKind = rules.contains { $0.kind.rawValue == name }
      let report = report(SearchKey(isBase: isBase, column: column, byRule: !isKind))
      let finding = report.findings.first { $0.kind.rawValue == name }
      let named = rules.filter { $0.kind.rawValue == name || $0.id == name }
      // What is not read may be of the kind.
      var unread = 0.0
      if !named.contains(where: { $0.match.source == nil }) {
        unread = report.unreadShare * Double(report.total)
      }
      guard let finding else {
        return Amount(title: named.first?.title, advice: named.first?.advice, unread: unread)
      }
      return Amount(
        value: finding.value, blame: finding.blame, title: finding.title, advice: finding.advice,
        isWeak: finding.isWeak, unread: unread)
    case .functions(let word): return try functionAmount(word, profile, column: column)
    }
  }

  /// - Throws: where the sum does not fit 64 bits: no budget on it can be checked.
  private static func total(
    _ profile: Profile, column: Int, isBase: Bool
  ) throws(BudgetError) -> Int64 {
    if let total = profile.magnitude(ofColumn: column) { return total }
    throw BudgetError(
      "the sum of \(profile.sampleTypeName(column)) does not fit 64 bits", isAboutBase: isBase)
  }

  private mutating func report(_ key: SearchKey) -> HotspotReport {
    if let known = reports[key] { return known }
    let report = newReport(key)
    for note in report.sourceNotes where !sourceNotes.contains(note) { sourceNotes.append(note) }
    reports[key] = report
    if base == nil || source == nil { return report }
    // The other side too: what only one side's sources explain would look as if it were new.
    let other = newReport(SearchKey(isBase: !key.isBase, column: key.column, byRule: key.byRule))
    if report.sourceNotes.isEmpty, other.sourceNotes.isEmpty { return report }
    for note in other.sourceNotes where !sourceNotes.contains(note) { sourceNotes.append(note) }
    source = nil
    reports = [:]
    return self.report(key)
  }

  private mutating func newReport(_ key: SearchKey) -> HotspotReport {
    var rules = rules
    if key.byRule {
      for index in rules.indices { rules[index].kind = HotspotKind(rules[index].id) }
    }
    // What reports leave out counts against a budget nevertheless.
    var options = HotspotOptions()
    options.minimumShare = 0
    options.source = source
    return findHotspots(
      in: key.isBase ? base ?? profile : profile, column: key.column,
      ownership: ownership(isBase: key.isBase), options: options, rules: rules)
  }

  private mutating func ownership(isBase: Bool) -> Ownership {
    if isBase, let base {
      let known = baseOwnership ?? Ownership(base, ownCode)
      baseOwnership = known
      return known
    }
    let known = ownership ?? Ownership(profile, ownCode)
    ownership = known
    return known
  }

  /// Sums the stacks with a function that matches, each once, and blames the
  /// leaf-most line that does.
  private func functionAmount(
    _ word: String, _ profile: Profile, column: Int
  ) throws(BudgetError) -> Amount {
    var amount = Amount()
    let pattern: Pattern
    do { pattern = try Budget.pattern(word) } catch { throw BudgetError(error) }
    var matcher = NameMatcher(pattern, profile.strings)
    let functions = profile.functions
    let matching = functions.names.map { matcher.matches($0, in: profile.strings) }
    do { try pattern.checkEffort() } catch {
      throw BudgetError(
        "takes too many steps to match; write it without repetition of what repeats, as in (a+)+")
    }
    amount.isUnmatched = !matching.contains(true)
    if amount.isUnmatched { return amount }
    let values = profile.samples.values[column]
    var lines: [SourceLine: Int64] = [:]
    for sample in 0..<profile.samples.count where values[sample] != 0 {
      guard let line = profile.leafmostLine(ofSample: sample, where: matching) else { continue }
      amount.value = saturatingSum(amount.value, values[sample])
      lines[line] = saturatingSum(lines[line] ?? 0, values[sample])
    }
    let total = values.reduce(0) { $0 + Double($1.magnitude) }
    var texts = SharedTexts(profile.strings)
    amount.blame = lines.map { line, value in
      BlamedLine(
        function: texts[functions.names[line.function.index]],
        file: texts[functions.files[line.function.index]], line: line.line,
        share: total == 0 ? 0 : Double(value) / total, value: value)
    }.sorted { ($1.value, $0.function, $0.line) < ($0.value, $1.function, $1.line) }
    return amount
  }
}

extension Profile {
  /// The line closest to the leaf whose function is marked.
  fileprivate func leafmostLine(ofSample sample: Int, where matching: [Bool]) -> SourceLine? {
    for frame in samples.frameRange(of: sample) {
      let rows = locations.lineRange(of: samples.frames[frame].index)
      if let line = locations.lines[rows].first(where: { matching[$0.function.index] }) {
        return line
      }
    }
    return nil
  }
}
