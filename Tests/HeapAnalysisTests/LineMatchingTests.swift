import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("Lines of two builds")
struct LineMatchingTests {
  private typealias Place = LineMatching.Place

  /// Live bytes of one build.
  private func build(
    _ id: String, seconds: Int64 = 1, _ stacks: KeyValuePairs<String, Int64>
  ) -> Profile {
    var test = StackProfile.goHeap(types: ["inuse_space"])
    for (stack, value) in stacks { test.add(stack, values: [value]) }
    var profile = test.profile
    profile.mappings.append(
      Mapping(
        id: 1, file: profile.strings.intern("/srv/shop"), buildID: profile.strings.intern(id)))
    profile.timeNanoseconds = seconds * 1_000_000_000
    return profile
  }

  /// By line of the later build: the line of the earlier.
  private func moves(
    _ before: Profile, _ after: Profile, function: String, file: String, _ lines: [Int64]
  ) -> [Int64?] {
    let matching = LineMatching(before: [before], after: [after])
    return lines.map { line in
      matching.earlierPlace(function: function, file: file, line: line)?.line
    }
  }

  @Test("lines of a function that moved as a whole are matched in their order")
  func moved() {
    let before = build(
      "a", ["main.f@/a/f.go:16": 1, "main.f@/a/f.go:20": 2, "main.g@/a/f.go:30": 3])
    let after = build(
      "b", ["main.f@/b/f.go:19": 1, "main.f@/b/f.go:23": 2, "main.g@/b/f.go:30": 3])
    #expect(
      moves(before, after, function: "main.f", file: "/b/f.go", [19, 23, 16]) == [16, 20, nil])
    // A line that has not moved is not another line.
    #expect(moves(before, after, function: "main.g", file: "/b/f.go", [30]) == [nil])
    let translated = LineMatching(before: [before], after: [after]).translated(before)
    #expect(translated.locations.lines.map(\.line) == [19, 23, 30])
    #expect(
      translated.functions.files.map { translated.strings[$0] } == ["/b/f.go", "/b/f.go"])
  }

  @Test("when lines were added or removed, lines that moved as far as the others are matched")
  func inserted() {
    // A new line at 20; all lines after it move by one more.
    let before = build("a", ["main.f@/f.go:10": 1, "main.f@/f.go:18": 2, "main.f@/f.go:30": 3])
    let after = build(
      "b",
      ["main.f@/f.go:12": 1, "main.f@/f.go:15": 9, "main.f@/f.go:20": 2, "main.f@/f.go:32": 3])
    #expect(
      moves(before, after, function: "main.f", file: "/f.go", [12, 15, 20, 32])
        == [10, nil, 18, 30])
    #expect(
      moves(after, before, function: "main.f", file: "/f.go", [10, 18, 30]) == [12, 20, 32])
  }

  @Test("lines that call the same functions are matched")
  func called() {
    let before = build(
      "a",
      [
        "bytes.Clone < main.f@/f.go:10": 1, "strings.Repeat < main.f@/f.go:14": 1,
      ])
    let after = build(
      "b",
      [
        "maps.Clone < main.f@/f.go:11": 1, "bytes.Clone < main.f@/f.go:13": 1,
        "strings.Repeat < main.f@/f.go:15": 1,
      ])
    #expect(
      moves(before, after, function: "main.f", file: "/f.go", [11, 13, 15]) == [nil, 10, 14])
  }

  @Test("line matching distinguishes functions of one name by their files")
  func sameName() {
    let before = build("a", ["main.init@/v1/a.go:3": 1, "main.init@/v1/b.go:3": 2])
    let after = build("b", ["main.init@/v2/a.go:5": 1, "main.init@/v2/b.go:9": 2])
    #expect(moves(before, after, function: "main.init", file: "/v2/a.go", [5]) == [3])
    #expect(moves(before, after, function: "main.init", file: "/v2/b.go", [9]) == [3])
  }

  @Test("a function that moved to another file is one row")
  func otherFile() throws {
    let before = build("a", ["main.f@/app/old.go:3": 1])
    let after = build("b", ["main.f@/app/new.go:3": 5])
    let matching = LineMatching(before: [before], after: [after])
    #expect(
      matching.earlierPlace(function: "main.f", file: "/app/new.go", line: 3)
        == Place(file: "/app/old.go", line: 3))
  }

  @Test("a trend over two builds has the rows of the last, with their earlier places")
  func trend() throws {
    let profiles = [
      build("a", seconds: 1, ["main.f@/a/f.go:16": 100, "main.h@/a/f.go:40": 7]),
      build("b", seconds: 2, ["main.f@/b/f.go:19": 300, "main.h@/b/f.go:43": 7]),
      build("a", seconds: 3, ["main.f@/a/f.go:16": 200, "main.h@/a/f.go:40": 7]),
      build("b", seconds: 4, ["main.f@/b/f.go:19": 400, "main.h@/b/f.go:43": 7]),
    ]
    let trend = try #require(Trend(profiles, sampleType: "inuse_space"))
    #expect(trend.rows.map(\.values) == [[100, 300, 200, 400], [7, 7, 7, 7]])
    #expect(trend.rows.map(\.line) == [19, 43])
    #expect(
      trend.rows.map(\.earlier) == [
        Place(file: "/a/f.go", line: 16), Place(file: "/a/f.go", line: 40),
      ])
    #expect(trend.isOneProcess == false && trend.hasSeveralBuilds && !trend.hasRates)
    #expect(trend.suspects.isEmpty)
  }

  @Test("one new line among many is recognized as new", arguments: [24, 400, 1200] as [Int64])
  func oneNew(count: Int64) {
    // Twice as far apart as the line that comes between.
    func profile(_ id: String, _ lines: [Int64]) -> Profile {
      var test = StackProfile.goHeap(types: ["inuse_space"])
      for line in lines { test.add("main.f@/f.go:\(line)", values: [1]) }
      return test.profile
    }
    let lines = (0..<count).map { 100 + 2 * $0 }
    let new = 101 + 2 * (count / 2)
    let matching = LineMatching(
      before: [profile("a", lines)], after: [profile("b", (lines + [new]).sorted())])
    for line in lines + [new] {
      #expect(matching.earlierPlace(function: "main.f", file: "/f.go", line: line) == nil)
    }
  }

  @Test("line matching chooses the same one of two candidate files every time")
  func claimed() {
    let before = build(
      "a", ["main.init@/x/a.go:3": 1, "main.init@/y/a.go:8": 2, "main.init@/z/a.go:1": 2])
    let after = build("b", ["main.init@/new/a.go:5": 1])
    for _ in 0..<8 {
      let matching = LineMatching(before: [before], after: [after])
      #expect(
        matching.earlierPlace(function: "main.init", file: "/new/a.go", line: 5)
          == Place(file: "/x/a.go", line: 3))
      // The others have become nothing.
      #expect(
        Set(
          matching.translated(before).functions.files.map {
            matching.translated(before).strings[$0]
          })
          == ["/new/a.go", "/y/a.go", "/z/a.go"])
    }
  }

  @Test("many lines of a function are matched in reasonable time")
  func many() {
    func profile(_ id: String, _ count: Int64, from first: Int64) -> Profile {
      var test = StackProfile.goHeap(types: ["inuse_space"])
      for line in 0..<count { test.add("main.f@/f.go:\(first + 3 * line)", values: [1]) }
      return test.profile
    }
    let matching = LineMatching(
      before: [profile("a", 5000, from: 1)], after: [profile("b", 6000, from: 11)])
    #expect(matching.earlierPlace(function: "main.f", file: "/f.go", line: 14)?.line == 4)
  }
}
