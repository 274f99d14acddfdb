extension HeapObjects {
  /// The largest size of the runtime's record of a waiting goroutine (`runtime.sudog`), which
  /// begins with a pointer to the goroutine's own record.
  private static let waiterSize = 256
  private static let waiterSlots = 5

  /// The runtime's processors are larger. They keep records for later use.
  private static let processorSize = 4096

  /// Removes the links from a channel, and from a waiting goroutine, to others that wait.
  ///
  /// Channels and locks have lists of what waits for them. Followed like other pointers, these
  /// would give every waiting frame what all the others have.
  mutating func separateWaiters(of goroutines: Set<UInt32>) {
    if goroutines.isEmpty { return }
    // Checked for every pointer, where a set would take longer than everything else.
    var isGoroutine = [Bool](repeating: false, count: count)
    for object in goroutines { isGoroutine[Int(object)] = true }
    /// By record: its goroutine.
    var waiters: [UInt32: UInt32] = [:]
    var isWaiter = [Bool](repeating: false, count: count)
    for object in 0..<count {
      let range = edgeRange(of: object)
      guard let first = range.first, isGoroutine[Int(edges[first])] else { continue }
      let shape = Int(shapes[object])
      if Int(shapeTable.sizes[shape]) <= Self.waiterSize,
        Int(shapeTable.pointerSlots[shape]) >= Self.waiterSlots
      {
        waiters[UInt32(object)] = edges[first]
        isWaiter[object] = true
      }
    }
    if waiters.isEmpty { return }
    for object in 0..<count where !isGoroutine[object] {
      let range = edgeRange(of: object)
      let own = isWaiter[object] ? waiters[UInt32(object)] : nil
      lazy var isRuntimes =
        size(of: object) > Self.processorSize || range.contains { isGoroutine[Int(edges[$0])] }
      for edge in range {
        guard isWaiter[Int(edges[edge])], let other = waiters[edges[edge]] else { continue }
        let keeps = own != nil ? own == other : isRuntimes
        // A pointer to the object itself leads nowhere.
        if !keeps { edges[edge] = UInt32(object) }
      }
    }
  }
}
