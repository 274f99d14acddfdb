/// A value with three significant digits, or as many as its whole part has, and a unit: `841MB`,
/// `8.5MB`, `1.25kB`, `1,280TB`.
///
/// For sentences and lists, where the rest of pprof's digits is noise.
package func shortText(_ value: Int64, from unit: String) -> String {
  let scaled = ScaledValue(value, from: unit, to: "auto")
  let magnitude = abs(scaled.value)
  if magnitude == 0 { return "0" }
  if magnitude >= 999.5 {
    return groupedDigits(Int64(clamping: scaled.value.rounded())) + scaled.unit
  }
  var text = formatted(
    scaled.value, magnitude >= 99.95 ? "%.0f" : magnitude >= 9.995 ? "%.1f" : "%.2f")
  if text.contains(".") {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  return text + scaled.unit
}
