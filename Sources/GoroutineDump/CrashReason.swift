import LogText

/// What a runtime, a server or a program says before the trace of a goroutine: why it is there.
package struct CrashReason: Sendable, Equatable {
  package enum Kind: Int, Sendable, Comparable {
    /// Words of the program.
    case message
    /// A panic that somebody recovered from and logged.
    case recovered
    /// SIGQUIT and the like.
    case signal
    case panic
    case fatalError

    package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  package var kind: Kind
  package var text: String

  /// What the runtime says beside it: the signal, the limit of the stack, the tests that ran.
  package var notes: [String] = []

  /// The line of the file, and when it was written.
  package var number: Int
  package var seconds: Double?

  /// The words before it that name a process.
  var prefix = ""

  private static let longest = 400
  private static let noteLimit = 6

  init(_ kind: Kind, _ text: ArraySlice<UInt8>, number: Int, seconds: Double?) {
    self.kind = kind
    self.text = text.trimmed.prefix(Self.longest).text
    self.number = number
    self.seconds = seconds
  }

  /// The same but for numbers and addresses, which differ from time to time.
  package var pattern: String {
    var result = ""
    var isNumber = false
    for scalar in text.unicodeScalars {
      let isDigit = ("0"..."9").contains(scalar)
      if !isDigit || !isNumber { result.unicodeScalars.append(isDigit ? "0" : scalar) }
      isNumber = isDigit
    }
    return result
  }

  /// Adds what another line says of the same.
  mutating func add(_ other: CrashReason) {
    if other.kind > kind {
      var whole = other
      whole.notes = [text] + notes + other.notes
      whole.notes = Array(whole.notes.prefix(Self.noteLimit))
      self = whole
    } else if other.text != text, notes.count < Self.noteLimit, !notes.contains(other.text) {
      notes.append(other.text)
    }
  }

  /// Adds a line of the same text.
  mutating func addNote(_ text: ArraySlice<UInt8>) {
    if notes.count < Self.noteLimit { notes.append(text.trimmed.prefix(Self.longest).text) }
  }

  /// - Returns: nil when the line gives no reason.
  init?(_ line: ArraySlice<UInt8>, number: Int, time: ArraySlice<UInt8>) {
    guard let (kind, text) = Self.read(line) else { return nil }
    let prefix = LinePrefix(line[..<max(line.startIndex, text.startIndex)])
    self.init(kind, text, number: number, seconds: prefix.seconds ?? LogTime.seconds(time))
    self.prefix = prefix.name
  }

  private static func read(_ line: ArraySlice<UInt8>) -> (Kind, ArraySlice<UInt8>)? {
    if let start = begin("fatal error: ", line) { return (.fatalError, line[start...]) }
    if let start = line.position(of: "panic") {
      if let serving = line.position(of: "panic serving ", from: start) {
        // `http: panic serving 10.0.0.1:50122: runtime error: …`
        let rest = line[(serving + 14)...]
        let text = rest.position(of: ": ").map { rest[($0 + 2)...] } ?? rest
        return (.recovered, text)
      }
      // The last mark is of Go 1.25: who recovered from it let it go on.
      let isDeath = line.trimmed.hasSuffix(", repanicked]")
      if !isDeath, line.contains(text: "recover") { return (.recovered, message(line)) }
      if let start = begin("panic: ", line) { return (.panic, line[start...]) }
    }
    if line.contains(text: "RECOVER"), let start = line.position(of: "PANIC") {
      return (.recovered, message(line[start...]))
    }
    if let start = begin("[signal SIG", line) {
      var text = line[(start + 8)...].trimmed
      _ = text.takeLast("]")
      return (.message, text)
    }
    if let start = line.position(of: "SIG") {
      var cursor = ByteCursor(line, at: start + 3)
      while let byte = cursor.next, byte.isLetter, byte < 0x61 { cursor.position += 1 }
      if cursor.position > start + 3, cursor.take(": "), isFree(line, start) {
        return (.signal, line[start...])
      }
    }
    for note in ["unexpected fault address ", "runtime error: "] as [StaticString] {
      if let start = begin(note, line) { return (.message, line[start...]) }
    }
    if let start = begin("runtime: ", line) {
      for note: StaticString in ["goroutine stack exceeds ", "out of memory", "sp="]
      where line.has(note, at: start + 9) {
        return (.message, line[start...])
      }
    }
    return nil
  }

  /// Without the times and levels before it; `panic` may be one, or of the text.
  private static func message(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = line.trimmedFront
    while let end = rest.firstIndex(where: \.isBlank), LinePrefix.isTimeOrLevel(rest[..<end]) {
      let next = rest[end...].trimmedFront
      if next.position(of: 0x20) == nil, rest.hasPrefix("panic ") { break }
      rest = next
    }
    return rest
  }

  private static func begin(_ text: StaticString, _ line: ArraySlice<UInt8>) -> Int? {
    line.position(of: text).flatMap { isFree(line, $0) ? $0 : nil }
  }

  /// Nothing, a blank, or a mark stands before it.
  private static func isFree(_ line: ArraySlice<UInt8>, _ index: Int) -> Bool {
    index == line.startIndex || !line[index - 1].isLetter && !line[index - 1].isDigit
  }
}
