import Foundations
package import Ownership
package import ProfileModel

/// Measures budgets on profiles, and on a base if there is one.
package struct BudgetCheck {
  /// How the profile of the base and the checked profile are related.
  package enum Pairing: Sendable {
    /// Of different processes, as far as known.
    case independent
    case oneProcess

    /// Nothing was allocated between the two.
    case oneMoment

    /// - Parameters:
    ///   - before: what the base's profile says about its process.
    ///   - after: the same for the profile to check.
    package init(_ before: ProcessMarks, _ after: ProcessMarks) {
      if Kinship(before, after).isOneProcess != true {
        self = .independent
      } else {
        self = before.counters == after.counters ? .oneMoment : .oneProcess
      }
    }
  }

  /// The profiles of one side, each with its ownership.
  package struct Side {
    fileprivate var measures: [BudgetMeasure]

    package init(
      _ profiles: [Profile], ownCode: OwnershipOptions, ownerships: [Ownership?],
      rules: [HotspotRule], source: SourceLookup? = nil
    ) {
      measures = zip(profiles, ownerships).map {
        BudgetMeasure($0, ownCode: ownCode, ownership: $1, rules: rules, source: source)
      }
    }
  }

  private var side: Side
  private var base: Side?
  private let pairing: Pairing
  private let sampleType: String
  private let rules: [HotspotRule]
  private let accepted: AcceptedFindings

  /// Notes about source files that exist but were not read.
  package private(set) var sourceNotes: [String] = []

  /// Kinds with a smaller share of the total are ignored by ``growthBudgets(atMost:)``.
  private static let noticeable = 0.01

  /// The most lines to blame in an outcome: a budget may be exceeded on each of a hundred thousand
  /// lines, and a check may have many budgets.
  private static let blameLimit = 4096

  /// How many functions are examined closely for a budget on any function.
  private static let candidateLimit = 8

  /// - Parameters:
  ///   - side: the profiles to check, at least one.
  ///   - sampleType: for budgets that name none.
  package init(
    _ side: Side, base: Side? = nil, pairing: Pairing = .independent, sampleType: String,
    rules: [HotspotRule], accepted: AcceptedFindings = AcceptedFindings()
  ) {
    self.side = side
    self.base = base
    self.pairing = pairing
    self.sampleType = sampleType
    self.rules = rules
    self.accepted = accepted
  }

  /// Returns budgets that limit the growth of the total and of each kind of finding with at least 1
  /// % of it.
  package mutating func growthBudgets(atMost limit: Budget.Limit) throws(BudgetError) -> [Budget] {
    [Budget(.total, limit, isInclusive: true)]
      + (try kinds().map { Budget(.hotspot($0), limit, isInclusive: true) })
  }

  /// Returns budgets that allow no noticeable finding: what exists is either accepted or new.
  package mutating func newFindingBudgets() throws(BudgetError) -> [Budget] {
    try kinds().map { Budget(.hotspot($0), .share(Self.noticeable), isInclusive: false) }
  }

  /// Searches both sides for findings. When one side's sources must not be read, neither side's
  /// are: what only one side's sources explain would look new.
  private mutating func agreeOnSources(type: String, byRule: Bool) {
    func notes(_ side: inout Side) -> [String] {
      side.measures.indices.flatMap { index in
        side.measures[index].profile.column(named: type).map {
          side.measures[index].sourceNotes(column: $0, byRule: byRule)
        } ?? []
      }
    }
    var found = notes(&side)
    if base != nil { found += notes(&base!) }
    for note in found where !sourceNotes.contains(note) { sourceNotes.append(note) }
    if found.isEmpty || base == nil { return }
    for index in side.measures.indices { side.measures[index].leaveSources() }
    for index in base?.measures.indices ?? 0..<0 { base?.measures[index].leaveSources() }
  }

  private mutating func kinds() throws(BudgetError) -> [String] {
    var kinds: [String] = []
    for index in side.measures.indices {
      let column = try side.measures[index].column(sampleType)
      agreeOnSources(type: sampleType, byRule: false)
      for kind in side.measures[index].kinds(column: column, minimumShare: Self.noticeable)
      where !kinds.contains(kind) {
        kinds.append(kind)
      }
    }
    return kinds
  }

  /// Measures one budget; ``BudgetOutcome/judge(_:)`` says what the figures mean.
  ///
  /// - Throws: when a profile or the base lacks the sample type, or the sample type is not counted
  ///   in the limit's unit.
  package mutating func outcome(of budget: Budget) throws(BudgetError) -> BudgetOutcome {
    let type = budget.sampleType ?? sampleType
    let first = side.measures[0]
    let column = try first.column(type)
    let unit = first.unit(ofColumn: column)
    if case .hotspot(let name) = budget.subject,
      !first.profile.measure(ofColumn: column).isMemory,
      !rules.contains(where: { $0.isUsers && ($0.kind.rawValue == name || $0.id == name) })
    {
      throw BudgetError("\(name) is about memory, which \(type) does not count")
    }
    if case .hotspot(let name) = budget.subject {
      agreeOnSources(type: type, byRule: !rules.contains { $0.kind.rawValue == name })
    }
    if budget.needsBase, base == nil { throw BudgetError("growth needs a base") }
    if case .anyFunction(let word) = budget.subject {
      return try outcome(of: budget, onAny: word, type: type, unit: unit)
    }
    let found = try side.amounts(type: type, unit: unit) { measure, column throws(BudgetError) in
      try measure.amount(budget.subject, column: column)
    }
    let before = try base?.amounts(type: type, unit: unit, isBase: true) {
      measure, column throws(BudgetError) in try measure.amount(budget.subject, column: column)
    }
    return try outcome(of: budget, type: type, unit: unit, found, before)
  }

  private func outcome(
    of budget: Budget, type: String, unit: String, _ found: SideAmounts, _ before: SideAmounts?,
    acceptedFunction: String? = nil
  ) throws(BudgetError) -> BudgetOutcome {
    var found = found
    var outcome = BudgetOutcome(
      budget: budget, sampleType: type, unit: unit, total: found.mean(of: \.magnitude),
      value: found.mean(of: \.amount.value), baseValue: before?.mean(of: \.amount.value))
    if case .total = budget.subject, side.measures.count == 1 {
      let measure = side.measures[0]
      let signed = measure.profile.signedSum(ofColumn: try measure.column(type))
      if signed.lost < 0 { outcome.signed = signed }
    }
    let isRelative = if case .share = budget.limit { true } else { false }
    let key = AcceptedFindings.Key(subject: budget.name, sampleType: type)
    for index in found.profiles.indices {
      let covered = accepted.cover(
        &found.profiles[index].amount, key, function: acceptedFunction,
        shareOf: isRelative ? found.profiles[index].magnitude : nil,
        base: budget.needsBase ? before : nil)
      outcome.accepted = saturatingSum(
        outcome.accepted, covered / Int64(found.profiles.count))
    }
    outcome.blame = Array(found.blame.prefix(Self.blameLimit))
    outcome.title = found.profiles.compactMap(\.amount.title).first
    outcome.advice = found.profiles.compactMap(\.amount.advice).first
    outcome.isUnmatched =
      found.profiles.allSatisfy(\.amount.isUnmatched)
      && before?.profiles.allSatisfy(\.amount.isUnmatched) ?? true
    outcome.isWeak = found.profiles.contains(where: \.amount.isWeak)
    outcome.hidden = found.mean(of: \.amount.hidden)
    outcome.distance = try distance(outcome, budget.limit, found, before)
    if let warning = budget.warning {
      outcome.warningDistance = try distance(outcome, warning, found, before)
    }
    try refuseUnread(found, outcome)
    switch budget.limit {
    case .share: outcome.rangeScale = max(1, Double(outcome.total))
    case .growth(let growth):
      outcome.rangeScale = max(1, Double((outcome.baseValue ?? 0).magnitude))
      outcome.hiddenRoom = (1 + growth) * Double(before?.mean(of: \.amount.hidden) ?? 0)
    case .increase: outcome.hiddenRoom = Double(before?.mean(of: \.amount.hidden) ?? 0)
    case .value: break
    }
    outcome.isNothing =
      before.map { before in
        (found.profiles + before.profiles).allSatisfy { $0.amount.value == 0 }
      } ?? false
    return outcome
  }

  /// - Throws: when source that is not available could put a figure over its limit.
  private func refuseUnread(_ found: SideAmounts, _ outcome: BudgetOutcome) throws(BudgetError) {
    let unread = found.mean(of: \.amount.unread)
    guard unread > 0, let distance = outcome.distance?.distance else { return }
    func isWithin(_ distance: Double) -> Bool {
      outcome.budget.isInclusive ? distance <= 0 : distance < 0
    }
    guard isWithin(distance), !isWithin(distance + Double(unread)) else { return }
    let most = ScaledValue(
      saturatingSum(outcome.value, unread), from: outcome.unit, to: "auto")
    throw BudgetError(
      "\(outcome.budget.name) shows in source alone, which \(most.text) may need and which is not "
        + "at hand: add --source-path")
  }

  /// Finds the function that is closest to the limit, or farthest over it.
  private mutating func outcome(
    of budget: Budget, onAny word: String, type: String, unit: String
  ) throws(BudgetError) -> BudgetOutcome {
    let each = try side.amountsOfEach(word, type: type)
    let before = try base?.amountsOfEach(word, type: type, isBase: true) ?? [:]
    func distance(_ name: String) -> Double {
      let value = each[name] ?? 0
      if case .growth(let growth) = budget.limit {
        return value - (1 + growth) * (before[name] ?? 0)
      }
      return budget.needsBase ? value - (before[name] ?? 0) : value
    }
    let names = each.keys.sorted { (distance($1), $0) < (distance($0), $1) }
    var outcomes: [BudgetOutcome] = []
    for name in names.prefix(Self.candidateLimit) {
      let found = try side.amounts(type: type, unit: unit) { measure, column in
        measure.amount(ofFunctions: measure.functions(named: name), column: column)
      }
      let old = try base?.amounts(type: type, unit: unit, isBase: true) { measure, column in
        measure.amount(ofFunctions: measure.functions(named: name), column: column)
      }
      var outcome = try outcome(
        of: budget, type: type, unit: unit, found, old, acceptedFunction: name)
      outcome.function = name
      outcome.functionCount = names.count
      outcomes.append(outcome)
    }
    let worst = outcomes.enumerated().max {
      ($0.element.distance?.deviations ?? 0, $1.offset)
        < ($1.element.distance?.deviations ?? 0, $0.offset)
    }
    if let worst { return worst.element }
    let nothing = try side.amounts(type: type, unit: unit) { _, _ in
      BudgetAmount(isUnmatched: true)
    }
    return try outcome(
      of: budget, type: type, unit: unit, nothing,
      base?.amounts(type: type, unit: unit, isBase: true) { _, _ in
        BudgetAmount(isUnmatched: true)
      })
  }

  // MARK: Distances

  private func distance(
    _ outcome: BudgetOutcome, _ limit: Budget.Limit, _ found: SideAmounts, _ before: SideAmounts?
  ) throws(BudgetError) -> LimitDistance {
    func scaled(_ number: Double, _ unit: String) throws(BudgetError) -> Double {
      if unit.isEmpty { return number }
      guard let factor = UnitFamily.factor(from: unit, to: outcome.unit) else {
        throw BudgetError(
          "\(outcome.sampleType) is in \(outcome.unit), not in \(unit): "
            + "give a share, or a number without a unit")
      }
      return number * factor
    }
    let ignoresSampling = (side.measures + (base?.measures ?? [])).allSatisfy(\.isExact)
    func distance(_ sides: [[LimitDistance.Part]], _ constant: Double) -> LimitDistance {
      LimitDistance(sides, constant: constant, ignoresSampling: ignoresSampling)
    }
    switch limit {
    case .share(let share):
      return distance(
        [
          found.profiles.map { profile in
            let sum = profile.amount.sum
            return LimitDistance.Part(
              value: Double(profile.amount.value) - share * Double(profile.magnitude),
              over: profile.total == nil ? nil : sum?.scaled(by: 1 - share),
              under: sum.flatMap { profile.total?.without($0).scaled(by: share) })
          }
        ], 0)
    case .value(let number, let unit):
      return distance(
        [
          found.profiles.map {
            LimitDistance.Part(value: Double($0.amount.value), over: $0.amount.sum)
          }
        ], try scaled(number, unit))
    case .growth(let growth):
      return distance(growthParts(found, before, growth), 0)
    case .increase(let number, let unit):
      return distance(growthParts(found, before, 0), try scaled(number, unit))
    }
  }

  /// Splits growth into what counts and what makes room.
  ///
  /// Two runs of a program hold different things, so between processes the number of objects is
  /// chance as well; within one process it is not. Both profiles of one process contain what was
  /// allocated since its start, and only the rest is new.
  private func growthParts(
    _ found: SideAmounts, _ before: SideAmounts?, _ growth: Double
  ) -> [[LimitDistance.Part]] {
    let before = before?.profiles ?? []
    func part(_ profile: SideAmounts.One, _ room: Double?) -> LimitDistance.Part {
      let value = Double(profile.amount.value)
      let sum = pairing == .independent ? profile.amount.sum?.ofAnyRun : profile.amount.sum
      let known = pairing == .oneMoment ? nil : sum
      guard let room else { return LimitDistance.Part(value: value, over: known) }
      return LimitDistance.Part(
        value: -(value + room * value.magnitude), under: known?.scaled(by: max(0, 1 + room)))
    }
    if pairing == .oneProcess, let new = found.profiles.first?.amount, found.isSinceStart,
      let old = before.first?.amount, let sum = new.sum, let oldSum = old.sum, growth >= 0,
      new.value >= old.value, new.value > 0
    {
      let value = Double(new.value) - Double(old.value)
      return [
        [LimitDistance.Part(value: value, over: sum.part(value / Double(new.value)))],
        [
          LimitDistance.Part(
            value: -growth * Double(old.value), under: oldSum.scaled(by: growth))
        ],
      ]
    }
    return [found.profiles.map { part($0, nil) }, before.map { part($0, growth) }]
  }
}

