import HeapscopeTestSupport

extension StackProfile {
  /// A heap profile as Go writes it, with the standard library where it is installed.
  static func goHeap(
    types: [String] = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"],
    standardRoot: String = "/usr/local/go/src/"
  ) -> StackProfile {
    var builder = StackProfile(
      types: types.map { $0 + ($0.hasSuffix("objects") ? "/count" : "/bytes") })
    builder.standardRoot = standardRoot
    return builder
  }

  /// Adds a sample, with the size of its objects as Go's label says it.
  mutating func add(_ stack: String, values: [Int64], size: Int64? = nil) {
    if let size {
      add(stack, values, numbers: ["bytes": (size, "bytes")])
    } else {
      add(stack, values)
    }
  }

  /// Adds a sample that was allocated and is gone.
  mutating func add(_ stack: String, bytes: Int64, objects: Int64 = 10_000, size: Int64? = nil) {
    add(stack, values: [objects, bytes, 0, 0], size: size)
  }
}
