package import ProfileModel

/// The result of checking one budget.
package struct BudgetOutcome: Sendable {
  package enum Verdict: String, Sendable {
    case kept
    /// Over the start of warnings, and not known to be over the limit.
    case warned
    case exceeded
    /// The samples do not show on which side of the limit the true figure is.
    case unsure
    /// No profile has the named function, so nothing was measured.
    case missing
  }

  /// Why the result is uncertain.
  package enum Doubt: Sendable, Equatable {
    /// This many times the samples would decide, if the figure stays; infinite when it equals the
    /// limit.
    case samples(times: Double)

    /// Stacks were cut where the function may have stood.
    case cutStacks
  }

  package var budget: Budget

  /// The sample type that was measured, and its unit.
  package var sampleType: String
  package var unit: String

  /// Σ|value| of the sample type. With several profiles, this and all other figures are means.
  package var total: Int64

  /// What the subject takes, in ``unit``.
  package var value: Int64

  /// The subject's value in the base; nil without one.
  package var baseValue: Int64?
  package internal(set) var verdict = Verdict.kept
  package internal(set) var doubt: Doubt?

  /// The 95 % interval of the true figure, in the terms of the limit: a share, a value, growth or a
  /// difference. Nil when unknown.
  package internal(set) var range: SamplingInterval?

  /// The part of ``value`` that accepted findings take; it does not count.
  package var accepted: Int64 = 0

  /// Gains and losses separately, when the total of a difference is measured.
  package var signed: SignedSum?

  /// The subject's value rests on too few samples.
  package var isWeak = false

  /// The budget names a function that the profile does not have.
  package var isUnmatched = false

  /// The value on stacks that were cut where the function may have stood: ``value`` is a lower
  /// bound, and may lack this much.
  package var hidden: Int64 = 0

  /// For a budget on any function, the one that takes most, and how many there are.
  package var function: String?
  package var functionCount = 1

  /// The lines to blame, largest first; none for the total.
  package var blame: [BlamedLine] = []

  /// The finding's title, if the subject is a finding.
  package var title: String?
  package var advice: String?

  /// The distance from the limit, and from the start of warnings.
  var distance: LimitDistance?
  var warningDistance: LimitDistance?

  /// One unit of the distance, in the terms of the limit.
  var rangeScale = 1.0

  /// What cut stacks may hide in the base, where it makes room.
  var hiddenRoom = 0.0

  /// Both sides are 0, so nothing has grown.
  var isNothing = false

  package init(
    budget: Budget, sampleType: String, unit: String, total: Int64, value: Int64,
    baseValue: Int64?
  ) {
    self.budget = budget
    self.sampleType = sampleType
    self.unit = unit
    self.total = total
    self.value = value
    self.baseValue = baseValue
  }

  package var isExceeded: Bool { verdict == .exceeded }

  /// The share of the total, 0 to 1.
  package var share: Double { total == 0 ? 0 : Double(value) / Double(total) }

  /// The growth over the base: 0.1 for 10 % more. Infinite when the base is 0; nil without a base.
  package var growth: Double? {
    guard let baseValue else { return nil }
    if baseValue == 0 { return value == 0 ? 0 : value < 0 ? -.infinity : .infinity }
    return (Double(value) - Double(baseValue)) / Double(baseValue.magnitude)
  }
}

extension BudgetOutcome {
  /// The probability, at most, that a check reports any budget as exceeded that in truth is kept.
  static let errorRate = 0.025

  /// Decides the status of each budget of one check.
  ///
  /// A check with many budgets has many chances to be wrong. So the more budgets there are, the
  /// surer it must be to report one as exceeded (Holm 1979).
  package static func judge(_ outcomes: inout [BudgetOutcome]) {
    var left = outcomes.reduce(0) { $0 + ($1.distance?.hasChance == true ? $1.functionCount : 0) }
    var isOver = true
    let order = outcomes.indices.map { ($0, outcomes[$0].distance?.deviations ?? 0) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    for index in order {
      guard let distance = outcomes[index].distance else { continue }
      if !distance.hasChance {
        outcomes[index].judge(tail: Self.errorRate, mayExceed: true)
        continue
      }
      outcomes[index].judge(tail: Self.errorRate / Double(max(1, left)), mayExceed: isOver)
      if outcomes[index].verdict != .exceeded { isOver = false }
      if isOver { left -= outcomes[index].functionCount }
    }
  }

  /// - Parameter tail: the allowed probability of reporting it as exceeded by chance.
  private mutating func judge(tail: Double, mayExceed: Bool) {
    guard let distance else { return }
    verdict = .kept
    if isUnmatched {
      if case .anyFunction = budget.subject { return }
      verdict = .missing
      return
    }
    if let interval = distance.interval(tail: Self.errorRate) {
      let measured = measured
      range = SamplingInterval(
        low: measured + (interval.low - distance.distance) / rangeScale,
        high: measured + (interval.high - distance.distance) / rangeScale)
    }
    if isNothing { return }
    if mayExceed, isOver(distance, tail: tail) {
      if !isOver(distance, tail: tail, room: hiddenRoom) {
        verdict = .unsure
        doubt = .cutStacks
      } else {
        verdict = .exceeded
      }
    } else if isUnder(distance) {
      if isUnder(distance, hidden: Double(hidden)) {
        let warns = warningDistance.map { isOver($0, tail: Self.errorRate) } ?? false
        verdict = warns ? .warned : .kept
      } else {
        verdict = .unsure
        doubt = .cutStacks
      }
    } else {
      verdict = .unsure
      doubt = .samples(
        times: distance.neededFactor(tail: distance.distance > 0 ? tail : Self.errorRate))
    }
  }

  private func isOver(_ distance: LimitDistance, tail: Double, room: Double = 0) -> Bool {
    let low = (distance.interval(tail: tail)?.low ?? distance.distance) - room
    return budget.isInclusive ? low > 0 : low >= 0
  }

  private func isUnder(_ distance: LimitDistance, hidden: Double = 0) -> Bool {
    let high = (distance.interval(tail: Self.errorRate)?.high ?? distance.distance) + hidden
    return budget.isInclusive ? high <= 0 : high < 0
  }

  /// The figure, in the terms of the limit.
  private var measured: Double {
    switch budget.limit {
    case .share: share
    case .value: Double(value)
    case .growth: growth ?? 0
    case .increase: Double(value) - Double(baseValue ?? 0)
    }
  }
}
