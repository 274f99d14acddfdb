/// Returns a text as Go's regexp sees it: each byte that is part of no UTF-8 character becomes
/// U+FFFD. Nil when the text is valid UTF-8.
func repairedText(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
  guard var index = text.firstIndex(where: { $0 >= 0x80 }) else { return nil }
  var result: [UInt8] = []
  var copied = 0
  while index < text.count {
    let length = characterLength(text, index)
    if length == 0 {
      result += text[copied..<index]
      result += [0xef, 0xbf, 0xbd]
      copied = index + 1
    }
    index += max(1, length)
  }
  if copied == 0 { return nil }
  return result + text[copied...]
}

/// Converts an offset in the repaired text to one in the original text.
func offset(_ repairedOffset: Int, beforeRepairOf text: UnsafeBufferPointer<UInt8>) -> Int {
  var rest = repairedOffset
  var index = 0
  while rest > 0, index < text.count {
    let length = characterLength(text, index)
    rest -= length == 0 ? 3 : length
    index += max(1, length)
  }
  return index
}

/// The length of the UTF-8 character at an index, or 0 when there is none (Unicode 15, table 3-7).
private func characterLength(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
  let length: Int
  var second: ClosedRange<UInt8> = 0x80...0xbf
  switch text[index] {
  case ..<0x80: return 1
  case 0xc2...0xdf: length = 2
  case 0xe0...0xef:
    length = 3
    if text[index] == 0xe0 { second = 0xa0...0xbf }
    if text[index] == 0xed { second = 0x80...0x9f }
  case 0xf0...0xf4:
    length = 4
    if text[index] == 0xf0 { second = 0x90...0xbf }
    if text[index] == 0xf4 { second = 0x80...0x8f }
  default: return 0
  }
  guard index + length <= text.count, second.contains(text[index + 1]) else { return 0 }
  return text[(index + 2)..<(index + length)].allSatisfy { $0 & 0xc0 == 0x80 } ? length : 0
}
