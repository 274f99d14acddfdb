/// A line that names an address in Go's text profiles (`debug=1`):
///
///     #	0x499a50	fmt.Sprint+0x50	/opt/go/src/fmt/print.go:280
///
/// Tabs separate the parts, or blanks when the text was copied from a web page. Names and files may
/// contain blanks: `+0x` and a number end the name.
package struct SymbolLine {
  package var address: UInt64

  /// The range of the function's name; empty when the runtime did not know it.
  package var name: Range<Int>

  /// The distance of the address from the beginning of its function; nil when unknown.
  package var offset: UInt64?

  /// The range of the file's name.
  package var file: Range<Int>

  /// Nil when unknown.
  package var line: Int64?

  /// - Returns: nil when the line does not name an address.
  package init?(_ text: ArraySlice<UInt8>) {
    var cursor = ByteCursor(text.trimmed)
    guard cursor.take("#") else { return nil }
    cursor.skipBlanks()
    guard let address = cursor.address() else { return nil }
    self.address = address
    cursor.skipBlanks()
    let start = cursor.position
    (name, offset, cursor.position) = Self.name(cursor.bytes, start)
    cursor.skipBlanks()
    file = cursor.position..<cursor.bytes.endIndex
    if let colon = cursor.rest.lastIndex(of: UInt8(ascii: ":")) {
      var digits = ByteCursor(cursor.bytes, at: colon + 1)
      if let number = digits.number(), digits.isAtEnd, let line = Int64(exactly: number) {
        self.line = line
        file = cursor.position..<colon
      }
    }
  }

  /// The name that begins at an index, and the index after it.
  private static func name(
    _ text: ArraySlice<UInt8>, _ start: Int
  ) -> (Range<Int>, offset: UInt64?, end: Int) {
    let end = text.position(of: 0x09, from: start) ?? text.endIndex
    var from = start
    while let plus = text.position(of: "+0x", from: from) {
      var cursor = ByteCursor(text, at: plus + 1)
      if let offset = cursor.address(), cursor.isAtEnd || cursor.next?.isBlank ?? false {
        return (start..<plus, offset, cursor.position)
      }
      from = plus + 1
    }
    return (start..<end, nil, end)
  }
}
