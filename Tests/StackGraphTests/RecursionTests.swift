import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@Suite("Collapsed recursion")
struct RecursionTests {
  /// The stacks of a profile as they are selected, root first, functions by their names.
  private func stacks(
    _ profile: Profile, _ granularity: Granularity = .functions, lines: Bool = false
  ) throws -> [[String]] {
    var options = SelectionOptions()
    options.granularity = granularity
    options.collapsesRecursion = lines ? .functions : granularity
    let selected = try Selection(profile, options).profile
    return (0..<selected.samples.count).map { sample in
      selected.samples.frames[selected.samples.frameRange(of: sample)].reversed().flatMap {
        selected.locations.lines[selected.locations.lineRange(of: $0.index)].reversed().map {
          let name = selected.strings[selected.functions.names[$0.function.index]]
          return granularity == .lines ? "\(name):\($0.line)" : name
        }
      }
    }
  }

  @Test(
    "one round of each cycle is kept",
    arguments: [
      ("a a a", "a"), ("main a a b", "main a b"), ("a b a b a b", "a b"),
      ("main a b a b a", "main a b a"), ("x a b c a b c a b c y", "x a b c y"),
      // A cycle in a cycle, and two after one another.
      ("a b b c a b b b c", "a b c"), ("a a b b a b", "a b"), ("a b a b c d c d", "a b c d"),
      // No cycle: a function is called again, from elsewhere.
      ("a b c a", "a b c a"), ("a b a c a b", "a b a c a b"), ("main", "main"),
    ])
  func rounds(stack: String, expected: String) throws {
    let frames = stack.split(separator: " ").reversed().joined(separator: " < ")
    let found = try stacks(StackProfile.inBytes([frames: 7]))
    #expect(found == [expected.split(separator: " ").map(String.init)])
  }

  @Test("the round that is kept is the one with the leaf")
  func lastRound() throws {
    let profile = StackProfile.inBytes([
      "walk@w.go:9 < walk@w.go:5 < walk@w.go:4 < main@w.go:1": 3
    ])
    #expect(try stacks(profile, .lines, lines: true) == [["main:1", "walk:9"]])
    // Lines that differ are no rounds where lines are looked at.
    #expect(try stacks(profile, .lines) == [["main:1", "walk:4", "walk:5", "walk:9"]])
  }

  @Test("inlined frames are part of a round")
  func inlined() throws {
    let profile = StackProfile.inBytes(["~b < a < ~b < a < ~b < a < main": 3])
    #expect(try stacks(profile) == [["main", "a", "b"]])
  }

  @Test("addresses without a function are no recursion")
  func addresses() throws {
    var profile = StackProfile.inBytes(["a < b < main": 3])
    profile.locations.lines = []
    profile.locations.lineEnds = [0, 0, 0]
    profile.locations.addresses = [16, 32, 48]
    var options = SelectionOptions()
    options.collapsesRecursion = .functions
    #expect(try Selection(profile, options).profile.samples.frameCount == 3)
  }

  @Test(
    "collapsed recursion changes no flat and no cum, and leaves no cycle",
    arguments: 0..<60 as Range<UInt64>)
  func figures(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var builder = StackProfile()
    for _ in 0..<40 {
      let frames = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        "f\(Int.random(in: 0..<(2 + Int(seed % 3)), using: &random))@f.go:3"
      }
      builder.add(
        (frames + ["main@f.go:1"]).joined(separator: " < "),
        [Int64.random(in: -5...50, using: &random)])
    }
    var profile = builder.profile
    if seed % 2 == 0 { profile.packStacks() }
    for granularity in [Granularity.functions, .lines] {
      var options = SelectionOptions()
      options.granularity = granularity
      let whole = try Selection(profile, options).profile
      options.collapsesRecursion = granularity
      let collapsed = try Selection(profile, options).profile
      let expected = PlainFigures(whole, column: 0, granularity: granularity)
      let found = PlainFigures(collapsed, column: 0, granularity: granularity)
      #expect(found.flat == expected.flat)
      #expect(found.cum == expected.cum)
      #expect(collapsed.samples.values == whole.samples.values)
    }
    for stack in try stacks(profile) {
      for size in 1...max(1, stack.count / 2) where stack.count >= 2 * size {
        for start in 0...(stack.count - 2 * size) {
          let first = stack[start..<(start + size)]
          #expect(!first.elementsEqual(stack[(start + size)..<(start + 2 * size)]), "\(stack)")
        }
      }
    }
  }

  @Test("focus shows a cycle once, with the rounds of the deepest stack")
  func focus() throws {
    var folded = ""
    for depth in 0...9 {
      folded += "main;load" + String(repeating: ";parse;list", count: depth) + ";make 100\n"
    }
    folded += "main;load;down;down;down 50\n"
    let run = heapscope(["focus", "load", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(run.text.contains("(parse → list) x9 at most → make"), "\(run.text)")
    #expect(run.text.contains("down x3 at most"))
    let callers = heapscope(["focus", "make", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(callers.text.contains("(list → parse) x9 at most → load → main"), "\(callers.text)")
    let lines = heapscope(
      ["folded", "--collapse-recursion", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(
      lines.text
        == "main;load;down 50\nmain;load;make 100\nmain;load;parse;list;make 900\n")
  }
}
