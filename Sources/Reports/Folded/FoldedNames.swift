import Foundations
import ProfileModel
import StackGraph

/// The names of folded stacks, ready to be copied, and their numbers.
///
/// A line consists of its names, root first, each followed by `;`, the last one by a blank. A name
/// with what follows it is a symbol. A symbol's number says where its text is, so copying a name
/// takes a single look-up. ``ranks()`` gives the byte order of symbols, which is also the order of
/// lines.
struct FoldedNames: Sendable {
  /// The symbol of each node where others follow; see ``FoldedStacks``.
  private(set) var symbols: [UInt32] = []

  /// The only symbol of a sample without a stack, which still counts.
  private(set) var noStack: UInt32 = 0

  /// The most bytes of a symbol.
  private(set) var longest = 0

  /// Each distinct name after four bytes with the length of its symbols; it begins at a multiple of
  /// 16. At least ``step`` bytes follow the last one.
  private(set) var records: [UInt8] = []

  /// The distinct names, and the symbol of each.
  private var names = StringTable()
  private var symbolOfName: [UInt32] = []

  /// How many bytes are copied at a time.
  static let step = 64

  init(_ table: NodeTable) {
    symbols.reserveCapacity(table.count)
    var name: [UInt8] = []
    for node in 0..<table.count {
      name.removeAll(keepingCapacity: true)
      table.appendPrintableName(of: NodeID(node), to: &name)
      symbols.append(symbol(Self.isFolded(name) ? name : Self.foldedName(name)))
    }
    noStack = symbol(Array(noStackName.utf8)) | FoldedStacks.leafFlag
    records.append(contentsOf: repeatElement(0, count: Self.step + 16))
  }

  private mutating func symbol(_ name: [UInt8]) -> UInt32 {
    let row = name.withUnsafeBytes { names.intern($0) }.index
    while symbolOfName.count < names.count {
      // The symbol of row 0's empty text is never used, unless a name is empty.
      let text = names[bytesOf: StringID(symbolOfName.count)]
      symbolOfName.append(UInt32(records.count >> 4) << 1)
      let length = text.count + 1
      longest = max(longest, length)
      withUnsafeBytes(of: UInt32(length)) { records.append(contentsOf: $0) }
      records.append(contentsOf: text)
      records.append(UInt8(ascii: ";"))
      records.append(contentsOf: repeatElement(0, count: -records.count & 15))
    }
    return symbolOfName[row]
  }

  /// About how many bytes a symbol takes in a line; at least a sixteenth of ``longest``.
  var usualBytes: Int { max(names.bytes.count / names.count + 1, longest / 16) }

  /// Returns the text of a symbol without what follows the name.
  func name(of symbol: UInt32) -> [UInt8] {
    records.withUnsafeBytes { raw in
      let record = Int(symbol >> 1) << 4
      let length = Int(raw.loadUnaligned(fromByteOffset: record, as: UInt32.self))
      return Array(raw[record + 4..<record + 3 + length])
    }
  }

  /// Returns the place of each symbol in byte order.
  func ranks() -> [UInt32] {
    let order = names.bytes.withUnsafeBytes { bytes in
      // Rows are twice those of names, plus one at the leaf.
      multikeySorted(count: names.count * 2, endMask: 0xff) { row, depth in
        textNumber(
          bytes, names.range(of: StringID(row >> 1)), depth: depth,
          last: row & 1 == 0 ? UInt8(ascii: ";") : UInt8(ascii: " "))
      }
    }
    var ranks = [UInt32](repeating: 0, count: records.count >> 3)
    for (rank, row) in order.enumerated() {
      ranks[Int(symbolOfName[Int(row >> 1)] | row & 1)] = UInt32(rank)
    }
    return ranks
  }

  /// True for a name that ``foldedName(_:)`` does not change, as most are.
  private static func isFolded(_ name: [UInt8]) -> Bool {
    name.withUnsafeBufferPointer { name in
      // Without a branch for each byte.
      var odd: UInt8 = 0
      for byte in name {
        odd |= byte &- 0x20 > 0x5e ? 1 : 0
        odd |= byte == UInt8(ascii: ";") ? 1 : 0
        odd |= byte == UInt8(ascii: "\\") ? 1 : 0
      }
      return odd == 0
    }
  }

  /// Escapes what would break the format: semicolons, line ends, other control characters and bytes
  /// that are not UTF-8.
  private static func foldedName(_ name: [UInt8]) -> [UInt8] {
    let safe = safeName(name)
    guard safe.contains(UInt8(ascii: ";")) else { return safe }
    return safe.flatMap { $0 == UInt8(ascii: ";") ? Array("\\x3b".utf8) : [$0] }
  }
}
