import Foundations

/// Memory of variables without a symbol: the layout of `&T{…}` in a variable's initial value.
///
/// It is in gaps between symbols. A named variable that points there owns it, up to the next target
/// of a pointer.
struct NamelessData {
  private struct Slot {
    var address: UInt64
    var pointer: UInt64
  }

  /// Slots in gaps, sorted by address.
  private var slots: [Slot] = []

  /// Targets of pointers in gaps, sorted by address, with the end of the gap.
  private var starts: [UInt64] = []
  private var ends: [UInt64] = []

  /// The slots that a named variable owns.
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
    var pointers: [UInt64] = []
    for segment in dump.segments {
      for slot in segment.slots where symbols.variable(at: slot.address) != nil {
        pointers.append(slot.pointer)
      }
    }
    visit(from: pointers) { claimed.insert($0.address) }
  }

  /// The end of the gap that contains an address; nil when none does.
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

  /// The objects that memory without a name leads to, starting from pointers to it.
  func objects(reachedFrom pointers: [UInt64]) -> [UInt32] {
    var result: [UInt32] = []
    visit(from: pointers) { slot in
      if let object = objects.object(at: slot.pointer) { result.append(UInt32(object)) }
    }
    return result
  }

  private func visit(from pointers: [UInt64], _ body: (Slot) -> Void) {
    if starts.isEmpty { return }
    var waiting = pointers
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
    firstNumber(in: 0..<addresses.count) { addresses[$0] >= address }
  }

  private static func count(of slots: [Slot], below address: UInt64) -> Int {
    firstNumber(in: 0..<slots.count) { slots[$0].address >= address }
  }
}
