import LogText

/// A label that a program gave a goroutine (`pprof.Do`).
package struct GoroutineLabel: Hashable, Sendable {
  package var key: String
  package var value: String

  /// No real program has more.
  private static let limit = 64
  private static let longest = 256

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }

  /// Reads `{op: "list, all", tenant: acme}`, the format of headers, and
  /// `{"op":"list, all", "tenant":"acme"}`, that of debug=1.
  ///
  /// - Returns: the labels, and the index after them; nil when the text does not begin with labels.
  static func all(_ text: ArraySlice<UInt8>) -> (labels: [GoroutineLabel], end: Int)? {
    var cursor = ByteCursor(text)
    guard cursor.take("{") else { return nil }
    var labels: [GoroutineLabel] = []
    cursor.skipBlanks()
    if cursor.take("}") { return ([], cursor.position) }
    repeat {
      cursor.skipBlanks()
      guard labels.count < limit, let key = word(&cursor), cursor.take(":") else { return nil }
      cursor.skipBlanks()
      guard let value = word(&cursor) else { return nil }
      labels.append(GoroutineLabel(key: key, value: value))
      cursor.skipBlanks()
    } while cursor.take(",")
    return cursor.take("}") ? (labels, cursor.position) : nil
  }

  /// Reads a quoted or a bare text.
  private static func word(_ cursor: inout ByteCursor) -> String? {
    if cursor.take("\"") {
      var bytes: [UInt8] = []
      while let byte = cursor.next {
        cursor.position += 1
        if byte == UInt8(ascii: "\"") {
          return String(decoding: bytes.prefix(longest), as: UTF8.self)
        }
        if byte == UInt8(ascii: "\\"), let next = cursor.next {
          cursor.position += 1
          bytes.append(next == UInt8(ascii: "n") ? 0x0a : next == UInt8(ascii: "t") ? 0x09 : next)
        } else {
          bytes.append(byte)
        }
      }
      return nil
    }
    let start = cursor.position
    while let byte = cursor.next, !":,}{\"".utf8.contains(byte) { cursor.position += 1 }
    let word = cursor.bytes[start..<cursor.position].trimmed
    return word.isEmpty ? nil : word.prefix(longest).text
  }
}
