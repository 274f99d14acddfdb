import HeapscopeTestSupport
import Testing

@testable import HeapscopeCommands

@Suite("Paths and words of any length")
struct PathEndsTests {
  @Test("the ends of a path are its last elements", arguments: 0..<100 as Range<UInt64>)
  func ends(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let path = (0..<Int.random(in: 0...12, using: &random)).map { _ in
      random.pick(["a", "bc", "/", "//", "..", ".", "d.go"])
    }.joined()
    let parts = path.split(separator: "/")
    var ends = PathEnds(path.utf8)
    #expect(ends.leavesFolder == parts.contains(".."))
    for start in parts.indices {
      #expect(ends.count == parts.count - start)
      #expect(ends.text == parts[start...].joined(separator: "/"))
      #expect(String(decoding: ends.first, as: UTF8.self) == parts[start])
      ends.dropFirst()
    }
    #expect(ends.count == 0)
    #expect(ends.text == "")
  }

  @Test("the ends of a path that no system call accepts are left out")
  func longPath() {
    let folders = String(repeating: "/d", count: 1_000_000)
    let ends = PathEnds("/src\(folders)/a.go".utf8)
    #expect(ends.text.utf8.count < PathEnds.limit)
    #expect(ends.text.utf8.count > PathEnds.limit - 4)
    #expect(PathEnds(String(repeating: "x", count: 5000).utf8).count == 0)
  }

  @Test("suggestions for words that differ after the 64th letter use the letters before")
  func longWords() {
    let long = String(repeating: "x", count: 1_000_000)
    #expect(editDistance("summary", long) == 64)
    #expect(!isNear("summary", "summary" + long))
    #expect(editDistance("hotspots", "hotpsots") == 1)
  }
}
