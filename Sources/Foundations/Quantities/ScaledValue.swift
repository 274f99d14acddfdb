/// A number with the unit that it is shown in.
package struct ScaledValue: Equatable, Sendable {
  package var value: Double

  /// Empty when the unit is not worth showing, for example `count`.
  package var unit: String

  /// Converts a value into a unit, as pprof does.
  ///
  /// - Parameters:
  ///   - from: the unit of the profile, for example `bytes`.
  ///   - to: the wanted unit; `auto` and `minimum` take the largest in which the value is at least
  ///     1.
  package init(_ value: Int64, from: String, to: String) {
    let magnitude = Self.scaled(Double(value.magnitude), from: from, to: to)
    self.value = value < 0 ? -magnitude.value : magnitude.value
    unit = magnitude.unit
  }

  private init(value: Double, unit: String) {
    self.value = value
    self.unit = unit
  }

  private static func scaled(_ value: Double, from: String, to: String) -> ScaledValue {
    let automatic = to == "auto" || to == "minimum"
    for family in UnitFamily.all {
      guard let source = family.unit(named: from) else { continue }
      let base = value * source.factor
      let target =
        (automatic ? family.largestUnit(for: base) : family.unit(named: to)) ?? family.fallback
      return ScaledValue(value: base / target.factor, unit: target.name)
    }
    let silent = automatic || to == "count" || to == "sample" || to == "unit"
    return ScaledValue(value: value, unit: silent ? "" : to)
  }

  /// `1.50kB`, `2MB`, `0`: two decimals unless both are 0, no unit after 0.
  package var text: String {
    var digits = formatted(value, "%.2f")
    if digits.hasSuffix(".00") { digits.removeLast(3) }
    return digits == "0" || digits == "-0" ? "0" : digits + unit
  }
}