extension BudgetCheck.Side {
  fileprivate mutating func amounts(
    type: String, unit: String, isBase: Bool = false,
    _ amount: (inout BudgetMeasure, Int) throws(BudgetError) -> BudgetAmount
  ) throws(BudgetError) -> SideAmounts {
    var amounts = SideAmounts()
    for index in measures.indices {
      let column = try measures[index].column(type, isBase: isBase)
      let other = measures[index].unit(ofColumn: column)
      guard other == unit else {
        throw BudgetError(
          "\(type) is in \(other), and in \(unit) in the profile to check", isAboutBase: isBase)
      }
      amounts.isSinceStart = measures[index].profile.sampleKind(column) == .sinceStart
      amounts.profiles.append(
        SideAmounts.One(
          amount: try amount(&measures[index], column),
          magnitude: try measures[index].magnitude(column: column, isBase: isBase),
          total: measures[index].total(column: column).sum))
    }
    return amounts
  }

  /// The mean of what each matching function takes.
  fileprivate func amountsOfEach(
    _ word: String, type: String, isBase: Bool = false
  ) throws(BudgetError) -> [String: Double] {
    var sums: [String: Double] = [:]
    for measure in measures {
      let column = try measure.column(type, isBase: isBase)
      _ = try measure.magnitude(column: column, isBase: isBase)
      for (name, value) in measure.amounts(ofEach: try measure.matching(word), column: column) {
        sums[name, default: 0] += Double(value) / Double(measures.count)
      }
    }
    return sums
  }
}
