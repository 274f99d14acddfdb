/// The units that pprof converts between: memory, time and Google compute units.
///
/// Any other unit is just text after the number.
package struct UnitFamily: Sendable {
  package struct Unit: Sendable {
    package let name: String
    let aliases: [String]

    /// The size of the unit in base units.
    package let factor: Double
  }

  /// From the smallest to the largest.
  let units: [Unit]

  /// The unit for values whose requested unit is of another family.
  let fallback: Unit

  package static let memory = UnitFamily(
    units: [
      Unit(name: "B", aliases: ["b", "byte"], factor: 1),
      Unit(name: "kB", aliases: ["kb", "kbyte", "kilobyte"], factor: 0x1p10),
      Unit(name: "MB", aliases: ["mb", "mbyte", "megabyte"], factor: 0x1p20),
      Unit(name: "GB", aliases: ["gb", "gbyte", "gigabyte"], factor: 0x1p30),
      Unit(name: "TB", aliases: ["tb", "tbyte", "terabyte"], factor: 0x1p40),
      Unit(name: "PB", aliases: ["pb", "pbyte", "petabyte"], factor: 0x1p50),
    ],
    fallback: Unit(name: "B", aliases: [], factor: 1))

  package static let time = UnitFamily(
    units: [
      Unit(name: "ns", aliases: ["ns", "nanosecond"], factor: 1),
      Unit(name: "us", aliases: ["μs", "us", "microsecond"], factor: 1e3),
      Unit(name: "ms", aliases: ["ms", "millisecond"], factor: 1e6),
      Unit(name: "s", aliases: ["s", "sec", "second"], factor: 1e9),
      Unit(name: "hrs", aliases: ["hour", "hr"], factor: 3.6e12),
    ],
    fallback: Unit(name: "s", aliases: [], factor: 1e9))

  private static let compute = UnitFamily(
    units: zip(
      ["n*", "u*", "m*", "", "k*", "M*", "G*", "T*", "P*"],
      [
        ("nano", 1e-9), ("micro", 1e-6), ("milli", 1e-3), ("", 1), ("kilo", 1e3), ("mega", 1e6),
        ("giga", 1e9), ("tera", 1e12), ("peta", 1e15),
      ]
    ).map { Unit(name: $0 + "GCU", aliases: [$1.0 + "gcu"], factor: $1.1) },
    fallback: Unit(name: "GCU", aliases: [], factor: 1))

  package static let all = [memory, time, compute]

  /// Returns the size of one unit in another, or nil when they are of different families.
  package static func factor(from: String, to: String) -> Double? {
    for family in all {
      if let source = family.unit(named: from), let target = family.unit(named: to) {
        return source.factor / target.factor
      }
    }
    return nil
  }

  /// Returns the unit of this family that a text means.
  ///
  /// Case is ignored, and so is a final `s` in names of more than two letters.
  package func unit(named text: String) -> Unit? {
    var name = text.lowercased()
    if name.utf8.count > 2, name.hasSuffix("s") { name.removeLast() }
    return units.first { $0.aliases.contains(name) }
  }

  /// Returns the largest unit in which the value is at least 1, or nil.
  func largestUnit(for value: Double) -> Unit? {
    var best: Unit?
    for unit in units where unit.factor >= (best?.factor ?? 0) && value / unit.factor >= 1 {
      best = unit
    }
    return best
  }
}
