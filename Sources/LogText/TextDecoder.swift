/// Converts the contents of a file to UTF-8, piece by piece.
///
/// A byte order mark gives the encoding: Windows editors write one for UTF-8, and PowerShell's `>`
/// writes UTF-16. UTF-16 without a mark is recognized by its zeros: in Latin text, every other byte
/// is one.
package struct TextDecoder: Sendable {
  package enum Encoding: Sendable {
    case utf8, utf16LittleEndian, utf16BigEndian
  }

  /// Nil until the first bytes were read.
  package private(set) var encoding: Encoding?

  /// The beginning of the file until it is long enough; then half a code unit and half a surrogate
  /// pair.
  private var waiting: [UInt8] = []

  private static let frontSize = 64

  package init() {}

  /// Returns the text of the next bytes, as UTF-8.
  ///
  /// - Parameter isEnd: no bytes follow.
  package mutating func decode(_ bytes: ArraySlice<UInt8>, isEnd: Bool) -> [UInt8] {
    var bytes = Array(bytes)
    if !waiting.isEmpty {
      bytes = waiting + bytes
      waiting = []
    }
    if encoding == nil {
      // A line that arrives alone is passed on at once.
      if bytes.count < Self.frontSize, !isEnd, !bytes.contains(0x0a) {
        waiting = bytes
        return []
      }
      bytes.removeFirst(begin(bytes))
    }
    switch encoding {
    case .utf16LittleEndian: return decoded(bytes, low: 0, isEnd: isEnd)
    case .utf16BigEndian: return decoded(bytes, low: 1, isEnd: isEnd)
    default: return bytes
    }
  }

  /// Determines the encoding; returns the length of its mark.
  private mutating func begin(_ front: [UInt8]) -> Int {
    if front.starts(with: [0xef, 0xbb, 0xbf]) {
      encoding = .utf8
      return 3
    }
    if front.starts(with: [0xff, 0xfe]) {
      encoding = .utf16LittleEndian
      return 2
    }
    if front.starts(with: [0xfe, 0xff]) {
      encoding = .utf16BigEndian
      return 2
    }
    let front = front.prefix(Self.frontSize)
    func zeros(_ parity: Int) -> Int {
      stride(from: parity, to: front.count, by: 2).count { front[$0] == 0 }
    }
    let half = front.count / 2
    if half >= 4, zeros(1) * 4 >= half * 3, zeros(0) * 8 <= half {
      encoding = .utf16LittleEndian
    } else if half >= 4, zeros(0) * 4 >= half * 3, zeros(1) * 8 <= half {
      encoding = .utf16BigEndian
    } else {
      encoding = .utf8
    }
    return 0
  }

  /// - Parameter low: which byte of a code unit is the low one.
  private mutating func decoded(_ bytes: [UInt8], low: Int, isEnd: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 2 + 4)
    func unit(_ index: Int) -> UInt16 {
      UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8
    }
    var index = 0
    while index + 1 < bytes.count {
      let first = unit(index)
      if first < 0x80 {
        result.append(UInt8(first))
        index += 2
        continue
      }
      var scalar = Unicode.Scalar(first)
      var used = 2
      if first & 0xfc00 == 0xd800 {
        if index + 3 < bytes.count {
          let second = unit(index + 2)
          if second & 0xfc00 == 0xdc00 {
            scalar = Unicode.Scalar(
              0x10000 + (UInt32(first & 0x3ff) << 10 | UInt32(second & 0x3ff)))
            used = 4
          }
        } else if !isEnd {
          break
        }
      }
      result.append(contentsOf: Array(String(Character(scalar ?? "\u{fffd}")).utf8))
      index += used
    }
    if isEnd { return result }
    waiting = Array(bytes[index...])
    return result
  }
}
