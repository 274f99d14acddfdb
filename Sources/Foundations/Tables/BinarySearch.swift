/// Returns the first number of a range for which a test is true; the end when there is none.
///
/// It is public and inlinable for the loops of other modules.
///
/// - Parameter test: false up to some number, and true from there on.
/// - Complexity: O(log *n*).
@inlinable @inline(__always)
public func firstNumber<Number: FixedWidthInteger>(
  in range: Range<Number>, where test: (Number) -> Bool
) -> Number {
  var low = range.lowerBound
  var high = range.upperBound
  while low < high {
    let middle = low + (high - low) / 2
    if test(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
