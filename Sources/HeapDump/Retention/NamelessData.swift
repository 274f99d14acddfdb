/// Memory of variables that has no name: what `&T{…}` beside a variable is laid out as.
///
/// It lies in gaps between symbols. A variable with a name that points there owns it, up to the
/// next place that is pointed to.
struct NamelessData {
  private struct Slot {
    var address: UInt64
    var pointer: UInt64
  }

  /// Slots in gaps, by address.
  private var slots: [Slot] = []

  /// Places in gaps that are pointed to, by address, with where the gap ends.
  private var starts: [UInt64] = []
  private var ends: [UInt64] = []

  /// The slots that some variable with a name owns.
  private var claimed: Set<UInt64> = []
  private let objects: HeapObjects

  init(_ dump: HeapDump, _ symbols: ProgramSymbols?) {
    objects = dump.objects
    guard let symbols, !symbols.variables.isEmpty else { return }
    var found: [UInt64: UInt64] = [:]
    for segment in dump.segments {
      for slot in segment.slots {
        if symbols.variable(at: slot.address) == nil {
          slots.append(Slot(address: slot.address, pointer: slot.pointer))
        }
        guard let end = Self.gapEnd(at: slot.pointer, dump, symbols) else { continue }
        found[slot.pointer] = end
      }
    }
    slots.sort { $0.address < $1.address }
    starts = found.keys.sorted()
    ends = starts.map { found[$0] ?? 0 }
    for segment in dump.segments {
      for slot in segment.slots where symbols.variable(at: slot.address) != nil {
        visit(from: slot.pointer) { claimed.insert($0.address) }
      }
    }
  }

  /// Where the gap that an address lies in ends; nil where it lies in none.
  private static func gapEnd(
    at address: UInt64, _ dump: HeapDump, _ symbols: ProgramSymbols
  ) -> UInt64? {
    guard
      let segment = dump.segments.first(where: {
        address >= $0.address && address - $0.address < $0.size
      }), symbols.variable(at: address) == nil
    else { return nil }
    let end = segment.address + segment.size
    return min(end, symbols.nextVariable(after: address) ?? end)
  }

  func isClaimed(_ address: UInt64) -> Bool { claimed.contains(address) }

  /// The objects that memory without a name leads to, from a pointer to it.
  func objects(reachedFrom pointer: UInt64) -> [UInt32] {
    var result: [UInt32] = []
    visit(from: pointer) { slot in
      if let object = objects.object(at: slot.pointer) { result.append(UInt32(object)) }
    }
    return result
  }

  private func visit(from pointer: UInt64, _ body: (Slot) -> Void) {
    if starts.isEmpty { return }
    var waiting = [pointer]
    var seen: Set<UInt64> = []
    while let start = waiting.popLast() {
      let row = Self.count(of: starts, below: start)
      guard row < starts.count, starts[row] == start, seen.insert(start).inserted else { continue }
      let end = min(ends[row], row + 1 < starts.count ? starts[row + 1] : .max)
      var slot = Self.count(of: slots, below: start)
      while slot < slots.count, slots[slot].address < end {
        body(slots[slot])
        waiting.append(slots[slot].pointer)
        slot += 1
      }
    }
  }

  private static func count(of addresses: [UInt64], below address: UInt64) -> Int {
    count(addresses.count, below: address) { addresses[$0] }
  }

  private static func count(of slots: [Slot], below address: UInt64) -> Int {
    count(slots.count, below: address) { slots[$0].address }
  }

  private static func count(
    _ count: Int, below address: UInt64, _ value: (Int) -> UInt64
  ) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if value(middle) < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
