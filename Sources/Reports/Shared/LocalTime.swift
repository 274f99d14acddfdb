import Glibc

/// Returns a time in the zone of `TZ`, as `strftime` writes it.
package func localTime(_ nanoseconds: Int64, _ format: String) -> String {
  var seconds = Int(nanoseconds.flooredQuotient(1_000_000_000))
  var parts = tm()
  localtime_r(&seconds, &parts)
  return text(parts, format)
}

/// Returns a time in UTC, as `strftime` writes it.
package func universalTime(_ nanoseconds: Int64, _ format: String) -> String {
  var seconds = Int(nanoseconds.flooredQuotient(1_000_000_000))
  var parts = tm()
  gmtime_r(&seconds, &parts)
  return text(parts, format)
}

private func text(_ parts: tm, _ format: String) -> String {
  var parts = parts
  var buffer = [CChar](repeating: 0, count: 128)
  let count = strftime(&buffer, buffer.count, format, &parts)
  return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Returns a time as Go prints one: with the nanoseconds that are not 0 and the zone.
func goTime(_ nanoseconds: Int64) -> String {
  // Floored, so that it is not negative before 1970.
  let remainder = nanoseconds % 1_000_000_000
  var digits = String(remainder < 0 ? remainder + 1_000_000_000 : remainder)
  digits = String(repeating: "0", count: 9 - digits.count) + digits
  while digits.hasSuffix("0") { digits.removeLast() }
  return localTime(nanoseconds, "%Y-%m-%d %H:%M:%S") + (digits.isEmpty ? "" : "." + digits)
    + localTime(nanoseconds, " %z %Z")
}

/// Returns a duration as Go prints one: `1h2m3s`, `1.5s`, `250ms`.
func goDuration(_ nanoseconds: Int64) -> String {
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

extension Int64 {
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
