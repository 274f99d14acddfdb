import ProfileModel
import StackGraph

/// The names of folded stacks as numbers that sort as the lines do.
///
/// A line is its names root first, each followed by `;`, the last one by a blank.
/// A name with what follows it is a symbol here; symbols are numbered from 1 in
/// the order of their bytes, so lines are in order when their symbols are.
struct FoldedNames: Sendable {
  /// The symbol of each node where others follow, and at the leaf.
  private(set) var inner: [UInt32] = []
  private(set) var leaf: [UInt32] = []

  /// The only symbol of a sample without a stack, which still counts.
  private(set) var noStack: UInt32 = 0

  /// The text of each symbol ends here in ``bytes``; that of symbol 0 is empty.
  private(set) var ends: [Int] = [0]
  private(set) var bytes: [UInt8] = []

  init(_ table: NodeTable) {
    let names = (0..<table.count).map { Self.foldedName(table.printableName(NodeID($0))) }
    // All names followed by `;`, then all followed by a blank, then the last one.
    var texts: [UInt8] = []
    var textEnds: [Int] = []
    func add(_ name: [UInt8], _ separator: UInt8) {
      texts.append(contentsOf: name)
      texts.append(separator)
      textEnds.append(texts.count)
    }
    for name in names { add(name, UInt8(ascii: ";")) }
    for name in names { add(name, UInt8(ascii: " ")) }
    add(Array("<no stack>".utf8), UInt8(ascii: " "))

    func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : textEnds[row - 1])..<textEnds[row] }
    let order = texts.withUnsafeBufferPointer { texts in
      multikeySorted(count: textEnds.count, endMask: 0xff) { row, depth in
        let end = textEnds[row]
        var position = (row == 0 ? 0 : textEnds[row - 1]) + depth * 8
        var key: UInt64 = 0
        for _ in 0..<8 {
          key <<= 8
          if position < end { key |= UInt64(texts[position]) }
          position += 1
        }
        return key
      }
    }
    var symbols = [UInt32](repeating: 0, count: textEnds.count)
    bytes.reserveCapacity(texts.count)
    var previous = 0..<0
    for row in order {
      let text = range(Int(row))
      if !texts[text].elementsEqual(texts[previous]) {
        bytes.append(contentsOf: texts[text])
        ends.append(bytes.count)
        previous = text
      }
      symbols[Int(row)] = UInt32(ends.count - 1)
    }
    inner = Array(symbols[..<names.count])
    leaf = Array(symbols[names.count..<names.count * 2])
    noStack = symbols[names.count * 2]
  }

  func range(of symbol: UInt32) -> Range<Int> { ends[Int(symbol) - 1]..<ends[Int(symbol)] }

  /// No name can break the format: semicolons, line ends, other control
  /// characters and bytes that are no UTF-8 are escaped.
  private static func foldedName(_ name: [UInt8]) -> [UInt8] {
    let safe = safeName(name)
    guard safe.contains(UInt8(ascii: ";")) else { return safe }
    return safe.flatMap { $0 == UInt8(ascii: ";") ? Array("\\x3b".utf8) : [$0] }
  }
}
