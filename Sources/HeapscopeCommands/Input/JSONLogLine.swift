/// A line of a log whose text was wrapped into a JSON object: by Docker
/// (`{"log":"…\n","stream":"stderr",…}`), journald, or a logger of the program.
package enum JSONLogLine {
  /// The fields that hold what was written.
  private static let fields: Set<String> = [
    "log", "message", "msg", "MESSAGE", "textPayload", "stack", "stacktrace", "stack_trace",
    "error.stack_trace", "exception", "error", "err", "panic",
  ]

  /// Returns the lines of those fields; nil when the line is no such object.
  package static func texts(in line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    var found: [ArraySlice<UInt8>]?
    for (name, value) in self.fields(of: line) where fields.contains(name) {
      var lines = value[...].split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if lines.last?.isEmpty ?? false, lines.count > 1 { lines.removeLast() }
      found = (found ?? []) + lines
    }
    return found
  }

  /// The fields of an object that are texts, as far as it goes.
  static func fields(of line: ArraySlice<UInt8>) -> [(name: String, value: [UInt8])] {
    var reader = Reader(rest: line.dropFirst())
    var fields: [(name: String, value: [UInt8])] = []
    while let (name, value) = reader.nextField() {
      if let value { fields.append((String(decoding: name, as: UTF8.self), value)) }
    }
    return fields
  }

  /// Steps over the fields of an object, whatever is nested in it.
  private struct Reader {
    var rest: ArraySlice<UInt8>
    private var depth = 1

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    /// The next field of the object itself; its value is nil unless it is a text.
    mutating func nextField() -> (name: [UInt8], value: [UInt8]?)? {
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: "\""):
          guard let text = text() else { return nil }
          if depth != 1 { continue }
          skipBlanks()
          guard rest.first == UInt8(ascii: ":") else { continue }
          rest.removeFirst()
          skipBlanks()
          guard rest.first == UInt8(ascii: "\"") else { return (text, nil) }
          rest.removeFirst()
          return self.text().map { (text, $0) }
        default: break
        }
      }
      return nil
    }

    private mutating func skipBlanks() {
      while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
    }

    /// Reads a text after its opening quote (RFC 8259, 7). One that the line's end
    /// cuts off ends there.
    private mutating func text() -> [UInt8]? {
      var result: [UInt8] = []
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\"") { return result }
        guard byte == UInt8(ascii: "\\") else {
          result.append(byte)
          continue
        }
        guard let escape = rest.popFirst() else { return result }
        switch escape {
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "u"):
          let digits = String(decoding: rest.prefix(4), as: UTF8.self)
          guard let value = UInt16(digits, radix: 16), digits.utf8.count == 4 else { return nil }
          rest.removeFirst(4)
          // Go writes `<`, `>` and `&` so; what is no character alone is replaced.
          let scalar = Unicode.Scalar(value) ?? "\u{fffd}"
          result.append(contentsOf: String(Character(scalar)).utf8)
        default: result.append(escape)
        }
      }
      return result
    }
  }
}
