package import ProfileModel

/// What became of a budget.
package struct BudgetOutcome: Sendable {
  package enum Verdict: String, Sendable {
    case kept
    /// Over where warnings begin, and not known to be over the limit.
    case warned
    case exceeded
    /// The samples do not tell on which side of the limit the truth is.
    case unsure
    /// No profile has the function that is named, so nothing was measured.
    case missing
  }

  /// Why nothing sure can be said.
  package enum Doubt: Sendable, Equatable {
    /// So many times the samples would do, if the figure stays; infinite where it is the limit.
    case samples(times: Double)

    /// Stacks were cut, where the function may have stood.
    case cutStacks
  }

  package var budget: Budget

  /// The sample type that was measured, and its unit.
  package var sampleType: String
  package var unit: String

  /// Σ|value| of the sample type; of several profiles this and all else is the mean.
  package var total: Int64

  /// What the subject takes, in ``unit``.
  package var value: Int64

  /// The same in the base; nil without one.
  package var baseValue: Int64?
  package internal(set) var verdict = Verdict.kept
  package internal(set) var doubt: Doubt?

  /// Where the truth lies in 95 of 100 cases, in the terms of the limit: a share, a value,
  /// growth or a difference. Nil where nothing tells.
  package internal(set) var range: SamplingInterval?

  /// What accepted findings take of ``value``: it does not count.
  package var accepted: Int64 = 0

  /// Gains and losses apart, where the total of a difference is measured.
  package var signed: SignedSum?

  /// What the subject takes rests on too few samples.
  package var isWeak = false

  /// A function is named that the profile does not have.
  package var isUnmatched = false

  /// Stacks were cut where the function may have stood: ``value`` is a lower bound, and this
  /// may be missing from it.
  package var hidden: Int64 = 0

  /// Of a budget on any one function, the one that takes most, and how many there are.
  package var function: String?
  package var functionCount = 1

  /// The lines to blame, most first; none for the total.
  package var blame: [BlamedLine] = []

  /// Of the finding, where the subject is one.
  package var title: String?
  package var advice: String?

  /// How far it is from the limit, and from where warnings begin.
  var distance: LimitDistance?
  var warningDistance: LimitDistance?

  /// What one unit of the distance is in the terms of the limit.
  var rangeScale = 1.0

  /// What stacks that were cut may hide in the base, as it makes room.
  var hiddenRoom = 0.0

  /// There is nothing on either side, so nothing has grown.
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

  /// The part of the total, 0 to 1.
  package var share: Double { total == 0 ? 0 : Double(value) / Double(total) }

  /// How much more than in the base: 0.1 for a tenth. Infinite where the base
  /// has nothing; nil without a base.
  package var growth: Double? {
    guard let baseValue else { return nil }
    if baseValue == 0 { return value == 0 ? 0 : value < 0 ? -.infinity : .infinity }
    return (Double(value) - Double(baseValue)) / Double(baseValue.magnitude)
  }
}

extension BudgetOutcome {
  /// How unlikely it is, at most, that any of the budgets of a check that are kept in truth
  /// is called exceeded.
  static let errorRate = 0.025

  /// Says what became of each budget of one check.
  ///
  /// A check with many budgets has many chances to be wrong. So that one is called exceeded
  /// it has to be the surer the more there are (Holm 1979).
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

  /// - Parameter tail: how unlikely it is to be to call it exceeded by chance.
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

  /// The figure in the terms of the limit.
  private var measured: Double {
    switch budget.limit {
    case .share: share
    case .value: Double(value)
    case .growth: growth ?? 0
    case .increase: Double(value) - Double(baseValue ?? 0)
    }
  }
}
