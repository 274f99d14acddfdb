import Glibc
import HeapAnalysis
import ProfileBytes
import ProfileCodec
import ProfileModel
import ReportRendering
import StackGraph

/// What can be fuzzed, by name. Each is given arbitrary bytes and ends in
/// an abort where heapscope contradicts itself.
let fuzzTargets: [String: @Sendable ([UInt8]) -> Void] = [
  "profile": fuzzProfile, "folded": fuzzFolded, "pattern": fuzzPattern, "tags": fuzzTags,
  "rendering": fuzzRendering, "gctrace": fuzzGCTrace, "rules": fuzzRules, "budget": fuzzBudget,
]

/// Small enough that libFuzzer's own limit on memory (2 GB) speaks of a fault.
let fuzzLimits: ReadLimits = {
  var limits = ReadLimits()
  limits.inflatedBytes = 16 << 20
  return limits
}()

/// Protobuf, gzip, zstd, and all older text and binary forms: the content decides.
@Sendable private func fuzzProfile(_ bytes: [UInt8]) {
  guard let profile = try? readProfile(bytes, limits: fuzzLimits).profile else { return }
  check(profile)
}

@Sendable private func fuzzFolded(_ bytes: [UInt8]) {
  guard let profile = try? readFoldedStacks(from: ArraySource(bytes), limits: fuzzLimits) else {
    return
  }
  check(profile)
}

/// A regular expression on the first line, a text on the rest.
@Sendable private func fuzzPattern(_ bytes: [UInt8]) {
  let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
  guard let first = parts.first else { return }
  let source = String(decoding: first, as: UTF8.self)
  let text = parts.count > 1 ? Array(parts[1]) : []
  if let pattern = try? Pattern(source) {
    _ = pattern.matches(text)
    _ = pattern.firstGroup(in: text)
  }
  // A quoted text is a regular expression for itself.
  if let quoted = try? Pattern(Pattern.quoted(source)) {
    if !quoted.matches(source) { fail("a quoted text does not match itself: \(source)") }
  }
}

/// pprof's expressions over labels, and the other filters, over a small profile.
@Sendable private func fuzzTags(_ bytes: [UInt8]) {
  let words = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
  var options = SelectionOptions()
  options.tagFocus = word(0)
  options.tagIgnore = word(1)
  options.tagShow = word(2)
  options.tagHide = word(3)
  options.tagRoot = word(4)
  options.tagLeaf = word(5)
  options.unit = word(6).isEmpty ? options.unit : word(6)
  options.focus = word(7)
  options.ignore = word(8)
  options.hide = word(9)
  options.show = word(10)
  options.sampleIndex = word(11)
  guard let selection = try? Selection(labelledProfile, options) else { return }
  _ = TopReport(ReportContext(selection)).text()
}

let labelledProfile: Profile = {
  var text = "heap profile: 3: 300 [5: 700] @ heap/1048576\n"
  for size in [16, 48, 4096] { text += "1: \(size) [2: \(2 * size)] @ 0x1 0x\(size)\n" }
  // The text is ours; a fuzzer that cannot read it has nothing to do and should stop.
  var profile = try! readProfile(Array(text.utf8)).profile
  profile.addMissingMapping()
  return profile
}()

/// Ends the run in a way that libFuzzer notices; the reason is kept in release builds.
func fail(_ reason: String) -> Never {
  print("heapscope contradicts itself: \(reason)")
  fflush(nil)
  abort()
}

/// Writes a profile and reads it again, and makes every report of it.
private func check(_ profile: Profile) {
  if let problem = profile.inconsistency { fail("inconsistent: \(problem)") }
  do {
    let again = try readProfile(encodeProfile(profile)).profile
    let (was, became) = (ProfileFacts(profile), ProfileFacts(again))
    if let pair = zip(was.samples, became.samples).first(where: { $0 != $1 }) {
      fail("a sample was \(pair.0), and is \(pair.1) when written and read again")
    }
    if was != became { fail("written otherwise than read: \(was), \(became)") }
  } catch {
    fail("what was written cannot be read: \(error)")
  }

  var profile = profile
  profile.addMissingMapping()
  try? profile.dropUninterestingFrames()
  profile.removeMappingURLs()
  _ = try? rawText(profile)
  for granularity in [Granularity.functions, .lines, .addresses] {
    var options = SelectionOptions()
    options.granularity = granularity
    guard let selection = try? Selection(profile, options) else { return }
    let context = ReportContext(selection)
    _ = TopReport(context).text()
    _ = TreeReport(context).text()
    _ = DotReport(context).text()
    _ = TagsReport(context).text()
    // A report that is too long is refused.
    guard let folded = try? context.foldedText(), !folded.isOverLimit else { continue }
    let lines = folded.bytes.split(separator: UInt8(ascii: "\n"))
    let sum = lines.reduce(into: Int128(0)) { sum, line in
      let figure = line[(line.lastIndex(of: UInt8(ascii: " "))! + 1)...]
      sum += Int128(String(decoding: figure, as: UTF8.self))!
    }
    let total = selection.values.reduce(into: Int128(0)) { $0 += Int128($1) }
    if sum != total { fail("folded lines add up to \(sum), samples to \(total)") }
    if granularity == .addresses {
      _ = hotspotsText(
        findHotspots(in: selection.profile, column: selection.column, options: HotspotOptions()),
        TextStyle(usesColor: false, width: 100, isTerminal: false))
    }
  }
}
