package import ProfileModel

extension Profile {
  /// Packs the stacks, as in a profile that was read.
  package mutating func packStacks() {
    var packed = PackedStacks()
    var last: [UInt32] = []
    for sample in 0..<samples.count {
      let stack = samples.frames[samples.frameRange(of: sample)].map(\.rawValue)
      let shared = zip(stack.reversed(), last.reversed()).prefix { $0 == $1 }.count
      stack.withUnsafeBufferPointer { packed.append($0, shared: shared) }
      last = stack
    }
    samples.setStacks(packed)
  }
}
