/// Numbers its keys from 0, in the order of first use.
@frozen
public struct NumberRows: Sendable {
  @usableFromInline var keys: [UInt64] = []
  @usableFromInline var index = RowIndex()

  /// Makes a table without keys.
  public init() {}

  /// The number of different keys, which is the next row.
  @inlinable
  public var count: Int { keys.count }

  /// Returns the row of a key, or nil.
  @inlinable
  public func find(_ key: UInt64) -> Int? { index.find(index.hash(key)) { keys[$0] == key } }

  /// Returns the row of a key; ``count`` grows by one when the key is new.
  @inlinable
  public mutating func row(_ key: UInt64) -> Int {
    let row = index.row(index.hash(key)) { keys[$0] == key }
    if row == keys.count { keys.append(key) }
    return row
  }

  /// Makes room for keys.
  public mutating func reserveCapacity(_ count: Int) {
    keys.reserveCapacity(count)
    if index.count == 0 { index = RowIndex(about: count) }
  }
}
