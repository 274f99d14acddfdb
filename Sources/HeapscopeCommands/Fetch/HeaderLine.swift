/// True for `Name: value` (RFC 9110, 5.1) without anything that would end the line.
func isHeader(_ line: String) -> Bool {
  guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
    return false
  }
  let name = line.utf8[..<colon]
  return name.allSatisfy { $0 > 0x20 && $0 < 0x7f && !#"(),/:;<=>?@[\]{}""#.utf8.contains($0) }
    && !line.utf8.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0 }
}
