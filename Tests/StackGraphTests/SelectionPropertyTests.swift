import HeapscopeTestSupport
import ProfileModel
@testable import StackGraph
import Testing

@Suite("Selections of random profiles")
struct SelectionPropertyTests {
  private static let patterns = [
    "main", "fmt\\.Sprint", "a;b", "^f[0-4]$", "print\\.go", "prog", ".",
  ]

  @Test("focus and ignore with one pattern divide the samples", arguments: 0..<50 as Range<UInt64>)
  func partition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 2 == 0)
    let whole = try Selection(profile, SelectionOptions())
    for pattern in Self.patterns {
      var focus = SelectionOptions()
      focus.focus = pattern
      var ignore = SelectionOptions()
      ignore.ignore = pattern
      let focused = try Selection(profile, focus)
      let ignored = try Selection(profile, ignore)
      #expect(focused.sum + ignored.sum == whole.sumOfStacks)
      #expect(focused.total == whole.total)
      #expect(focused.profile.samples.count + ignored.profile.samples.count == whole.stackCount)
    }
  }

  @Test("cutting packed stacks equals cutting plain lists", arguments: 0..<60 as Range<UInt64>)
  func cutting(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var profile = randomProfile(using: &random, sampleCount: 300)
    let stacks = (0..<profile.samples.count).map {
      profile.samples.frames[profile.samples.frameRange(of: $0)].map(\.rawValue)
    }
    let values = profile.samples.values[0]
    if seed % 2 == 0 { profile.packStacks() }
    func kept(_ samples: SampleTable) -> [[UInt32]] {
      (0..<samples.count).map { samples.frames[samples.frameRange(of: $0)].map(\.rawValue) }
    }
    let marked = (0..<profile.locations.count).map { _ in random.oneIn(3) }

    var removed = profile.samples
    removed.removeFrames(marked)
    let visible = stacks.map { $0.filter { !marked[Int($0)] } }
    #expect(kept(removed) == visible.filter { !$0.isEmpty })
    #expect(removed.values[0] == values.indices.filter { !visible[$0].isEmpty }.map { values[$0] })

    // Some stacks go, others lose frames at the leaf, at the root, or at both.
    @Sendable func part(_ stack: [UInt32]) -> Range<Int>? {
      let places = stack.enumerated().filter { marked[Int($0.element)] }.map(\.offset)
      guard let first = places.first, let last = places.last else { return nil }
      return first..<(seed % 3 == 0 ? stack.count : last + 1)
    }
    var cut = profile.samples
    cut.keepParts { part(Array($0)) }
    let parts = stacks.map { stack in part(stack).map { Array(stack[$0]) } }
    #expect(kept(cut) == parts.compactMap { $0 })
    #expect(cut.values[0] == values.indices.filter { parts[$0] != nil }.map { values[$0] })
  }

  @Test(
    "tagfocus and tagignore with one filter divide the samples", arguments: 0..<50 as Range<UInt64>)
  func tagPartition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 2 == 0)
    let whole = try Selection(profile, SelectionOptions())
    for filter in ["key=a", "key", "c:d", "bytes=1kb:", "16B", ":1024b", "key=a,b", "nothing=x"] {
      var focus = SelectionOptions()
      focus.tagFocus = filter
      var ignore = SelectionOptions()
      ignore.tagIgnore = filter
      let focused = try Selection(profile, focus)
      let ignored = try Selection(profile, ignore)
      #expect(focused.sum + ignored.sum == whole.sum)
      #expect(
        focused.profile.samples.count + ignored.profile.samples.count == profile.samples.count)
    }
  }

  @Test(
    "hide and show with one pattern divide the frames",
    arguments: 0..<50 as Range<UInt64>)
  func hideAndShow(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var profile = randomProfile(using: &random)
    // A matching mapping or missing lines are rules of their own.
    profile.mappings = profile.mappings.map { Mapping(id: $0.id) }
    for pattern in ["main", "fmt\\.Sprint", "^f[0-4]$"] {
      var hide = SelectionOptions()
      hide.hide = pattern
      hide.granularity = .addresses
      var show = SelectionOptions()
      show.show = pattern
      show.granularity = .addresses
      let matcher = try Pattern(pattern)
      func frames(_ selection: Selection) -> [String] {
        let profile = selection.profile
        return profile.samples.frames.flatMap { profile.plainFrames($0, .addresses) }.map(
          \.frame.text)
      }
      for frame in frames(try Selection(profile, hide)) {
        let parts = frame.split(separator: "|", omittingEmptySubsequences: false)
        #expect(!matcher.matches(String(parts[0])) && !matcher.matches(String(parts[1])))
      }
      for frame in frames(try Selection(profile, show)) {
        let parts = frame.split(separator: "|", omittingEmptySubsequences: false)
        #expect(matcher.matches(String(parts[0])) || matcher.matches(String(parts[1])))
      }
    }
  }

  @Test(
    "filters keep the total, unless percentages are relative",
    arguments: 0..<30 as Range<UInt64>)
  func totals(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: true)
    var options = SelectionOptions()
    options.focus = "main"
    options.tagIgnore = "key=a"
    let plain = try Selection(profile, options)
    #expect(plain.total == profile.magnitude(ofColumn: plain.column))
    options.relativePercentages = true
    let relative = try Selection(profile, options)
    #expect(relative.total == relative.values.reduce(0) { $0 + abs($1) })
    #expect(relative.values == plain.values)
  }

  @Test(
    "tagroot and tagleaf add a frame for each key to each sample",
    arguments: 0..<30 as Range<UInt64>)
  func tagFrames(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    var options = SelectionOptions()
    options.granularity = .addresses
    options.tagRoot = "key,bytes"
    options.tagLeaf = "bytes"
    let selection = try Selection(profile, options)
    #expect(selection.profile.samples.count == profile.samples.count)
    #expect(
      selection.profile.samples.frames.count == profile.samples.frames.count + 3
        * profile.samples.count)
    #expect(selection.sum == selection.sumOfStacks)
    // Ids follow the profile's, the root's frames before the leaf's.
    let ids = selection.profile.locations.ids.dropFirst(profile.locations.count)
    #expect(Array(ids) == ids.indices.map { UInt64($0) + 1 })
    let first = try #require(ids.first)
    let root = selection.profile.samples.frames[selection.profile.samples.frameRange(of: 0)].suffix(
      2)
    #expect(root.map { selection.profile.locations.ids[$0.index] }.contains(first))
  }
}

extension Selection {
  var stackCount: Int {
    (0..<profile.samples.count).count { !profile.samples.frameRange(of: $0).isEmpty }
  }
}
