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

/// Returns a time as Go prints one: with nonzero nanoseconds and the zone.
package func goTime(_ nanoseconds: Int64) -> String {
  // Floored, so that it is not negative before 1970.
  let remainder = nanoseconds % 1_000_000_000
  var digits = String(remainder < 0 ? remainder + 1_000_000_000 : remainder)
  digits = String(repeating: "0", count: 9 - digits.count) + digits
  while digits.hasSuffix("0") { digits.removeLast() }
  return localTime(nanoseconds, "%Y-%m-%d %H:%M:%S") + (digits.isEmpty ? "" : "." + digits)
    + localTime(nanoseconds, " %z %Z")
}

extension Int64 {
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
