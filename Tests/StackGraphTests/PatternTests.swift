import Foundations
import ProfileModel
import Testing

@testable import StackGraph

@Suite("Regular expressions as in pprof")
struct PatternTests {
  @Test(
    "an expression matches anywhere unless anchored, and by case",
    arguments: [
      ("main", "x.main.y", true), ("^main", "x.main", false), ("main$", "main.x", false),
      ("Main", "main", false), ("(?i)MAIN", "main", true), ("", "", true), ("^$", "", true),
      ("^$", "a", false), ("a|b", "xbx", true), ("fmt\\.Sprint(f|ln)?$", "fmt.Sprintln", true),
      ("(?i:A)b", "ab", true), ("(?i:A)b", "aB", false), ("a.c", "a\nc", false),
      ("(?s)a.c", "a\nc", true), ("[^a]", "\n", true), ("a{2,3}", "aa", true),
      ("^(a{2}){2}$", "aaaa", true), ("x*", "", true),
    ])
  func matches(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test(
    "a dollar matches at the very end of the text, or of a line in multi-line mode",
    arguments: [
      ("a$", "a", true), ("a$", "a\n", false), ("a\\z", "a\n", false), ("(?m)a$", "a\nb", true),
      ("(?m)a$", "a\n", true), ("(?m)^b", "a\nb", true), ("^b", "a\nb", false),
      ("(?m)x\n^$", "x\n", true),
    ])
  func dollar(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test(
    "character classes are those of RE2",
    arguments: [
      ("^\\d$", "5", true), ("^\\d$", "٣", false), ("^\\D$", "ü", true), ("^\\w+$", "aB_9", true),
      ("\\w", "ü", false), ("^\\W$", "日", true), ("\\s", "\u{b}", false), ("\\s", "\u{c}", true),
      ("\\S", "\u{b}", true), ("\\v", "\n", false), ("\\v", "\u{b}", true), ("[\\v]", "\r", false),
      ("^[\\d.]+$", "1.2", true), ("^[^\\d]$", "x", true), ("^[\\D]$", "5", false),
      ("[[:alpha:]]", "é", false), ("[[:^alpha:]]", "é", true), ("[[:word:]]", "_", true),
      ("\\pL", "é", true), ("\\p{Greek}", "Ω", true), ("\\P{Greek}", "Ω", false),
      ("\\p{^Lu}", "A", false), ("^[\\p{Lu}x]$", "x", true), ("\\bb", "a.b", true),
      ("\\bb", "ab", false), ("(?i)k", "\u{212a}", true), ("[a-c]", "b", true),
      ("[]a]", "]", true), ("[a-]", "-", true), ("[[.a.]]", "a]", true), ("[a&&b]", "&", true),
      ("[\\]\\-]", "-", true), ("^\\p{lowercase_letter}$", "a", true),
      ("^\\p{greek}$", "Ω", true), ("^\\p{Nd}$", "٣", true), ("^\\p{ASCII}$", "é", false),
      ("^\\P{assigned}$", "a", false), ("^\\p{Any}$", "日", true),
    ])
  func sets(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test(
    "when case is ignored, a Unicode property also matches letters of the other case, as in Go",
    arguments: [
      ("(?i)^\\p{Lu}+$", "aÿǆſKдა", true), ("(?i)^\\p{Ll}$", "Ω", true),
      ("(?i)^\\p{Lt}$", "ǆ", true),
      ("(?i)^\\p{Lu}$", "ĸ", false), ("(?i)^\\p{Lu}$", "1", false), ("^\\p{Lu}$", "a", false),
      ("(?i)^\\P{Lu}$", "a", false), ("(?i)^\\p{^Lu}$", "1", true), ("(?i)^\\P{Ll}$", "A", false),
      ("(?i)^[\\p{Lu}1]+$", "a1B", true), ("(?i)^[^\\p{Lu}]$", "a", false),
      ("(?i)^[\\P{Lu}x]$", "X", true), ("(?i)^[\\P{Lu}x]$", "y", false),
      ("(?i)^[^\\P{Lu}x]$", "y", true), ("(?i)^[^\\P{Lu}x]$", "X", false),
      ("(?i)^[\\P{Lu}]{2}$", "12", true), ("(?i)^[^1\\P{Lu}]$", "1", false),
      ("(?i)^\\p{Greek}$", "µ", true), ("(?i)^\\p{Common}$", "μ", true),
      ("^\\p{Greek}$", "µ", false), ("(?i)^\\p{L}$", "\u{345}", true), ("(?i)^\\pM$", "ι", true),
      ("(?i)^\\p{ASCII}$", "K", true), ("^(?i:\\p{Lu})\\p{Lu}$", "aB", true),
      ("^(?i:\\p{Lu})\\p{Lu}$", "ab", false), ("^((?i)x|\\p{Lu})\\p{Lu}$", "aB", true),
      ("^((?i)x)\\p{Lu}$", "Xa", false), ("(?i)^(?-i)\\p{Lu}$", "a", false),
      ("(?i)^(?s-i:\\p{Lu})\\p{Lu}$", "Aa", true), ("(?i)^(?s-i:\\p{Lu})$", "a", false),
    ])
  func foldedProperties(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test("an expression with too many properties is refused before translation")
  func manyProperties() {
    for pattern in [
      String(repeating: "\\p{Lu}", count: 5000),
      "[" + String(repeating: "\\P{Ll}", count: 5000) + "]",
    ] {
      #expect(throws: PatternError.self) { try Pattern("(?i)" + pattern) }
    }
  }

  @Test(
    "escapes stand for one character",
    arguments: [
      ("^\\x41$", "A"), ("^\\x{1F600}$", "😀"), ("^\\101$", "A"), ("^\\07$", "\u{7}"),
      ("^\\0$", "\0"),
      ("^\\t\\n\\r\\f\\a$", "\t\n\r\u{c}\u{7}"), ("^\\_$", "_"), ("^\\#\\-\\ $", "#- "),
      ("^\\Qa.b*\\E.$", "a.b*c"), ("^\\Qa\\b", "a\\b"), ("\\Q\\Ex", "x"), ("^\\Qab\\E+$", "abbb"),
      ("^[\\x41-\\x43]$", "B"), ("^[\\101]$", "A"), ("^a{,2}$", "a{,2}"), ("^x{a}$", "x{a}"),
      ("^a{02}$", "a{02}"), ("^{$", "{"), ("^}]$", "}]"),
    ])
  func escapes(pattern: String, text: String) throws {
    #expect(try Pattern(pattern).matches(text))
  }

  @Test(
    "groups and repetitions of empty matches are accepted",
    arguments: [
      "(?P<name>a)", "(?<name>a)", "(?P<1a>a)", "()", "(?:)", "(?)", "(|a)", "a||b", "(?i-s:a)",
      "(?U)a+", "^*", "$?", "\\b+", "(?:^){2}", "a{1000}", "(a{10}){100}", "(?i)(?-i)a", "a*?",
      "a{2}?",
    ])
  func accepted(pattern: String) throws {
    _ = try Pattern(pattern)
  }

  @Test(
    "syntax that RE2 does not have is refused with its position",
    arguments: [
      ("a(?=b)", "invalid or unsupported Perl syntax: `(?=`", 1),
      ("(?!b)", "invalid or unsupported Perl syntax: `(?!`", 0),
      ("(?<=b)", "invalid or unsupported Perl syntax: `(?<=`", 0),
      ("(?<!b)", "invalid or unsupported Perl syntax: `(?<!`", 0),
      ("(?>b)", "invalid or unsupported Perl syntax: `(?>`", 0),
      ("(?#b)", "invalid or unsupported Perl syntax: `(?#`", 0),
      ("(?x)b", "invalid or unsupported Perl syntax: `(?x`", 0),
      ("(?i-)b", "invalid or unsupported Perl syntax: `(?i-)`", 0),
      ("(?R)", "invalid or unsupported Perl syntax: `(?R`", 0),
      ("(a)\\1", "invalid escape sequence: `\\1`", 3), ("\\8", "invalid escape sequence: `\\8`", 0),
      ("\\Z", "invalid escape sequence: `\\Z`", 0), ("\\G", "invalid escape sequence: `\\G`", 0),
      ("\\h", "invalid escape sequence: `\\h`", 0), ("\\K", "invalid escape sequence: `\\K`", 0),
      ("\\R", "invalid escape sequence: `\\R`", 0), ("\\C", "invalid escape sequence: `\\C`", 0),
      ("\\E", "invalid escape sequence: `\\E`", 0), ("\\é", "invalid escape sequence: `\\é`", 0),
      ("[\\b]", "invalid escape sequence: `\\b`", 1),
      ("[\\Qa\\E]", "invalid escape sequence: `\\Q`", 1),
      ("\\x{110000}", "invalid escape sequence: `\\x{110000}`", 0),
      ("\\xg", "invalid escape sequence: `\\xg`", 0),
      ("a**", "invalid nested repetition operator: `**`", 1),
      ("ab*+", "invalid nested repetition operator: `*+`", 2),
      ("a++", "invalid nested repetition operator: `++`", 1),
      ("a{2}{3}", "invalid nested repetition operator: `{2}{`", 1),
      ("a{1001}", "invalid repeat count: `{1001}`", 1),
      ("a{3,1}", "invalid repeat count: `{3,1}`", 1),
      ("(a{100}){100}", "invalid repeat count: `{100}`", 8),
      ("*a", "missing argument to repetition operator: `*`", 0),
      ("a|*", "missing argument to repetition operator: `*`", 2),
      ("(*ACCEPT)", "missing argument to repetition operator: `*`", 1),
      ("(", "missing closing )", 0), ("a(b", "missing closing )", 1), ("a)", "unexpected )", 1),
      ("[a", "missing closing ]: `[a`", 0), ("[z-a]", "invalid character class range: `z-a`", 1),
      ("[[:foo:]]", "invalid character class range: `[:foo:]`", 1),
      ("\\p{Xan}", "invalid character class range: `\\p{Xan}`", 0),
      ("\\p{L&}", "invalid character class range: `\\p{L&}`", 0),
      ("a\\", "trailing backslash at end of expression", 1),
      ("(?P<n>a)(?P<n>b)", "duplicate capture group name: `(?P<n>`", 8),
      ("(?P<é>a)", "invalid named capture: `(?P<é>`", 0),
    ])
  func refused(pattern: String, reason: String, offset: Int) {
    #expect(throws: PatternError(reason: reason, offset: offset)) { try Pattern(pattern) }
  }

  @Test(
    "a byte that is not UTF-8 counts as one unknown character",
    arguments: [
      ("^.$", [0xff], true), ("^..$", [0xe2, 0x82], true), ("^...$", [0xed, 0xa0, 0x80], true),
      ("^a.b$", [0x61, 0xc3, 0x62], true), ("^\\x{fffd}$", [0xc0], true),
      ("b$", [0xff, 0x62], true),
      ("^[^a]$", [0x80], true), ("\\b", [0xff], false), ("é", [0xc3], false),
      ("é$", [0xff, 0xc3, 0xa9], true), ("^\\W\\W$", [0xf4, 0x90], true),
    ] as [(String, [UInt8], Bool)])
  func invalidText(pattern: String, text: [UInt8], expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test("the first group is found in the bytes of the text")
  func firstGroup() throws {
    let pattern = try Pattern("x+?(a.)(b?)")
    #expect(pattern.firstGroup(in: Array("xxab".utf8)) == 2..<4)
    #expect(pattern.firstGroup(in: Array("xé".utf8)) == nil)
    #expect(pattern.firstGroup(in: [0xff, 0x78, 0x61, 0xc3, 0x62]) == 2..<4)
    #expect(try Pattern("(a)|b").firstGroup(in: Array("b".utf8)) == nil)
  }

  @Test("a literal pattern matches itself in either case, and nothing else")
  func literal() throws {
    let text = "(*pp).doPrintf[go.shape.int]{2}^$|\\d+?"
    let pattern = try Pattern(literal: text)
    #expect(pattern.matches("xx " + text.uppercased() + " yy"))
    #expect(!pattern.matches("(*pp)xdoPrintf"))
    #expect(try Pattern(literal: "").matches("anything"))
    let long = String(repeating: "a", count: 40_000)
    #expect(throws: PatternError.self) { try Pattern(literal: long) }
  }

  @Test("an expression that would take exponential time counts as no match")
  func matchLimit() throws {
    let text = String(repeating: "a", count: 60)
    #expect(try Pattern("^(a|a)*$").matches("aaaa"))
    #expect(!(try Pattern("^(a|a|b)*c$").matches(text)))
  }

  @Test("one expression matches on many threads at the same time")
  func threads() throws {
    let pattern = try Pattern("^(a|b)+c[0-9]$")
    let texts = (0..<2000).map {
      String(repeating: $0 % 3 == 0 ? "ab" : "ax", count: $0 % 40) + "c\($0 % 10)"
    }
    let expected = texts.map { pattern.matches($0) }
    #expect(expected.contains(true) && expected.contains(false))
    let results = concurrently(Array(0..<8)) { _ in texts.map { pattern.matches($0) } }
    for result in results { #expect(result == expected) }
  }
}
