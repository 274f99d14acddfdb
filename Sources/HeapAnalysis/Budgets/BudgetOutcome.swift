/// What became of a budget.
package struct BudgetOutcome: Sendable, Equatable {
  package var budget: Budget

  /// The sample type that was measured, and its unit.
  package var sampleType: String
  package var unit: String

  /// Σ|value| of the sample type.
  package var total: Int64

  /// What the subject takes, in ``unit``.
  package var value: Int64

  /// The same in the base; nil without one.
  package var baseValue: Int64?
  package var isExceeded = false

  /// What the subject takes rests on too few samples.
  package var isWeak = false

  /// A function is named that the profile does not have.
  package var isUnmatched = false

  /// The lines to blame, most first; none for the total.
  package var blame: [BlamedLine] = []

  /// Of the finding, where the subject is one.
  package var title: String?
  package var advice: String?

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
