/// Returns the sum, or what is nearest to it.
func saturatingSum(_ left: Int64, _ right: Int64) -> Int64 {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? (left < 0 ? .min : .max) : sum
}

/// Returns |value|, or what is nearest to it.
func magnitude(_ value: Int64) -> Int64 { value == .min ? .max : abs(value) }
