import LogText

/// The reason that a runtime, a server or a program gives before the trace of a goroutine.
package struct CrashReason: Sendable, Equatable {
  package enum Kind: Int, Sendable, Comparable {
    /// Any text of the program.
    case message
    /// A panic that was recovered and logged.
    case recovered
    /// SIGQUIT and similar signals.
    case signal
    case panic
    case fatalError

    package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  package var kind: Kind
  package var text: String

  /// Further details from the runtime: the signal, the limit of the stack, the tests that ran.
  package var notes: [String] = []

  /// The number of its line in the file, and when it was written.
  package var number: Int
  package var seconds: Double?

  /// The words before it that name the process.
  var prefix = ""

  private static let longest = 400
  private static let noteLimit = 6

  init(_ kind: Kind, _ text: ArraySlice<UInt8>, number: Int, seconds: Double?) {
    self.kind = kind
    self.text = text.trimmed.prefix(Self.longest).text
    self.number = number
    self.seconds = seconds
  }

  /// The text without the values of numbers and addresses, which differ each time.
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

  /// Adds another line about the same crash.
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

  /// Adds another line of the same text.
  mutating func addNote(_ text: ArraySlice<UInt8>) {
    if notes.count < Self.noteLimit { notes.append(text.trimmed.prefix(Self.longest).text) }
  }

  /// - Returns: nil when the line does not give a reason.
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
      // This suffix is that of Go 1.25, for a recovered value that was passed to panic again.
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

  /// Removes the times and levels before a text; `panic` may be a level or part of the text.
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

  /// Whether the word at an index begins there: no letter or digit precedes it.
  private static func isFree(_ line: ArraySlice<UInt8>, _ index: Int) -> Bool {
    index == line.startIndex || !line[index - 1].isLetter && !line[index - 1].isDigit
  }
}
