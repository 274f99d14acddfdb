/// Formats many values of one unit, each as ``ScaledValue/text`` does.
///
/// Looking up the units for each value took most of the time of listing samples.
package struct ValueScale: Sendable {
  private let from: String
  private let to: String

  /// The size of the unit in base units, and the units that may be shown; nil outside all families.
  private let source: Double?
  private let targets: [(factor: Double, name: [UInt8])]
  private let fallback: (factor: Double, name: [UInt8])

  package init(from: String, to: String) {
    self.from = from
    self.to = to
    let family = UnitFamily.all.first { $0.unit(named: from) != nil }
    source = family?.unit(named: from)?.factor
    let isAutomatic = to == "auto" || to == "minimum"
    let units = isAutomatic ? family?.units : family?.unit(named: to).map { [$0] }
    targets = (units ?? []).map { ($0.factor, Array($0.name.utf8)) }
    self.isAutomatic = isAutomatic
    fallback = (family?.fallback.factor ?? 1, Array((family?.fallback.name ?? "").utf8))
  }

  private let isAutomatic: Bool

  /// Returns the bytes of a value's text.
  package func text(_ value: Int64) -> [UInt8] {
    guard let source else { return Array(ScaledValue(value, from: from, to: to).text.utf8) }
    let base = Double(value.magnitude) * source
    var target = fallback
    if isAutomatic {
      var best = 0.0
      for unit in targets where unit.factor >= best && base / unit.factor >= 1 {
        best = unit.factor
        target = unit
      }
    } else if let unit = targets.first {
      target = unit
    }
    let hundredfold = base / target.factor * 100
    let whole = hundredfold.rounded()
    // When two roundings are nearly tied, the exact value decides, since multiplying could have
    // moved it.
    guard hundredfold < 1e11, abs(abs(hundredfold - hundredfold.rounded(.down)) - 0.5) > 1e-3
    else { return Array(ScaledValue(value, from: from, to: to).text.utf8) }
    let number = UInt64(whole)
    if number == 0 { return [UInt8(ascii: "0")] }
    var digits: [UInt8] = []
    digits.reserveCapacity(24)
    if value < 0 { digits.append(UInt8(ascii: "-")) }
    let first = digits.count
    var rest = number / 100
    repeat {
      digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    digits[first...].reverse()
    if number % 100 != 0 {
      digits.append(UInt8(ascii: "."))
      digits.append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
      digits.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
    digits.append(contentsOf: target.name)
    return digits
  }
}
