extension HeapObjects {
  /// The runtime's record of a goroutine that waits (`runtime.sudog`) begins with a pointer to the
  /// goroutine's, and is of at most so many bytes.
  private static let waiterSize = 256
  private static let waiterSlots = 5

  /// The runtime's processors are larger. They keep records for later use.
  private static let processorSize = 4096

  /// Takes away what leads from a channel, and from one who waits there, to others who wait.
  ///
  /// Channels and locks have lists of those that wait. Followed like other pointers, they would
  /// give every frame that waits what all the others have.
  mutating func separateWaiters(of goroutines: Set<UInt32>) {
    if goroutines.isEmpty { return }
    /// By record: the goroutine that it is of.
    var waiters: [UInt32: UInt32] = [:]
    for object in 0..<count {
      let range = edgeRange(of: object)
      guard let first = range.first, goroutines.contains(edges[first]) else { continue }
      let shape = Int(shapes[object])
      if Int(shapeTable.sizes[shape]) <= Self.waiterSize,
        Int(shapeTable.pointerSlots[shape]) >= Self.waiterSlots
      {
        waiters[UInt32(object)] = edges[first]
      }
    }
    if waiters.isEmpty { return }
    for object in 0..<count where !goroutines.contains(UInt32(object)) {
      let range = edgeRange(of: object)
      let own = waiters[UInt32(object)]
      lazy var isRuntimes =
        size(of: object) > Self.processorSize || range.contains { goroutines.contains(edges[$0]) }
      for edge in range {
        guard let other = waiters[edges[edge]] else { continue }
        let keeps = own != nil ? own == other : isRuntimes
        // A pointer to the object itself leads nowhere.
        if !keeps { edges[edge] = UInt32(object) }
      }
    }
  }
}
