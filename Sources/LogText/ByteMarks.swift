/// The bytes used by wrappers that occur in a line, found in one pass. Most lines of a log have few
/// of them, and so need not be searched again for each.
struct ByteMarks: OptionSet {
  let rawValue: UInt16

  /// Begins a control sequence of a terminal, or is a backspace.
  static let control = ByteMarks(rawValue: 1 << 0)
  static let bracket = ByteMarks(rawValue: 1 << 1)
  static let brace = ByteMarks(rawValue: 1 << 2)
  static let quote = ByteMarks(rawValue: 1 << 3)
  static let equals = ByteMarks(rawValue: 1 << 4)
  static let backslash = ByteMarks(rawValue: 1 << 5)
  static let hash = ByteMarks(rawValue: 1 << 6)
  static let ampersand = ByteMarks(rawValue: 1 << 7)
  static let caret = ByteMarks(rawValue: 1 << 8)

  /// The first bytes of U+00A0 and U+241B.
  static let wide = ByteMarks(rawValue: 1 << 9)

  /// Ends a line, as on old systems, or returns to its beginning.
  static let carriage = ByteMarks(rawValue: 1 << 10)

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ line: ArraySlice<UInt8>) {
    rawValue = line.withUnsafeBufferPointer { bytes in
      Self.table.withUnsafeBufferPointer { table in
        var found: UInt16 = 0
        for byte in bytes { found |= table[Int(byte)] }
        return found
      }
    }
  }

  private static let table: [UInt16] = {
    let marks: [(UInt8, ByteMarks)] = [
      (0x1b, .control), (0x08, .control), (UInt8(ascii: "["), .bracket),
      (UInt8(ascii: "{"), .brace), (UInt8(ascii: "\""), .quote), (UInt8(ascii: "="), .equals),
      (UInt8(ascii: "\\"), .backslash), (UInt8(ascii: "#"), .hash),
      (UInt8(ascii: "&"), .ampersand), (UInt8(ascii: "^"), .caret), (0xc2, .wide), (0xe2, .wide),
      (0x0d, .carriage),
    ]
    var table = [UInt16](repeating: 0, count: 256)
    for (byte, mark) in marks { table[Int(byte)] = mark.rawValue }
    return table
  }()
}
