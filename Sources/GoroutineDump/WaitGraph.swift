package import ProfileModel

/// The locks, channels and groups that goroutines wait for, and the goroutines that may hold them.
package struct WaitGraph: Sendable {
  /// One thing that goroutines wait for.
  package struct Target: Sendable {
    package let process: Int
    package let kind: GoroutineState.Kind
    package let address: UInt64

    /// The numbers of the waiting goroutines.
    package let waiters: [UInt64]

    /// Goroutines that have the address on their stack and do not wait for it, the likeliest first.
    package fileprivate(set) var holders: [Holder] = []
  }

  package struct Holder: Sendable {
    package let goroutine: UInt64
    package let group: Int

    /// The innermost function that has the address.
    package let frame: LocationID

    /// The goroutine has this very address; otherwise, that of the object whose field the lock is.
    package let isExact: Bool
  }

  /// Those with the most waiters first.
  package private(set) var targets: [Target] = []

  /// Goroutines that wait for each other: each for what the next one holds.
  package private(set) var cycles: [[(goroutine: UInt64, target: Int)]] = []

  private static let holderLimit = 8

  package init(_ series: GoroutineSeries, in moment: [Int]) {
    for snapshot in moment { add(series, series.snapshots[snapshot]) }
    targets.sort {
      ($1.waiters.count, $0.process, $0.address) < ($0.waiters.count, $1.process, $1.address)
    }
    findCycles()
  }

  private mutating func add(_ series: GoroutineSeries, _ snapshot: GoroutineSeries.Snapshot) {
    var waiters: [UInt64: [Int]] = [:]
    for (index, goroutine) in snapshot.traced.enumerated() {
      if let wait = goroutine.wait { waiters[wait, default: []].append(index) }
    }
    if waiters.isEmpty { return }
    var holders: [UInt64: [(index: Int, held: HeldAddress)]] = [:]
    for (index, goroutine) in snapshot.traced.enumerated() {
      for held in goroutine.held {
        let known = holders[held.address]
        if known?.last?.index == index || known?.count ?? 0 > 64 { continue }
        holders[held.address, default: []].append((index, held))
      }
    }
    for (address, rows) in waiters {
      var target = Target(
        process: snapshot.process, kind: series.groups[snapshot.traced[rows[0]].group].state.kind,
        address: address, waiters: rows.map { snapshot.traced[$0].id }.sorted())
      let bases = Set(rows.compactMap { snapshot.traced[$0].base }).subtracting([address])
      let exact = (holders[address] ?? []).map { (holder: $0, isExact: true) }
      let near = bases.sorted().flatMap { holders[$0] ?? [] }.map { (holder: $0, isExact: false) }
      var seen: Set<Int> = []
      for (holder, isExact) in exact + near {
        let goroutine = snapshot.traced[holder.index]
        // A goroutine that waits for a condition has released the lock.
        let isReleased = series.groups[goroutine.group].state.kind == .cond
        guard goroutine.wait != address, !isReleased, seen.insert(holder.index).inserted,
          target.holders.count < Self.holderLimit
        else { continue }
        target.holders.append(
          Holder(
            goroutine: goroutine.id, group: goroutine.group, frame: holder.held.frame,
            isExact: isExact))
      }
      targets.append(target)
    }
  }

  /// Follows each target to its holders, and to what those wait for.
  private mutating func findCycles() {
    // Only locks are held; a channel has no owner.
    let locks: Set<GoroutineState.Kind> = [.mutex, .rwmutex, .semaphore]
    struct Waiter: Hashable {
      var process: Int
      var goroutine: UInt64
    }
    var waitsFor: [Waiter: Int] = [:]
    for (index, target) in targets.enumerated() where locks.contains(target.kind) {
      for waiter in target.waiters {
        waitsFor[Waiter(process: target.process, goroutine: waiter)] = index
      }
    }
    var done: Set<Int> = []
    for start in targets.indices where locks.contains(targets[start].kind) {
      var path: [(goroutine: UInt64, target: Int)] = []
      var current = start
      while !done.contains(current) {
        done.insert(current)
        let target = targets[current]
        // The likeliest holder that is itself waiting.
        let next = target.holders.lazy.compactMap { holder in
          waitsFor[Waiter(process: target.process, goroutine: holder.goroutine)].map {
            (holder.goroutine, $0)
          }
        }.first
        guard let (goroutine, following) = next else { break }
        path.append((goroutine, following))
        if let first = path.firstIndex(where: { $0.target == following }), first < path.count - 1 {
          cycles.append(Array(path[(first + 1)...]))
          break
        }
        if following == start {
          cycles.append(path)
          break
        }
        current = following
      }
    }
  }
}
