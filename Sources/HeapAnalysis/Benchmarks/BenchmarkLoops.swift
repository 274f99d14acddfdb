/// Finds the loops in a Go file that a benchmark measures.
///
/// Such a loop runs over `b.N`, `b.Loop()` or `pb.Next()`, whatever the variables are called.
struct BenchmarkLoops {
  private(set) var loops: [ClosedRange<Int64>] = []

  /// By name: the lines of a function, including its closures.
  private(set) var functions: [String: ClosedRange<Int64>] = [:]

  init(_ source: SourceLines) {
    var scanner = BraceScanner(source.bytes)
    while let block = scanner.next() {
      if block.depth == 0, let name = Self.function(block.head) {
        functions[name] = block.lines
      } else if Self.isLoop(block.head) {
        loops.append(block.lines)
      }
    }
  }

  /// Whether a line is in a loop; nil when no loop of its function is known.
  func isInLoop(_ line: Int64, of function: String) -> Bool? {
    guard let lines = functions[function], lines.contains(line) else { return nil }
    let own = loops.filter { lines.contains($0.lowerBound) }
    if own.isEmpty { return nil }
    return own.contains { $0.contains(line) }
  }

  /// `BenchmarkX` of `func BenchmarkX(b *testing.B)`.
  private static func function(_ head: [UInt8]) -> String? {
    let text = String(decoding: head, as: UTF8.self)
    guard text.hasPrefix("func ") else { return nil }
    let name = text.dropFirst(5).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return name.isEmpty ? nil : String(name)
  }

  private static func isLoop(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    guard text.hasPrefix("for ") else { return false }
    if text.contains(".Loop()") || text.contains(".Next()") { return true }
    // `.N` that is not the start of a longer name.
    var rest = text[...]
    while let found = rest.firstRange(of: ".N") {
      rest = rest[found.upperBound...]
      if let next = rest.first, next.isLetter || next.isNumber || next == "_" { continue }
      return true
    }
    return false
  }
}

/// Finds blocks in braces in Go source, and the statement before each.
private struct BraceScanner {
  struct Block {
    /// The text before the brace, from the start of the statement.
    var head: [UInt8]
    var lines: ClosedRange<Int64>
    var depth: Int
  }

  private let bytes: [UInt8]
  private var index = 0
  private var line: Int64 = 1
  private var open: [(head: [UInt8], line: Int64)] = []
  private var head: [UInt8] = []
  private var headLine: Int64 = 1

  /// Longer statements exist, but none of them is a loop of interest.
  private static let headLimit = 512

  /// No real program nests deeper.
  private static let depthLimit = 1000

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the next block that ends.
  mutating func next() -> Block? {
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        head = []
      case UInt8(ascii: ";") where !head.starts(with: Array("for ".utf8)): head = []
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): skipText(byte)
      case UInt8(ascii: "/") where peek == UInt8(ascii: "/"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      case UInt8(ascii: "/") where peek == UInt8(ascii: "*"): skipComment()
      case UInt8(ascii: "{"):
        if open.count >= Self.depthLimit { return nil }
        open.append((head, headLine))
        head = []
      case UInt8(ascii: "}"):
        head = []
        guard let block = open.popLast() else { continue }
        return Block(head: block.head, lines: block.line...line, depth: open.count)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        if !head.isEmpty, head.count < Self.headLimit, head.last != UInt8(ascii: " ") {
          head.append(UInt8(ascii: " "))
        }
      default:
        if head.isEmpty { headLine = line }
        if head.count < Self.headLimit { head.append(byte) }
      }
    }
    return nil
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipText(_ quote: UInt8) {
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == quote { return }
      if byte == UInt8(ascii: "\n") {
        line += 1
        if quote != UInt8(ascii: "`") { return }
      }
      if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") { index += 1 }
    }
  }

  private mutating func skipComment() {
    index += 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { line += 1 }
      if bytes[index] == UInt8(ascii: "*"), index + 1 < bytes.count,
        bytes[index + 1] == UInt8(ascii: "/")
      {
        index += 2
        return
      }
      index += 1
    }
  }
}
