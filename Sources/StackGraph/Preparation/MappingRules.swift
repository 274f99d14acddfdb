import ProfileModel

extension Profile {
  /// Gives all locations one empty mapping when the profile has none, as pprof does.
  mutating func addMissingMapping() {
    guard mappings.isEmpty else { return }
    mappings = [Mapping(id: 1)]
    locations.mappings = locations.mappings.map { _ in MappingID(0) }
  }

  /// Removes mapping files that are the URLs of remote sources, as pprof does.
  mutating func removeMappingURLs() {
    for row in mappings.indices where mappings[row].buildID == .empty {
      if isAbsoluteURL(strings[bytesOf: mappings[row].file]) { mappings[row].file = .empty }
    }
  }
}

/// True for a scheme (RFC 3986, section 3.1) followed by a colon.
private func isAbsoluteURL(_ text: ArraySlice<UInt8>) -> Bool {
  guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let first = text.first,
    text.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
  else { return false }
  func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }
  return isLetter(first)
    && text[..<colon].allSatisfy {
      isLetter($0) || $0 >= 0x30 && $0 <= 0x39 || "+-.".utf8.contains($0)
    }
}
