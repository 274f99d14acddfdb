/// Returns a value as indented JSON with sorted keys and a newline at the end.
func jsonText(_ value: JSONValue, _ layout: JSONWriter.Layout = .indented) -> TextOutput {
  var writer = JSONWriter(layout)
  writer.write(value)
  return writer.finished()
}

/// Writes JSON as it goes, and holds no more than the text. Every JSON of heapscope is
/// written by it.
package struct JSONWriter {
  package enum Layout: Sendable {
    /// Each member and element on a line of its own, in the form of Foundation's
    /// `JSONEncoder`.
    case indented

    /// One line.
    case line

    /// For a script element in HTML: each member of the outermost object on a line of
    /// its own, and no character that can end the element or begin markup.
    case page
  }

  package private(set) var output = TextOutput()
  private let layout: Layout
  private var depth = 0

  package init(_ layout: Layout = .indented) { self.layout = layout }

  /// What is written after the limit is lost, so that no more need be made.
  var isOverLimit: Bool { output.isOverLimit }

  mutating func finished() -> TextOutput {
    output.newline()
    return output
  }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let members):
      writeObject(members.keys.sorted()) { $0.write(members[$1] ?? .null) }
    case .members(let members):
      writeList(members, "{", "}") { writer, member in
        writer.writeKey(member.key)
        writer.write(member.value)
      }
    case .array(let elements): writeArray(elements) { $0.write($1) }
    case .rows(let count, let row): writeArray(0..<count) { $0.write(row($1)) }
    case .string(let text): write(text)
    case .base64(let bytes): write(base64: bytes)
    case .integer(let number): output.write("\(number)")
    // JSON has no infinity.
    case .number(let number) where !number.isFinite: output.write("null")
    case .number(let number):
      let text = number.description
      output.write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    case .literal(let text): output.write(text)
    case .bool(let flag): output.write(flag ? "true" : "false")
    case .null: output.write("null")
    }
  }

  /// - Parameter keys: in their order.
  mutating func writeObject(
    _ keys: [String], _ body: (inout JSONWriter, _ key: String) -> Void
  ) {
    writeList(keys, "{", "}") { writer, key in
      writer.writeKey(key)
      body(&writer, key)
    }
  }

  mutating func writeArray<Elements: Sequence>(
    _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    writeList(elements, "[", "]", body)
  }

  private mutating func writeList<Elements: Sequence>(
    _ elements: Elements, _ open: String, _ close: String,
    _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    output.write(open)
    depth += 1
    var isFirst = true
    for element in elements {
      if isOverLimit { return }
      if !isFirst { output.write(",") }
      if layout == .indented || layout == .page && depth == 1 && !isFirst { newline() }
      isFirst = false
      body(&self, element)
    }
    depth -= 1
    if layout == .indented {
      if isFirst { output.newline() }
      newline()
    }
    output.write(close)
  }

  private mutating func newline() {
    output.newline()
    if layout == .indented { output.blanks(2 * depth) }
  }

  private mutating func writeKey(_ key: String) {
    write(key)
    output.write(layout == .indented ? " : " : ":")
  }

  // MARK: Texts

  private mutating func write(_ text: String) {
    var text = text
    output.write("\"")
    let isPage = layout == .page
    text.withUTF8 { bytes in
      if Self.isPlain(bytes) {
        output.write(bytes)
        return
      }
      var start = 0
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        guard let escape = isPage ? Self.pageEscape(bytes[index...]) : Self.escape(byte) else {
          index += 1
          continue
        }
        output.write(UnsafeBufferPointer(rebasing: bytes[start..<index]))
        output.write(escape)
        // Of the characters with an escape only the separators are not ASCII.
        index += byte == 0xe2 ? 3 : 1
        start = index
      }
      output.write(UnsafeBufferPointer(rebasing: bytes[start...]))
    }
    output.write("\"")
  }

  /// Whether a text has nothing to escape, in a page or elsewhere; most have not.
  private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // Without a jump for each byte.
    var odd: UInt8 = 0
    for byte in text {
      odd |= byte &- 0x20 > 0x5e ? 1 : 0
      odd |= byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0
      odd |= byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") ? 1 : 0
      odd |= byte == UInt8(ascii: "&") ? 1 : 0
    }
    return odd == 0
  }

  private static func escape(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case 0x20...: nil
    case 0x08: "\\b"
    case 0x09: "\\t"
    case 0x0a: "\\n"
    case 0x0c: "\\f"
    case 0x0d: "\\r"
    default: numbered(UInt16(byte))
    }
  }

  /// - Parameter rest: the text from the character on that is asked about.
  private static func pageEscape(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    guard let byte = rest.first else { return nil }
    switch byte {
    case UInt8(ascii: "\""): return "\\\""
    case UInt8(ascii: "\\"): return "\\\\"
    case 0..<0x20, 0x7f, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
      return numbered(UInt16(byte))
    // U+2028 and U+2029 separate lines and paragraphs.
    case 0xe2 where rest.starts(with: [0xe2, 0x80, 0xa8]): return numbered(0x2028)
    case 0xe2 where rest.starts(with: [0xe2, 0x80, 0xa9]): return numbered(0x2029)
    default: return nil
    }
  }

  private static func numbered(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }

  private mutating func write(base64 bytes: [UInt8]) {
    output.write("\"")
    // A part at a time, so that the text is not held twice.
    let step = 3 << 12
    for start in stride(from: 0, to: bytes.count, by: step) {
      output.write(Self.base64(bytes[start..<min(start + step, bytes.count)]))
    }
    output.write("\"")
  }

  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let letters = Self.letters
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var rest = bytes
    while let first = rest.popFirst() {
      let second = rest.popFirst()
      let third = rest.popFirst()
      let group = Int(first) << 16 | Int(second ?? 0) << 8 | Int(third ?? 0)
      text.append(letters[group >> 18])
      text.append(letters[group >> 12 & 63])
      text.append(second == nil ? UInt8(ascii: "=") : letters[group >> 6 & 63])
      text.append(third == nil ? UInt8(ascii: "=") : letters[group & 63])
    }
    return text
  }
}
