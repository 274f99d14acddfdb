/// A line that names an address in Go's text profiles (`debug=1`):
///
///     #	0x499a50	fmt.Sprint+0x50	/opt/go/src/fmt/print.go:280
///
/// Tabs stand between the parts, or blanks where the text was copied from a page. Names and
/// files may have blanks in them: `+0x` and a number end the name.
package struct SymbolLine {
  package var address: UInt64

  /// Where the function's name stands; empty when the runtime knew none.
  package var name: Range<Int>

  /// How far the address is from the beginning of its function; nil when the line does not say.
  package var offset: UInt64?

  /// Where the file's name stands.
  package var file: Range<Int>

  /// Nil without one.
  package var line: Int64?

  /// - Returns: nil when the line names no address.
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

  /// The name that begins at an index, and where what follows it begins.
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
