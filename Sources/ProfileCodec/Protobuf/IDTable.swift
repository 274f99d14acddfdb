import Foundations

/// Finds the row of an id from a file: any nonzero 64-bit number.
///
/// Most writers count from 1, so ids are looked up in an array when they are dense, and in a hash
/// table otherwise.
struct IDTable {
  /// Row + 1 by id, or 0.
  private var dense: [UInt32] = []
  private var sparse = NumberRows()

  /// True when the ids are 1, 2, 3 … in order, so that the row is id - 1.
  let countsFromOne: Bool
  let count: Int

  /// - Throws: when an id is 0 or a duplicate.
  init(_ ids: [UInt64], kind: MessageKind) throws(CodecError) {
    count = ids.count
    var largest: UInt64 = 0
    var inOrder = true
    for (row, id) in ids.enumerated() {
      if id == 0 { throw .zeroID(kind, row: row) }
      largest = max(largest, id)
      inOrder = inOrder && id == UInt64(row + 1)
    }
    countsFromOne = inOrder
    if inOrder { return }
    if largest < UInt64(ids.count) * 4 + 1024 {
      dense = [UInt32](repeating: 0, count: Int(largest) + 1)
      for (row, id) in ids.enumerated() {
        if dense[Int(id)] != 0 { throw .repeatedID(kind, id: id) }
        dense[Int(id)] = UInt32(row + 1)
      }
    } else {
      sparse.reserveCapacity(ids.count)
      for (row, id) in ids.enumerated() {
        if sparse.row(id) != row { throw .repeatedID(kind, id: id) }
      }
    }
  }

  /// Returns the row of an id, or nil.
  func row(of id: UInt64) -> Int? {
    if countsFromOne { return id >= 1 && id <= UInt64(count) ? Int(id) - 1 : nil }
    if dense.isEmpty { return sparse.find(id) }
    let entry = id < UInt64(dense.count) ? dense[Int(id)] : 0
    return entry == 0 ? nil : Int(entry) - 1
  }
}
