import Glibc
import LogText

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// Returns the value of a run of decimal digits, or nil when it exceeds `UInt64.max`.
  func decimal(_ range: Range<Int>) -> UInt64? { number(range, radix: 10) }

  /// Returns the value of decimal digits after an optional `-`, or nil when it exceeds 64 bits.
  func signedDecimal(_ range: Range<Int>) -> Int64? {
    guard let first = range.first, self[first] == UInt8(ascii: "-") else {
      return decimal(range).flatMap(Int64.init(exactly:))
    }
    return decimal((first + 1)..<range.upperBound).flatMap(negated)
  }

  /// Returns the value of a run of hexadecimal digits, or nil when it exceeds `UInt64.max`.
  func hexadecimal(_ range: Range<Int>) -> UInt64? { number(range, radix: 16) }

  fileprivate func number(_ range: Range<Int>, radix: UInt64) -> UInt64? {
    if range.isEmpty { return nil }
    var value: UInt64 = 0
    for index in range {
      guard let digit = self[index].hexDigit, digit < radix else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }
}

extension [UInt8] {
  /// Returns the value of a number with an optional sign and, as in Go source, an optional base
  /// prefix: `0x`, `0o`, `0b` or just `0`. Nil when the text is no number or exceeds 64 bits.
  func prefixedInteger(_ range: Range<Int>) -> Int64? {
    var scanner = ByteCursor(self[range])
    let isNegative = scanner.take(UInt8(ascii: "-"))
    if !isNegative { _ = scanner.take(UInt8(ascii: "+")) }
    let digits = scanner.rest.indices
    var radix: UInt64 = 10
    if digits.count > 1, scanner.take(UInt8(ascii: "0")) {
      switch scanner.next.map({ $0 | 0x20 }) {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: radix = 0
      }
      if radix == 0 { radix = 8 } else { scanner.position += 1 }
    }
    guard let magnitude = number(scanner.rest.indices, radix: radix) else { return nil }
    return isNegative ? negated(magnitude) : Int64(exactly: magnitude)
  }

  /// Appends every `0x` number in a range, and ignores other text between them.
  ///
  /// - Returns: false when one exceeds `UInt64.max`.
  func appendAddresses(in range: Range<Int>, to addresses: inout [UInt64]) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      guard self[index] == UInt8(ascii: "0"), index + 2 < range.upperBound,
        self[index + 1] == UInt8(ascii: "x"), isAddressDigit(self[index + 2])
      else {
        index += 1
        continue
      }
      var address: UInt64 = 0
      index += 2
      while index < range.upperBound, isAddressDigit(self[index]), let digit = self[index].hexDigit
      {
        if address >> 60 != 0 { return false }
        address = address << 4 | UInt64(digit)
        index += 1
      }
      addresses.append(address)
    }
    return true
  }
}

private func negated(_ magnitude: UInt64) -> Int64? {
  if magnitude == Int64.min.magnitude { return Int64.min }
  return Int64(exactly: magnitude).map { -$0 }
}

/// Whether a byte is a hexadecimal digit of an address; an upper-case digit ends it, as in pprof.
func isAddressDigit(_ byte: UInt8) -> Bool {
  byte.isDigit || byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f")
}

/// Whether a byte may be part of the list of addresses after an `@`.
func isAddressListByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: " "), UInt8(ascii: "x"), UInt8(ascii: "0")...UInt8(ascii: "9"),
    UInt8(ascii: "a")...UInt8(ascii: "f"):
    true
  default: false
  }
}

/// Estimates all allocations from the sampled ones.
///
/// The sampler picks an allocation of *s* bytes with probability 1 − e^(−*s*/rate), where the rate
/// is the mean number of bytes between two picks. Both figures are divided by this probability and
/// truncated.
///
/// - Returns: nil when a figure exceeds 64 bits. Only a rate of at most 1 leaves the figures as
///   they are.
func unsampled(count: Int64, bytes: Int64, rate: Int64) -> (count: Int64, bytes: Int64)? {
  if count == 0 || bytes == 0 { return (0, 0) }
  if rate <= 1 { return (count, bytes) }
  let meanBytes = Double(bytes) / Double(count)
  let scale = 1 / (1 - exp(-meanBytes / Double(rate)))
  guard let count = truncated(Double(count) * scale), let bytes = truncated(Double(bytes) * scale)
  else { return nil }
  return (count, bytes)
}

/// Returns the number without its fraction, or nil when it exceeds 64 bits.
func truncated(_ value: Double) -> Int64? { Int64(exactly: value.rounded(.towardZero)) }
