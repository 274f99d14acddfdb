/// `0.5s`, `45s`, `5m30s`, `2h05m`, `16d04h`.
package func durationText(_ seconds: Double) -> String {
  if seconds < 10, seconds != seconds.rounded() { return formatted(seconds, "%.1f") + "s" }
  let whole = Int(min(seconds, 1e12).rounded())
  func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  if whole < 60 { return "\(whole)s" }
  if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
  if whole < 48 * 3600 { return "\(whole / 3600)h\(two(whole / 60 % 60))m" }
  return "\(whole / 86_400)d\(two(whole / 3600 % 24))h"
}

/// Returns a duration as Go prints one: `1h2m3s`, `1.5s`, `250ms`.
package func goDuration(_ nanoseconds: Int64) -> String {
  if nanoseconds == 0 { return "0s" }
  let sign = nanoseconds < 0 ? "-" : ""
  let value = nanoseconds.magnitude
  func decimal(_ value: UInt64, _ unit: UInt64) -> String {
    var fraction = String(value % unit)
    fraction = String(repeating: "0", count: String(unit).count - 1 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(value / unit)" + (fraction.isEmpty ? "" : "." + fraction)
  }
  if value < 1_000 { return "\(sign)\(value)ns" }
  if value < 1_000_000 { return sign + decimal(value, 1_000) + "µs" }
  if value < 1_000_000_000 { return sign + decimal(value, 1_000_000) + "ms" }
  let minutes = value / 60_000_000_000
  let seconds = decimal(value % 60_000_000_000, 1_000_000_000) + "s"
  if minutes == 0 { return sign + seconds }
  if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
  return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
}
