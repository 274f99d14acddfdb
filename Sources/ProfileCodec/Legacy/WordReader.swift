/// Reads words of 32 or 64 bits one after another.
struct WordReader {
  let bytes: [UInt8]
  private let bytesPerWord: Int
  private let isBigEndian: Bool
  private(set) var offset = 0

  init(_ bytes: [UInt8], bytesPerWord: Int, isBigEndian: Bool) {
    self.bytes = bytes
    self.bytesPerWord = bytesPerWord
    self.isBigEndian = isBigEndian
  }

  /// How many whole words are left.
  var remainingCount: Int { (bytes.count - offset) / bytesPerWord }

  /// Takes a word; nil when no whole one is left.
  mutating func next() -> UInt64? {
    guard remainingCount > 0 else { return nil }
    var word: UInt64 = 0
    for index in 0..<bytesPerWord {
      word = word << 8 | UInt64(bytes[offset + (isBigEndian ? index : bytesPerWord - 1 - index)])
    }
    offset += bytesPerWord
    return word
  }
}
