/// `goroutine 12 [chan receive, 12 minutes, locked to thread]:` taken apart.
struct GoroutineHeader: Equatable {
  var id: UInt64

  /// Without `(leaked)`, `(scan)` and `(durable)`.
  var state: String
  var minutes: UInt64?
  var isLocked = false

  /// The collector found that nothing can wake it (Go 1.26 and later).
  var isLeaked = false

  /// Inside a bubble of testing/synctest.
  var isBubbled = false

  /// How many words stand before it on the line: what a logger writes there.
  var prefixWords = 0

  /// - Returns: nil when the line begins no goroutine.
  init?(_ line: ArraySlice<UInt8>) {
    var from = line.startIndex
    while let start = line.firstIndex(of: "goroutine ", from: from) {
      from = start + 1
      guard start == line.startIndex || line[start - 1].isBlank,
        let header = GoroutineHeader(bare: line[(start + 10)...])
      else { continue }
      self = header
      prefixWords = line[..<start].wordCount
      return
    }
    return nil
  }

  /// Reads what follows `goroutine `.
  private init?(bare text: ArraySlice<UInt8>) {
    var rest = text
    guard let id = rest.takeNumber(), rest.take(" ") else { return nil }
    // `gp=0xc000002380 m=0 mp=0x9a0c80` when the runtime is asked for more.
    while !rest.take("[") {
      guard rest.take("gp=") || rest.take("m=") || rest.take("mp="),
        let blank = rest.prefix(64).firstIndex(of: UInt8(ascii: " "))
      else { return nil }
      rest = rest[(blank + 1)...]
    }
    guard let end = rest.prefix(512).firstIndex(of: UInt8(ascii: "]")) else { return nil }
    // A colon ends it; labels in braces may come before.
    let behind = rest[(end + 1)...]
    guard behind.first == UInt8(ascii: ":") || behind.starts(with: " {".utf8) else { return nil }
    self.id = id
    let parts = rest[..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    state = ""
    for (index, part) in parts.enumerated() {
      var part = part.trimmed
      if index == 0 {
        state = takeMarks(part)
      } else if part.elementsEqual("locked to thread".utf8) {
        isLocked = true
      } else if part.starts(with: "synctest ".utf8) {
        isBubbled = true
      } else if let count = part.takeNumber(), part.take(" minute") {
        minutes = min(count, Self.minuteLimit)
      }
    }
  }

  /// More than a hundred thousand years are somebody's joke.
  private static let minuteLimit: UInt64 = 1 << 36

  /// Returns a state without the marks after it, and notes them.
  private mutating func takeMarks(_ text: ArraySlice<UInt8>) -> String {
    var text = text
    while true {
      if text.takeLast(" (leaked)") {
        isLeaked = true
      } else if text.takeLast(" (durable)") {
        isBubbled = true
      } else if !text.takeLast(" (scan)") {
        return String(decoding: text.prefix(80), as: UTF8.self)
      }
    }
  }
}
