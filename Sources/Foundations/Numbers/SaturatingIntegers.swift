// The one way to calculate with numbers from outside: values, times, line numbers and
// counts of a profile, a log, a server or a file system may stand at either end of their
// range. A figure that does not fit is the nearest one that does; a sum of sample values
// that does not fit is refused before (`Profile.magnitude(ofColumn:)`).
//
// These are public, not `package`, since only what is public is compiled into the loops
// of other modules.

/// Returns the sum, or the nearest number that exists.
@inlinable
public func saturatingSum<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? (right < 0 ? .min : .max) : sum
}

/// Returns the difference, or the nearest number that exists.
@inlinable
public func saturatingDifference<Number: FixedWidthInteger>(
  _ left: Number, _ right: Number
) -> Number {
  let (difference, overflow) = left.subtractingReportingOverflow(right)
  return overflow ? (right < 0 ? .max : .min) : difference
}

/// Returns the product, or the nearest number that exists.
@inlinable
public func saturatingProduct<Number: FixedWidthInteger>(
  _ left: Number, _ right: Number
) -> Number {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? ((left < 0) == (right < 0) ? .max : .min) : product
}

/// Returns |value|, or the nearest number that exists.
@inlinable
public func saturatingMagnitude(_ value: Int64) -> Int64 { value == .min ? .max : abs(value) }

extension FixedWidthInteger {
  /// Cuts off the fraction; the nearest number that exists, 0 for no number.
  @inlinable
  public init(clamping value: Double) {
    self =
      Self(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }

  /// Rounds; the nearest number that exists, 0 for no number.
  @inlinable
  public init(nearest value: Double) { self.init(clamping: value.rounded()) }
}
