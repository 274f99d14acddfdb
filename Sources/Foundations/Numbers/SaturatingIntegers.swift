// The one way to calculate with numbers from outside: values, times, line numbers and counts from a
// profile, a log, a server or a file system may be at either end of their range. A result that does
// not fit becomes the nearest number that does. Sums of sample values that do not fit are refused
// earlier (`Profile.magnitude(ofColumn:)`).
//
// These are public, not `package`, because only public code is compiled into the loops of other
// modules.

/// Returns the sum, saturated.
@inlinable
public func saturatingSum<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? (right < 0 ? .min : .max) : sum
}

/// Returns the difference, saturated.
@inlinable
public func saturatingDifference<Number: FixedWidthInteger>(
  _ left: Number, _ right: Number
) -> Number {
  let (difference, overflow) = left.subtractingReportingOverflow(right)
  return overflow ? (right < 0 ? .max : .min) : difference
}

/// Returns the product, saturated.
@inlinable
public func saturatingProduct<Number: FixedWidthInteger>(
  _ left: Number, _ right: Number
) -> Number {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? ((left < 0) == (right < 0) ? .max : .min) : product
}

/// Returns |value|, saturated.
@inlinable
public func saturatingMagnitude(_ value: Int64) -> Int64 { value == .min ? .max : abs(value) }

extension FixedWidthInteger {
  /// Truncates the fraction and saturates; NaN becomes 0.
  @inlinable
  public init(clamping value: Double) {
    self =
      Self(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }

  /// Rounds and saturates; NaN becomes 0.
  @inlinable
  public init(nearest value: Double) { self.init(clamping: value.rounded()) }
}
