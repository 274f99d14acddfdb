import Ownership

/// Functions by name: `fmt.Sprintf` is one function, `fmt.Sprint*` all with this prefix, `fmt.*` a
/// whole package.
///
/// Type arguments are ignored: `slices.Sorted` matches every instance.
struct FramePattern {
  var package: String
  var member: [UInt8]
  var isPrefix: Bool

  init(_ text: String) {
    let name = SymbolName(text.utf8)
    package = name.package
    isPrefix = name.member.utf8.last == UInt8(ascii: "*")
    member = Array(isPrefix ? name.member.utf8.dropLast() : name.member.utf8[...])
  }

  func matches(_ member: String.UTF8View) -> Bool {
    isPrefix ? member.starts(with: self.member) : member.elementsEqual(self.member)
  }
}

/// Patterns and their positions, looked up by package.
struct FramePatternTable {
  private var patterns: [String: [(pattern: FramePattern, place: Int)]] = [:]

  mutating func add(_ texts: [String], at place: Int) {
    for text in texts {
      let pattern = FramePattern(text)
      patterns[pattern.package, default: []].append((pattern, place))
    }
  }

  func hasPatterns(of package: String) -> Bool { patterns[package] != nil }

  func forEachPlace(of name: SymbolName, _ body: (Int) -> Void) {
    guard let candidates = patterns[name.package] else { return }
    for (pattern, place) in candidates where pattern.matches(name.member.utf8) { body(place) }
  }
}
