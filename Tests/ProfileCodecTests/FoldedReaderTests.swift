import ProfileCodec
import ProfileModel
import Testing

@Suite("Folded stacks as input")
struct FoldedReaderTests {
  private func names(_ text: String) throws -> [String] {
    let profile = try readFoldedStacks(Array(text.utf8))
    return profile.functions.names.map { profile.strings[$0] }
  }

  @Test("escapes in folded stacks are decoded, and other backslashes stay")
  func escapes() throws {
    #expect(
      try names("a\\x3bb;c\\u{e9};d\\u{1F600};e\\u{};f\\u{110000};g\\xzz;h\\u{12 1\n")
        == ["a;b", "cé", "d\u{1F600}", "e\\u{}", "f\\u{110000}", "g\\xzz", "h\\u{12"])
  }

  @Test("a million incomplete escapes in folded stacks are read once each")
  func manyBeginnings() throws {
    let frame = String(repeating: "\\u{61", count: 1_000_000)
    #expect(try names(frame + " 1\n") == [frame])
    #expect(try names(frame + "} 1\n") == [frame.dropLast(5) + "a"])
  }
}
