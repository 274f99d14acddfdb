import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@Suite("Cut stacks")
struct StackCutTests {
  /// A recursion of two functions below a handler, of which a profiler keeps so many frames.
  private static func recursion(
    depths: ClosedRange<Int>, kept limit: Int, root: String = "app.start < app.boot"
  ) -> Profile {
    var builder = StackProfile()
    for depth in depths {
      let calls = (0..<depth).map { $0 % 2 == 0 ? "app.visit" : "app.descend" }
      let stack = (["app.alloc"] + calls + ["app.handle", root]).joined(separator: " < ")
      let frames = stack.split(separator: " < ").prefix(limit)
      builder.add(frames.joined(separator: " < "), [1])
    }
    return builder.profile
  }

  private func marked(_ profile: Profile) -> Profile {
    var profile = profile
    profile.markCutStacks()
    return profile
  }

  @Test(
    "stacks cut at a limit are distinguished from complete ones",
    arguments: [32, 64, 127, 128, 50, 200])
  func limits(limit: Int) {
    // Whole stacks have the two frames of the root, the handler and the leaf.
    let profile = marked(Self.recursion(depths: 1...(limit + 20), kept: limit))
    #expect(profile.stackLimit == limit)
    let wholeCount = limit - 4
    #expect(profile.samples.isCut == (1...(limit + 20)).map { $0 > wholeCount })
    let gaps = StackGaps(profile, column: 0)
    #expect(gaps.cut == 24)
    #expect(gaps.cutShare == 24 / Double(limit + 20))
  }

  @Test(
    "complete deep stacks are not reported as cut",
    arguments: [28, 30, 32, 33, 40, 60, 64, 126, 128, 300])
  func whole(depth: Int) {
    // They begin where shorter ones do, be they named after a thread or not.
    for root in ["app.start < app.boot", "main", "main.main < runtime.main", "worker.run"] {
      let profile = marked(Self.recursion(depths: 1...depth, kept: .max, root: root))
      #expect(profile.stackLimit == nil)
      #expect(profile.samples.isCut == [])
    }
    // All are deep, and begin with a function that nothing calls.
    let deep = marked(Self.recursion(depths: depth...depth + 3, kept: .max, root: "worker.run"))
    #expect(deep.stackLimit == nil)
  }

  @Test(
    "stacks of 32 frames are not cut in Go 1.23 and later, which keep 128",
    arguments: [
      ("internal/runtime/maps.newTable", false), ("main.walk-range1", false),
      ("runtime.mapassign", true), ("main.out-of-range", true),
    ])
  func laterGo(name: String, isCut: Bool) {
    var builder = StackProfile()
    // A goroutine's function that calls itself, as deep as 32 frames and no deeper.
    for depth in 26...31 {
      let calls = Array(repeating: "main.walk", count: depth).joined(separator: " < ")
      builder.add("main.alloc < \(calls)", [1])
    }
    builder.add("\(name) < main.other < main.main < runtime.main", [1])
    #expect(marked(builder.profile).stackLimit == (isCut ? 32 : nil))
  }

  @Test("functions inlined at the cut of a stack are complete", arguments: [1, 3, 5])
  func inlinedAtTheCut(count: Int) {
    var builder = StackProfile()
    let last = (1...count).map { "~app.inlined\($0)" }.joined(separator: " < ")
    for depth in 60...80 {
      let frames = (["app.alloc"] + (0..<depth).map { "app.step\($0)" }).prefix(127)
      builder.add(frames.joined(separator: " < ") + " < main.main < runtime.main", [1])
    }
    for leaf in 0..<4 {
      let frames = ["app.leaf\(leaf)"] + (0..<126).map { "app.visit\($0 % 5)" }
      builder.add(frames.joined(separator: " < ") + " < \(last) < app.outer\(leaf % 2)", [1])
      builder.add("app.outer\(leaf % 2) < app.handle < main.main < runtime.main", [1])
    }
    builder.add("app.visit0 < app.other < main.main < runtime.main", [1])
    #expect(marked(builder.profile).stackLimit == 128)
    #expect(StackGaps(marked(builder.profile), column: 0).cut == 4)
  }

  @Test("a thread's function that others also call does not mark a cut stack")
  func calledElsewhere() {
    var builder = StackProfile()
    let deep = (1...28).map { "app.step\($0)" }.joined(separator: " < ")
    builder.add(deep + " < app.flush", [1])
    builder.add("app.step1 < app.flush < app.handle < runtime.main", [1])
    #expect(marked(builder.profile).stackLimit == nil)
  }

  @Test("inlined frames count towards a limit, and need no location of their own")
  func inlined() {
    var builder = StackProfile()
    for depth in 1...40 {
      let calls = (0..<depth).map { $0 % 2 == 0 ? "~app.visit" : "app.descend" }
      let frames = (["app.alloc"] + calls).prefix(32)
      let root = frames.count < 32 ? " < main.main < runtime.main" : ""
      // What would be inlined into the frame that was cut off stands alone.
      let last = frames.last.map { $0.drop { $0 == "~" } } ?? ""
      builder.add((frames.dropLast() + [String(last)]).joined(separator: " < ") + root, [1])
    }
    let profile = marked(builder.profile)
    #expect(profile.samples.longestStack < 32)
    // Two frames of the root may stand behind those that were kept.
    #expect(profile.stackLimit == 32)
    #expect(profile.samples.isCut.count { $0 } == 10)
  }

  @Test(
    "a frame that represents missing ones marks the stack as cut",
    arguments: ["<27 frames omitted>", "[truncated]", "(truncated stack)"])
  func omission(name: String) {
    let profile = marked(
      StackProfile.inBytes(["app.a < app.b < \(name)": 3, "app.a < app.b < app.boot": 1]))
    #expect(profile.samples.isCut == [true, false])
    #expect(StackGaps(profile, column: 0).cutShare == 0.75)
  }

  @Test("marks stay with their samples when a part of the profile is selected")
  func selected() throws {
    let profile = marked(Self.recursion(depths: 20...40, kept: 32))
    var options = SelectionOptions()
    // Without the frames that told them, the stacks are cut all the same.
    options.hide = "descend|start"
    options.ignore = "boot"
    let selection = try Selection(profile, options)
    #expect(selection.profile.samples.count == 12)
    #expect(selection.gaps.cut == 12)
    #expect(selection.gaps.stackLimit == 32)
  }

  @Test("samples without frames are summed by themselves")
  func withoutStack() {
    var builder = StackProfile()
    builder.add("", [7])
    builder.add("main.a", [3])
    builder.add("", [-2])
    let gaps = StackGaps(builder.profile, column: 0)
    #expect(gaps.withoutStack == 9)
    #expect(gaps.sumWithoutStack.net == 5)
    #expect(gaps.withoutStackShare == 0.75)
  }
}
