extension Int64 {
  /// The nearest number that exists.
  package init(clamping value: Double) {
    self = Int64(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }
}
