import Foundation
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@testable import Reports

@Suite("names that are safe to show")
struct SafeNameTests {
  @Test(
    "harmless names stay as they are",
    arguments: [
      "main.(*T[go.shape.int]).Do", "a b", "тест.Ф", "日本", "C:\\path", "\\", "😀", "e\u{301}",
    ])
  func unchanged(name: String) {
    #expect(safeName(name.utf8) == Array(name.utf8))
  }

  @Test(
    "what a terminal or a reader of lines would misunderstand is written out",
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
    "bytes that are no UTF-8 are written out one by one",
    arguments: [
      ([0xff], "\\xff"), ([0x61, 0xc3], "a\\xc3"), ([0xe2, 0x82, 0x41], "\\xe2\\x82A"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xc0, 0x80], "\\xc0\\x80"),
      ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
    ] as [([UInt8], String)])
  func invalid(bytes: [UInt8], safe: String) {
    #expect(String(decoding: safeName(bytes), as: UTF8.self) == safe)
  }

  @Test(
    "different names stay different, and the result is safe", arguments: 0..<20 as Range<UInt64>)
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

@Suite("folded stacks")
struct FoldedTests {
  private func folded(_ profile: Profile) throws -> [String] {
    let selection = try Selection(profile, SelectionOptions())
    return String(decoding: try ReportContext(selection).foldedText().bytes, as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  @Test("stand root first, sorted, equal stacks as one")
  func shape() throws {
    let profile = StackProfile.inBytes([
      "main.b": 1, "main.a main.c": 2, "main.a ~main.c": 3, "main.a": 4, "main.b main.b": 5,
    ])
    #expect(try folded(profile) == ["main.a 4", "main.a;main.c 5", "main.b 1", "main.b;main.b 5"])
  }

  @Test("keep semicolons and line ends of names out of the format")
  func separators() throws {
    var profile = StackProfile.inBytes(["a;b c": 1, "a b;c": 2, "a b c": 3])
    #expect(try folded(profile) == ["a;b;c 3", "a;b\\x3bc 2", "a\\x3bb;c 1"])
    profile.functions.names[0] = profile.strings.intern("x\ny")
    #expect(try folded(profile).contains("x\\x0ay;c 1"))
  }

  @Test("count samples without a stack, and leave out what is 0")
  func edges() throws {
    let profile = StackProfile.inBytes(["": 7, "main.a": 0, "main.b": 5, "main.b ": -5])
    #expect(try folded(profile) == ["<no stack> 7"])
  }
}

@Suite("times and durations as Go prints them")
struct GoTimeTests {
  @Test(
    "durations",
    arguments: [
      (0, "0s"), (1, "1ns"), (999, "999ns"), (1000, "1µs"), (1500, "1.5µs"), (2_000_000, "2ms"),
      (2_000_001, "2.000001ms"), (1_000_000_000, "1s"), (90_000_000_000, "1m30s"),
      (3_600_000_000_000, "1h0m0s"), (3_661_500_000_000, "1h1m1.5s"), (-1500, "-1.5µs"),
      (93_784_000_000_000, "26h3m4s"), (.max, "2562047h47m16.854775807s"),
      (.min, "-2562047h47m16.854775808s"), (60_000_000_000, "1m0s"),
      (59_999_999_999, "59.999999999s"),
    ] as [(Int64, String)])
  func durations(nanoseconds: Int64, text: String) {
    #expect(goDuration(nanoseconds) == text)
  }

  @Test(
    "times",
    arguments: [
      (0, "1970-01-01 00:00:00 +0000 UTC"), (1, "1970-01-01 00:00:00.000000001 +0000 UTC"),
      (-1, "1969-12-31 23:59:59.999999999 +0000 UTC"),
      (1_700_000_000_500_000_000, "2023-11-14 22:13:20.5 +0000 UTC"),
      (1_700_000_000_123_456_789, "2023-11-14 22:13:20.123456789 +0000 UTC"),
    ] as [(Int64, String)])
  func times(nanoseconds: Int64, text: String) {
    useUTC()
    #expect(goTime(nanoseconds) == text)
  }
}

@Suite("numbers for people")
struct PeopleNumberTests {
  @Test(
    "shares",
    arguments: [
      (0, "0.0%"), (1, "100.0%"), (0.5, "50.0%"), (0.0004, "<0.1%"), (0.001, "0.1%"),
      (0.12345, "12.3%"), (0.9996, "100.0%"), (-0.25, "-25.0%"), (12.5, "1250.0%"),
    ] as [(Double, String)])
  func shares(share: Double, text: String) {
    #expect(percentText(share) == text)
  }

  @Test(
    "digits in groups",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
      (.min, "-9,223,372,036,854,775,808"),
    ] as [(Int64, String)])
  func groups(value: Int64, text: String) {
    #expect(groupedDigits(value) == text)
  }

  @Test(
    "bars fill their width in eighths",
    arguments: [
      (0, "    "), (1, "████"), (0.5, "██  "), (0.25 / 8, "▏   "), (0.53125, "██▏ "), (2, "████"),
      (-1, "    "),
    ] as [(Double, String)])
  func bars(share: Double, bar: String) {
    #expect(TextStyle.bar(share, width: 4) == bar)
  }

  @Test("long names lose their middle")
  func shortened() {
    #expect("abcdefghijklmnop".shortened(to: 10) == "abc…klmnop")
    #expect("abcdefghijklmnop".shortened(to: 16) == "abcdefghijklmnop")
  }
}

@Suite("colours of pictures")
struct DotColorTests {
  @Test(
    "run from green over grey to red; no number has a colour of its own",
    arguments: [
      (1, true, "#edd5d5"), (-1, true, "#d5edd5"), (0, true, "#ededed"), (1, false, "#b20000"),
      (-1, false, "#00b200"), (0, false, "#b2b2b2"), (7, false, "#b20000"),
      (.nan, true, "#ed00d5"), (.nan, false, "#b20000"),
    ] as [(Double, Bool, String)])
  func colors(share: Double, isFill: Bool, color: String) {
    #expect(dotColor(share, isFill: isFill) == color)
  }
}

/// The times of these tests are in UTC.
private func useUTC() { _ = utc }

private let utc: Void = {
  setenv("TZ", "UTC", 1)
  tzset()
}()
