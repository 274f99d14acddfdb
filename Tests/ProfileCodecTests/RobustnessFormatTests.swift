import HeapscopeTestSupport
import ProfileBytes
import ProfileCodec
import Testing

@Suite("Robustness: other formats") struct RobustnessFormatTests {
  private static let textFiles: [(ContentKind, String)] = [
    (.html, "<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>"),
    (.html, "  <html><head>"), (.html, "<?xml version=\"1.0\"?><html>"),
    (.notFoundPage, "404 page not found\n"), (.notFoundPage, "Page not found"),
    (.json, "{\"error\": \"no such profile\"}"), (.json, "[1, 2, 3]"), (.yaml, "---\nkey: value\n"),
    (.xml, "<?xml version=\"1.0\"?><a/>"), (.httpResponse, "HTTP/1.1 200 OK\r\n\r\nbody"),
    (.pprofReport, "Type: inuse_space\nShowing nodes accounting for 1kB, 100% of 1kB total\n"),
    (.foldedStacks, "main.main;main.f 12\nmain.main;main.g 5\n"),
    (.base64, "H4sIAAAAAAAE/+JgYGBgZGBgYARiIGBkYGBkAAIA//8BAAD//4Lb9WQgAAAA"),
    (.text, "hello\n"), (.text, "   \n\n  "), (.text, "naïve text, ünïcödé"),
  ]

  @Test("text is refused with its kind, compressed or not", arguments: textFiles)
  func texts(kind: ContentKind, text: String) {
    #expect(refusal(Array(text.utf8)) == .notAProfile(kind))
    #expect(refusal(gzipped(Array(text.utf8))) == .notAProfile(kind))
  }

  private static let binaryFiles: [(ContentKind, [UInt8])] = [
    (.bzip2, Array("BZh91AY&SY".utf8)), (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]),
    (.lzma, [0x5d, 0, 0, 0x80, 0, 0xff]), (.lz4, [0x04, 0x22, 0x4d, 0x18, 0x64, 0x40]),
    (.snappy, [0xff, 0x06, 0, 0] + Array("sNaPpY".utf8)), (.zip, [0x50, 0x4b, 3, 4, 20, 0]),
    (.sevenZip, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]), (.compress, [0x1f, 0x9d, 0x90, 1]),
    (.elf, [0x7f] + Array("ELF".utf8) + [2, 1, 1, 0]), (.png, [0x89, 0x50, 0x4e, 0x47, 13, 10]),
    (.jpeg, [0xff, 0xd8, 0xff, 0xe0]), (.gif, Array("GIF89a".utf8)), (.pdf, Array("%PDF-1.7".utf8)),
    (.zlib, [0x78, 0x9c, 0xe3, 0x62]), (.executionTrace, Array("go 1.27 trace\0\0\0".utf8)),
    (
      .tar,
      [UInt8](repeating: 0x61, count: 100) + [UInt8](repeating: 0, count: 157)
        + Array("ustar\0".utf8)
    ),
    (.byteOrderMark, [0xef, 0xbb, 0xbf] + Array("text".utf8)),
    (.byteOrderMark, [0xff, 0xfe, 0x61, 0]),
    (.zeros, [UInt8](repeating: 0, count: 1)), (.zeros, [UInt8](repeating: 0, count: 300_000)),
  ]

  @Test("other binary formats are refused with their kind", arguments: binaryFiles)
  func binaries(kind: ContentKind, front: [UInt8]) {
    #expect(refusal(front) == .notAProfile(kind))
    if kind != .zeros {
      #expect(refusal(front + [UInt8](repeating: 0x77, count: 1000)) == .notAProfile(kind))
    }
  }

  @Test("random bytes are refused", arguments: 0..<100 as Range<UInt64>)
  func randomBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = (0..<Int.random(in: 1...2000, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    #expect(refusal(bytes) != nil)
    #expect(refusal(gzipped(bytes)) != nil)
    #expect(refusal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + bytes) != nil)
  }

  @Test("single bytes and pairs of bytes are refused")
  func tinyFiles() {
    for first in 0...255 as ClosedRange<UInt8> {
      #expect(refusal([first]) != nil)
      // A string table of one empty text is a profile without anything.
      for second in stride(from: first % 9, to: 247, by: 9) where [first, second] != [0x32, 0] {
        #expect(refusal([first, second]) != nil)
      }
    }
  }
}
