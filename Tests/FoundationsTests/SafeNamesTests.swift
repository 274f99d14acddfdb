import Foundations
import HeapscopeTestSupport
import Testing

@Suite("Names that are safe to show")
struct SafeNameTests {
  @Test(
    "a harmless name stays as it is",
    arguments: [
      "main.(*T[go.shape.int]).Do", "a b", "тест.Ф", "日本", "C:\\path", "\\", "😀", "e\u{301}",
    ])
  func unchanged(name: String) {
    #expect(safeName(name.utf8) == Array(name.utf8))
  }

  @Test(
    "characters that mislead a terminal or a reader of lines are escaped",
    arguments: [
      ("a\nb", "a\\x0ab"), ("\u{1b}[31m", "\\x1b[31m"), ("\u{7f}", "\\x7f"), ("\0", "\\x00"),
      ("a\tb", "a\\x09b"), ("\u{85}", "\\u{85}"), ("\u{2028}x", "\\u{2028}x"),
      ("\u{202e}evil", "\\u{202e}evil"), ("\u{200f}", "\\u{200f}"), ("\u{2066}", "\\u{2066}"),
      ("\\x0a", "\\x5cx0a"), ("\\u{85}", "\\x5cu{85}"), ("\\\\x", "\\\\x5cx"),
    ])
  func escaped(name: String, safe: String) {
    #expect(String(decoding: safeName(name.utf8), as: UTF8.self) == safe)
  }

  @Test(
    "bytes that are not UTF-8 are escaped one by one",
    arguments: [
      ([0xff], "\\xff"), ([0x61, 0xc3], "a\\xc3"), ([0xe2, 0x82, 0x41], "\\xe2\\x82A"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xc0, 0x80], "\\xc0\\x80"),
      ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
    ] as [([UInt8], String)])
  func invalid(bytes: [UInt8], safe: String) {
    #expect(String(decoding: safeName(bytes), as: UTF8.self) == safe)
  }

  @Test(
    "different names stay different when escaped, and the results are safe",
    arguments: 0..<20 as Range<UInt64>)
  func injective(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces: [[UInt8]] = [
      Array("\\".utf8), Array("x".utf8), Array("u".utf8), Array("{85}".utf8), Array("0a".utf8),
      [0x0a], [0xc2, 0x85], [0x85], [0xff], Array("5c".utf8), Array("a".utf8), [0x1b],
    ]
    var origins: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<2000 {
      let name = (0..<Int.random(in: 0...5, using: &random)).flatMap { _ in random.pick(pieces) }
      let safe = safeName(name)
      #expect(safe.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
      #expect(String(validating: safe, as: UTF8.self) != nil)
      #expect(origins.updateValue(name, forKey: safe) ?? name == name)
    }
  }
}
