import HeapscopeTestSupport
import ProfileModel
import Testing

@testable import HeapAnalysis

/// Fast code gives the same results as plain code.
@Suite("Sources and names read in one pass")
struct SourceGrowthTests {
  @Test("source lines are the bytes between line ends", arguments: 0..<200 as Range<UInt64>)
  func lines(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
      random.pick(Array("\n\r\nab \r\n".utf8))
    }
    var expected = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map {
      $0.last == 0x0d ? Array($0.dropLast()) : Array($0)
    }
    if expected.last?.isEmpty ?? false { expected.removeLast() }
    let lines = SourceLines(bytes)
    #expect((0..<lines.count).map { Array(lines[$0]) } == expected)
  }

  @Test(
    "the search for a declaration finds what trying each place finds",
    arguments: 0..<500 as Range<UInt64>)
  func declaredTypes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "m", "mm", "n", ",", ", ", " ", ":=", "=", "==", ":", ".", "map[", "[]byte", "[", "string",
      "make(", "new(", "*", "&", "index", "text", "pkg.index", "(", ";", "{", "é",
    ]
    let line = (0..<Int.random(in: 1...14, using: &random)).map { _ in random.pick(pieces) }
      .joined()
    var names = SourceText.DeclaredNames()
    names.maps = ["index"]
    names.bytes = ["text"]
    for name in ["m", "n"] {
      #expect(
        SourceText.declaredType(of: Array(name.utf8), in: Array(line.utf8)[...], names: names)
          == plainType(of: name, in: line, names), "\(name) in '\(line)'")
    }
  }

  /// Looks at what follows each whole word of that name, from the left.
  private func plainType(
    of name: String, in line: String, _ names: SourceText.DeclaredNames
  ) -> SourceText.DeclaredType? {
    let letters = Array(line)
    let word = Array(name)
    func isWord(_ index: Int) -> Bool {
      letters.indices.contains(index)
        && (letters[index].isLetter || letters[index].isNumber || letters[index] == "_")
    }
    for start in letters.indices {
      let end = start + word.count
      guard end < letters.count, letters[start..<end].elementsEqual(word), !isWord(end),
        !isWord(start - 1), start == 0 || letters[start - 1] != "."
      else { continue }
      var rest = Substring(String(letters[end...])).trimmed
      if rest.hasPrefix(":=") {
        rest = rest.dropFirst(2).trimmed
      } else if rest.hasPrefix("="), !rest.hasPrefix("==") {
        rest = rest.dropFirst().trimmed
      } else if rest.hasPrefix(":") {
        rest = rest.dropFirst().trimmed
      } else if rest.hasPrefix(",") {
        while rest.hasPrefix(",") {
          rest = rest.dropFirst().trimmed.drop { $0.isWord }
          guard rest.hasPrefix(",") || rest.hasPrefix(" ") else { break }
          rest = rest.trimmed
        }
      } else if letters[end] != " " {
        continue
      }
      if let type = plainType(rest, names) { return type }
    }
    return nil
  }

  private func plainType(
    _ text: Substring, _ names: SourceText.DeclaredNames
  ) -> SourceText.DeclaredType? {
    var text = text
    for prefix in ["*", "&", "make(", "new("] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
    }
    if text.hasPrefix("map[") { return .map }
    if text.hasPrefix("[]byte") || text.hasPrefix("[]uint8") { return .bytes }
    if text.hasPrefix("[") || text.hasPrefix("string") || text.hasPrefix("\"") { return .other }
    let name = String(text.prefix { $0.isWord || $0 == "." }.suffixWord)
    return names.maps.contains(name) ? .map : names.bytes.contains(name) ? .bytes : nil
  }

  @Test("a declaration of a million names is read as one list")
  func longList() {
    let names = SourceText.DeclaredNames()
    let list = Array(String(repeating: "m,", count: 1_000_000).utf8)
    func type(_ end: String) -> SourceText.DeclaredType? {
      SourceText.declaredType(of: Array("m".utf8), in: (list + Array(end.utf8))[...], names: names)
    }
    #expect(type("m") == nil)
    #expect(type("m map[string]int") == .map)
    #expect(type(" n; m := []byte{}") == .bytes)
  }

  @Test("a file is searched once for a name, however many lines have it")
  func outerDeclaration() {
    let lines = String(repeating: "x = m\nvar n = m\n", count: 200_000)
    let text = SourceText(SourceLines(Array((lines + "var m map[string]int\n").utf8)))
    let name = Array("m".utf8)
    #expect(
      text.outerDeclaration(of: name, isField: false, names: SourceText.DeclaredNames()) == .map)
    #expect(
      text.outerDeclaration(of: Array("z".utf8), isField: true, names: SourceText.DeclaredNames())
        == nil)
  }

  @Test("comments and literals are blanked, and each line keeps its number")
  func code() {
    let text = SourceText(
      SourceLines(Array("a // b\nc /* d\ne */ f\ng := `h\ni` + \"j\"\ntype k map[l]m // n".utf8)))
    #expect(
      (0..<text.lines.count).map { String(decoding: text.lines[$0], as: UTF8.self) }
        == ["a ", "c ", " f", "g := `", "` + \"\"", "type k map[l]m "])
    #expect(text.declared.maps == ["k"])
  }

  @Test("lines and quotes of more than some kilobytes are not read")
  func longLine() {
    var test = StackProfile.goHeap()
    for size: Int64 in [16, 32, 64, 128, 256, 512] {
      test.add("main.f@/src/app/main.go:1", bytes: 100, objects: 10_000, size: size)
      test.add("main.g@/src/app/main.go:2", bytes: 100, objects: 10_000, size: size)
    }
    test.add("fmt.Sprint < main.h@/src/app/main.go:2", bytes: 100)
    let long = "m[k] = v; " + String(repeating: "x", count: 5000)
    var options = HotspotOptions()
    options.source = SourceLookup { _, _ in
      .init(SourceLines(Array("m[k] = v\n\(long)\n".utf8)))
    }
    let findings = findHotspots(in: test.profile, column: 1, options: options).findings
    let growth = findings.first { $0.kind == .mapGrowth }
    #expect(growth?.blame.map(\.line) == [1])
    #expect(growth?.blame.first?.sourceText == "m[k] = v")
    let format = findings.first { $0.kind == .format }
    #expect(format?.blame.map(\.line) == [2])
    #expect(format?.blame.first?.sourceText == nil)
  }
}
