import LogText

/// The parsed line that begins a goroutine.
///
///     goroutine 12 [chan receive, 12 minutes, locked to thread]:
///     goroutine 19 gp=0xc000002380 m=nil [select] {op: "list", tenant: acme}:
///     Goroutine 21 in state chan receive, with F on top of the stack:
///     * Goroutine 1 - User: ./main.go:20 main.main (0x4a1b15) [chan receive 596486250]
///
/// The third is goleak's format, the last one delve's.
struct GoroutineHeader: Equatable {
  var id: UInt64 = 0

  /// Without `(leaked)`, `(scan)` and `(durable)`.
  var state = ""
  var minutes: UInt64?
  var isLocked = false

  /// The collector found that nothing can wake the goroutine (Go 1.26 and later).
  var isLeaked = false

  /// Inside a bubble of testing/synctest.
  var isBubbled = false
  var labels: [GoroutineLabel] = []

  /// The goroutine's place, which delve puts in the header: there may be no stack.
  struct Place: Equatable {
    var function: ArraySlice<UInt8>
    var file: ArraySlice<UInt8>
    var line: Int64
  }

  var place: Place?

  /// The runtime was asked for more details (GOTRACEBACK=system and crash).
  var isDetailed = false

  /// A thread's own stack (`g0`), not a goroutine of the program.
  var isThread: Bool { id == 0 }

  /// The range of the header on its line: a logger may have written something before and after it.
  var start = 0
  var end = 0

  /// - Returns: nil when the line does not begin a goroutine.
  init?(_ line: ArraySlice<UInt8>) {
    var from = line.startIndex
    while let found = line.position(of: "oroutine ", from: from) {
      from = found + 1
      guard found > line.startIndex else { continue }
      let start = found - 1
      let begins = start == line.startIndex || !Self.isWordByte(line[start - 1])
      guard begins, line[start] | 0x20 == UInt8(ascii: "g") else { continue }
      var header = GoroutineHeader()
      header.start = start
      var cursor = ByteCursor(line, at: found + 9)
      guard let id = cursor.number(), cursor.take(" ") else { continue }
      header.id = id
      let isRead =
        line[start] == UInt8(ascii: "g")
        ? header.readRuntimes(&cursor) : header.readGoleaks(&cursor) || header.readDelves(&cursor)
      guard isRead else { continue }
      header.end = cursor.position
      self = header
      return
    }
    return nil
  }

  /// Whether a line contains the beginning of a header of the runtime:
  /// `goroutine 7 [select, 12 min`.
  static func mayBegin(_ line: ArraySlice<UInt8>) -> Bool {
    guard let start = line.position(of: "goroutine ") else { return false }
    var cursor = ByteCursor(line, at: start + 10)
    return cursor.number() != nil && (cursor.take(" [") || cursor.take(" gp="))
  }

  private init() {}

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "/")
  }

  /// Reads what follows the number in the runtime's format.
  private mutating func readRuntimes(_ cursor: inout ByteCursor) -> Bool {
    // `gp=0xc000002380 m=0 mp=0x9a0c80` when the runtime was asked for more details.
    while !cursor.take("[") {
      guard cursor.take("gp=") || cursor.take("m=") || cursor.take("mp="),
        let blank = cursor.rest.prefix(64).position(of: 0x20)
      else { return false }
      isDetailed = true
      cursor.position = blank + 1
    }
    guard let end = cursor.rest.prefix(512).position(of: UInt8(ascii: "]")) else { return false }
    readState(cursor.bytes[cursor.position..<end])
    cursor.position = end + 1
    if cursor.take(":") { return true }
    guard cursor.take(" "), let (labels, after) = GoroutineLabel.all(cursor.rest) else {
      return false
    }
    self.labels = labels
    cursor.position = after
    _ = cursor.take(":")
    return true
  }

  /// `in state chan receive, 2 minutes, with F on top of the stack:`
  private mutating func readGoleaks(_ cursor: inout ByteCursor) -> Bool {
    guard cursor.take("in state "),
      let end = cursor.rest.prefix(512).position(of: ", with ")
    else { return false }
    readState(cursor.bytes[cursor.position..<end])
    let mark: StaticString = " on top of the stack:"
    guard let top = cursor.bytes.position(of: mark, from: end) else { return false }
    cursor.position = top + mark.utf8CodeUnitCount
    return true
  }

  /// `- User: ./main.go:20 main.main (0x4a1b15) [chan receive 596486250]`
  private mutating func readDelves(_ cursor: inout ByteCursor) -> Bool {
    guard cursor.take("- ") else { return false }
    let rest = cursor.rest.trimmed
    cursor.position = rest.endIndex
    state = "running"
    place = Self.delvesPlace(rest)
    guard rest.last == UInt8(ascii: "]"), let open = rest.lastIndex(of: UInt8(ascii: "[")) else {
      return rest.contains(text: "(0x") || rest.contains(text: "(thread ")
    }
    // A number after the state gives the beginning of the wait.
    var text = rest[(open + 1)..<(rest.endIndex - 1)]
    if let blank = text.lastIndex(of: 0x20), text[(blank + 1)...].allSatisfy(\.isDigit) {
      text = text[..<blank]
    }
    state = takeMarks(text)
    return true
  }

  /// `User: ./main.go:20 main.main (0x4a1b15)`
  private static func delvesPlace(_ text: ArraySlice<UInt8>) -> Place? {
    guard text.hasPrefix("User: "), let end = text.position(of: " (0x"),
      let blank = text[..<end].lastIndex(of: 0x20),
      let colon = text[..<blank].lastIndex(of: UInt8(ascii: ":")), colon > text.startIndex + 6
    else { return nil }
    var digits = ByteCursor(text, at: colon + 1)
    guard let line = digits.number(), digits.position == blank else { return nil }
    return Place(
      function: text[(blank + 1)..<end], file: text[(text.startIndex + 6)..<colon],
      line: Int64(clamping: line))
  }

  /// Reads the text in the brackets.
  private mutating func readState(_ text: ArraySlice<UInt8>) {
    let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      var part = part.trimmed
      if index == 0 {
        state = takeMarks(part)
      } else if part.equals("locked to thread") {
        isLocked = true
      } else if part.hasPrefix("synctest ") {
        isBubbled = true
      } else if let count = part.takeNumber(), part.take(" minute") {
        minutes = min(count, Self.minuteLimit)
      }
    }
  }

  /// More than a hundred thousand years cannot be real.
  private static let minuteLimit: UInt64 = 1 << 36

  /// Returns a state without the marks after it, and records them.
  private mutating func takeMarks(_ text: ArraySlice<UInt8>) -> String {
    var text = text
    while true {
      if text.takeLast(" (leaked)") {
        isLeaked = true
      } else if text.takeLast(" (durable)") {
        isBubbled = true
      } else if !text.takeLast(" (scan)") {
        return text.prefix(80).text
      }
    }
  }
}
