/// The kind of a file that is no pprof profile, judging by its first bytes.
package enum ContentKind: String, Sendable {
  case gzip, zstd, bzip2, xz, lzma, lz4, snappy, zip, tar, sevenZip, compress, zlib
  case base64, html, notFoundPage, httpResponse, displacedGzip, json, yaml, xml, elf, png, jpeg,
    gif, pdf
  case executionTrace, heapDump, foldedStacks, pprofReport, goroutineDump, byteOrderMark, zeros,
    text, binary

  /// How many bytes from the start of a file are examined.
  static let sniffedBytes = 4096

  /// Determines the kind of a file from its first bytes.
  package init(sniffing front: some Collection<UInt8>) {
    let front = Array(front.prefix(Self.sniffedBytes))
    self = Self.magic(front) ?? Self.text(front) ?? Self.displaced(front) ?? .binary
  }

  /// Looks for gzip data after something short.
  private static func displaced(_ front: [UInt8]) -> ContentKind? {
    if front.starts(with: "HTTP/".utf8) { return .httpResponse }
    // The magic number and the only compression method; random bytes seldom contain it.
    let magic: [UInt8] = [0x1f, 0x8b, 0x08]
    let isDisplaced = front.indices.prefix(16).contains { front[$0...].starts(with: magic) }
    return isDisplaced ? .displacedGzip : nil
  }

  /// False only if the first bytes of a file rule out the formats that came before protobuf: those
  /// are text, or words of a binary CPU profile, the first of them 0.
  func mayBeLegacyProfile(_ front: some Collection<UInt8>) -> Bool {
    switch self {
    case .binary:
      front.prefix(4).elementsEqual([0, 0, 0, 0])
        || front.prefix(32).prefix { $0 != 0x0a }.allSatisfy(Self.isText)
    case .zeros, .text, .yaml, .json, .goroutineDump, .foldedStacks, .base64, .zlib,
      .executionTrace:
      true
    default: false
    }
  }

  /// True if the first bytes of a file may be text in another encoding, or with terminal sequences.
  static func mayBeWrappedText(_ front: some Collection<UInt8>) -> Bool {
    let front = Array(front.prefix(sniffedBytes))
    if magics.contains(where: { $0.0 == .byteOrderMark && front.starts(with: $0.1) }) {
      return true
    }
    let zeros = front.count { $0 == 0 }
    return zeros * 5 > front.count * 2 && zeros * 5 < front.count * 3
      || front.allSatisfy { isText($0) || $0 == 0x1b || $0 == 0x07 }
  }

  private static func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7f || byte >= 0x09 && byte <= 0x0d
  }

  private static let magics: [(ContentKind, [UInt8])] = [
    (.gzip, [0x1f, 0x8b]), (.zstd, [0x28, 0xb5, 0x2f, 0xfd]), (.bzip2, Array("BZh".utf8)),
    (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), (.lzma, [0x5d, 0x00, 0x00]),
    (.lz4, [0x04, 0x22, 0x4d, 0x18]), (.lz4, [0x02, 0x21, 0x4c, 0x18]),
    (.snappy, [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]),
    (.zip, [0x50, 0x4b, 0x03, 0x04]), (.zip, [0x50, 0x4b, 0x05, 0x06]),
    (.sevenZip, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), (.compress, [0x1f, 0x9d]),
    (.elf, [0x7f, 0x45, 0x4c, 0x46]), (.heapDump, Array("go1.7 heap dump\n".utf8)),
    (.png, [0x89, 0x50, 0x4e, 0x47]),
    (.jpeg, [0xff, 0xd8, 0xff]), (.gif, Array("GIF8".utf8)), (.pdf, Array("%PDF".utf8)),
    (.byteOrderMark, [0xef, 0xbb, 0xbf]), (.byteOrderMark, [0xff, 0xfe]),
    (.byteOrderMark, [0xfe, 0xff]),
  ]

  private static func magic(_ front: [UInt8]) -> ContentKind? {
    for (kind, magic) in magics where front.starts(with: magic) { return kind }
    if front.count > 262, front[257..<262].elementsEqual("ustar".utf8) { return .tar }
    if front.count >= 2, front[0] & 0x0f == 8, front[0] >> 4 <= 7,
      (Int(front[0]) << 8 | Int(front[1])) % 31 == 0
    {
      return .zlib
    }
    if front.starts(with: "go 1.".utf8), front.dropFirst(5).prefix(11).contains(0x20) {
      return .executionTrace
    }
    if !front.isEmpty, front.allSatisfy({ $0 == 0 }) { return .zeros }
    return nil
  }

  private static func text(_ front: [UInt8]) -> ContentKind? {
    guard front.allSatisfy(isText), !front.isEmpty else { return nil }
    let text = String(decoding: front, as: UTF8.self).lowercased()
    guard let start = text.firstIndex(where: { !$0.isWhitespace }) else { return .text }
    let body = text[start...]
    let lines = body.split(whereSeparator: \.isNewline)
    if body.hasPrefix("<!doctype html") || body.hasPrefix("<html") { return .html }
    if body.hasPrefix("<") { return body.contains("<html") ? .html : .xml }
    if body.hasPrefix("404 ") || body.contains("page not found") { return .notFoundPage }
    if body.hasPrefix("http/1.") || body.hasPrefix("http/2") { return .httpResponse }
    if body.hasPrefix("{") || body.hasPrefix("[") { return .json }
    if body.hasPrefix("---\n") { return .yaml }
    // A document may show a report further down.
    if lines.prefix(12).contains(where: {
      $0.hasPrefix("showing nodes accounting for") || $0.contains("flat  flat%")
    }),
      body.hasPrefix("file:") || body.hasPrefix("type:") || body.hasPrefix("showing nodes")
        || body.hasPrefix("build id:") || body.hasPrefix("time:") || body.hasPrefix("flat  flat%")
        || body.hasPrefix("active filters:") || body.hasPrefix("duration:")
    {
      return .pprofReport
    }
    if body.hasPrefix("goroutine "), body.contains("]:\n") { return .goroutineDump }
    let isBase64 = front.prefix(1024).allSatisfy { byte in
      switch byte {
      // `+` and `/` are `-` and `_` in URLs.
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2b, 0x2f, 0x3d, 0x0a, 0x0d, 0x2d, 0x5f: true
      default: false
      }
    }
    if isBase64, front.count >= 32 { return .base64 }
    let isFolded = lines.prefix(5).allSatisfy { line in
      guard let blank = line.lastIndex(of: " "), line.contains(";") else { return false }
      let count = line[line.index(after: blank)...]
      return !count.isEmpty && count.allSatisfy(\.isNumber)
    }
    if isFolded, !lines.isEmpty { return .foldedStacks }
    return .text
  }
}
