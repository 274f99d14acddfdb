import Foundations
import ProfileModel

// Profilers keep only a limited number of frames of a stack: Go's heap profiles 32 until Go 1.22
// and 128 since then (`maxProfStackDepth` in runtime/runtime1.go), its CPU profiles 64, many others
// 64, 127 or 128. The outer frames are missing, so what their functions add up to is a lower bound.

extension Profile {
  /// Marks the stacks whose outer frames are missing, in ``SampleTable/isCut``, and sets
  /// ``stackLimit`` to the number of frames that were kept.
  ///
  /// A stack counts as cut when it is about as deep as the deepest ones here, and begins with a
  /// function that no thread begins with: one that others call, and that no shorter stack begins
  /// with.
  ///
  /// - Complexity: O(*f*) for *f* frames that stacks do not share with those before them.
  package mutating func markCutStacks() {
    guard samples.count > 0, let cuts = CutSearch(self).cuts() else { return }
    stackLimit = cuts.limit
    samples.isCut = cuts.isCut
  }
}

/// Looks for stacks whose outer frames are missing.
private struct CutSearch {
  private static let limits: [Int32] = [32, 64, 128]

  /// Go's heap profiles omit the runtime's own frames at the leaf, so stacks that were cut are not
  /// all equally deep.
  private static let slack: Int32 = 10

  /// For the same reason, the deepest stack may have this many fewer frames than the limit. It may
  /// also have more, since functions inlined at the cut are all included.
  private static let fewer: Int32 = 5
  private static let inlined: Int32 = 6

  /// No profiler cuts stacks with fewer frames.
  private static let fewestFrames: Int32 = 12

  private let profile: Profile

  /// A number for each location's outermost function, by name; for a function without a name, the
  /// location's own number.
  private let outermost: [Int32]

  /// By location: the number of its functions, including inlined ones.
  private let functionCounts: [Int32]

  /// What the stacks show, by those numbers.
  private var isCalled: [Bool]
  private var isCalledByOther: [Bool]

  /// The depth of each stack. Some limits count functions, including inlined ones; others count
  /// locations, which are the calls.
  private var functionDepths: [Int32] = []
  private var locationDepths: [Int32] = []

  /// The function that each stack begins with, or -1.
  private var roots: [Int32] = []

  init(_ profile: Profile) {
    self.profile = profile
    let names = profile.functions.names
    let locations = profile.locations
    let nameCount = profile.strings.count
    functionCounts = (0..<locations.count).map {
      Int32(clamping: max(1, locations.lineRange(of: $0).count))
    }
    outermost = (0..<locations.count).map { location in
      let lines = locations.lineRange(of: location)
      let name =
        lines.isEmpty ? .empty : names[locations.lines[lines.upperBound - 1].function.index]
      return Int32(name == .empty ? nameCount + location : name.index)
    }
    isCalled = [Bool](repeating: false, count: nameCount + locations.count)
    isCalledByOther = isCalled
    var isUsed = [Bool](repeating: false, count: locations.count)
    let parts = concurrently(profile.samples.parts()) { [self] samples in seen(in: samples) }
    for part in parts {
      functionDepths += part.functionDepths
      locationDepths += part.locationDepths
      roots += part.roots
      for number in isCalled.indices {
        isCalled[number] = isCalled[number] || part.isCalled[number]
        isCalledByOther[number] = isCalledByOther[number] || part.isCalledByOther[number]
      }
      for location in isUsed.indices where part.isUsed[location] { isUsed[location] = true }
    }
    for location in isUsed.indices where isUsed[location] { noteInlined(at: location) }
  }

  /// A function inlined at a location is called by the one that it was inlined into.
  private mutating func noteInlined(at location: Int) {
    var caller = outermost[location]
    let lines = profile.locations.lines[profile.locations.lineRange(of: location)]
    for line in lines.dropLast().reversed() {
      let name = profile.functions.names[line.function.index]
      if name == .empty { continue }
      isCalled[name.index] = true
      if name.index != caller { isCalledByOther[name.index] = true }
      caller = Int32(name.index)
    }
  }

  private struct Seen {
    var functionDepths: [Int32] = []
    var locationDepths: [Int32] = []
    var roots: [Int32] = []
    var isCalled: [Bool]
    var isCalledByOther: [Bool]

    /// By location.
    var isUsed: [Bool]
  }

  private func seen(in range: Range<Int>) -> Seen {
    var functionDepths: [Int32] = []
    var locationDepths: [Int32] = []
    var roots: [Int32] = []
    functionDepths.reserveCapacity(range.count)
    locationDepths.reserveCapacity(range.count)
    roots.reserveCapacity(range.count)
    var isCalled = isCalled
    var isCalledByOther = isCalledByOther
    var isUsed = [Bool](repeating: false, count: outermost.count)
    // Millions of frames: their marks are set through pointers, without checks.
    isCalled.withUnsafeMutableBufferPointer { isCalled in
      isCalledByOther.withUnsafeMutableBufferPointer { isCalledByOther in
        isUsed.withUnsafeMutableBufferPointer { isUsed in
          profile.samples.withStackCursor { cursor in
            // By number of locations, counted from the root: the number of functions up to there.
            var counts: [Int32] = [0]
            var last = 0
            cursor.begin(at: range.lowerBound)
            for sample in range {
              let stack = cursor.stack(of: sample)
              while counts.count <= stack.depth { counts.append(0) }
              let known = min(stack.shared, last)
              let count = counts.withUnsafeMutableBufferPointer { counts in
                var caller = known > 0 ? outermost[Int(stack.end[-known])] : -1
                var count = counts[known]
                for depth in known..<stack.depth {
                  let location = Int(stack.end[-1 - depth])
                  count &+= functionCounts[location]
                  counts[depth + 1] = count
                  let number = outermost[location]
                  if caller >= 0 {
                    isCalled[Int(number)] = true
                    if number != caller { isCalledByOther[Int(number)] = true }
                  }
                  isUsed[location] = true
                  caller = number
                }
                return count
              }
              last = stack.depth
              functionDepths.append(count)
              locationDepths.append(Int32(clamping: stack.depth))
              roots.append(stack.depth == 0 ? -1 : outermost[Int(stack.end[-1])])
            }
          }
        }
      }
    }
    return Seen(
      functionDepths: functionDepths, locationDepths: locationDepths, roots: roots,
      isCalled: isCalled, isCalledByOther: isCalledByOther, isUsed: isUsed)
  }

  /// The number of frames kept, and the stacks that had more; nil when there are none.
  func cuts() -> (limit: Int, isCut: [Bool])? {
    var isRoot = [Bool](repeating: false, count: isCalled.count)
    for root in roots where root >= 0 { isRoot[Int(root)] = true }
    let different = isRoot.indices.filter { isRoot[$0] }.map { Int32($0) }
    let beginnings = Dictionary(grouping: different) { beginning($0) }
    if let omitted = beginnings[.omission], !omitted.isEmpty {
      let isOmission = Set(omitted)
      let isCut = roots.map { isOmission.contains($0) }
      let deepest = zip(functionDepths, isCut).lazy.filter(\.1).map(\.0).max() ?? 0
      return (Int(deepest), isCut)
    }
    var isOpen = [Bool](repeating: false, count: isCalled.count)
    for root in beginnings[.function] ?? [] where isCalled[Int(root)] { isOpen[Int(root)] = true }
    if !isOpen.contains(true) { return nil }
    for isKnown in [true, false] {
      for depths in [functionDepths, locationDepths] {
        if let cuts = cuts(by: depths, isOpen, atKnownLimit: isKnown) { return cuts }
      }
    }
    return nil
  }

  private func cuts(
    by depths: [Int32], _ isOpen: [Bool], atKnownLimit isKnown: Bool
  ) -> (limit: Int, isCut: [Bool])? {
    let deepest = depths.max() ?? 0
    let limit = Self.limits.first { (($0 - Self.fewer)...($0 + Self.inlined)).contains(deepest) }
    if limit == 32, hasDeepStacks { return nil }
    if (limit != nil) != isKnown || deepest < Self.fewestFrames { return nil }
    var isStart = [Bool](repeating: false, count: isOpen.count)
    for (depth, root) in zip(depths, roots) where depth < deepest - Self.slack && root >= 0 {
      isStart[Int(root)] = true
    }
    let candidates = depths.indices.filter {
      guard depths[$0] >= deepest - Self.slack, roots[$0] >= 0 else { return false }
      return isOpen[Int(roots[$0])] && !isStart[Int(roots[$0])]
    }
    // A thread's own function may also be called elsewhere. One that recurs on its own stack is not
    // a thread's, and threads seldom begin with several functions that are called.
    let isVaried = Set(candidates.lazy.map { roots[$0] }).count > 1
    let found = isVaried ? candidates : recurring(candidates)
    if found.isEmpty { return nil }
    if !isKnown {
      // This limit is unknown: then most stacks must be equally deep, to the frame.
      let equal = found.count { depths[$0] == deepest }
      if equal < 3 || equal * 2 < found.count { return nil }
      if !isVaried, !found.allSatisfy({ isCalledByOther[Int(roots[$0])] }) { return nil }
    }
    var isCut = [Bool](repeating: false, count: depths.count)
    for sample in found { isCut[sample] = true }
    return (Int(deepest == 127 ? 127 : limit ?? deepest), isCut)
  }

  /// The names show that Go 1.23 or later made the profile, and these versions keep 128 frames.
  private var hasDeepStacks: Bool {
    profile.functions.names.contains { id in
      let name = profile.strings[id]
      return Self.laterPackages.contains { name.hasPrefix($0) }
        || name.firstRange(of: "-range").map { name[$0.upperBound...].first?.isNumber ?? false }
          ?? false
    }
  }

  /// Packages of Go itself, since 1.23 or later.
  private static let laterPackages = [
    "internal/runtime/", "internal/sync.", "internal/synctest.", "iter.", "unique.", "weak.",
    "internal/concurrent.", "encoding/json/v2.", "encoding/json/jsontext.",
  ]

  /// The stacks on which their first function is called again.
  private func recurring(_ candidates: [Int]) -> [Int] {
    if candidates.isEmpty { return [] }
    let locations = profile.locations
    func calls(_ location: Int, _ number: Int32) -> Bool {
      outermost[location] == number
        || locations.lines[locations.lineRange(of: location)].contains {
          profile.functions.names[$0.function.index].index == number
        }
    }
    return profile.samples.withStackCursor { cursor in
      cursor.begin(at: 0)
      return candidates.filter { sample in
        let stack = cursor.stack(of: sample)
        return stack.frames.dropLast().contains { calls(Int($0), roots[sample]) }
      }
    }
  }

  // MARK: What threads begin with

  private enum Beginning {
    /// Nothing calls it.
    case thread

    /// It stands for the missing frames.
    case omission
    case function
  }

  private func beginning(_ number: Int32) -> Beginning {
    guard Int(number) < profile.strings.count else { return .function }
    let name = profile.strings[StringID(Int(number))]
    if "<[(.".contains(name.first ?? " ") {
      let lower = name.lowercased()
      if lower.contains("frames omitted") || lower.contains("truncated") { return .omission }
    }
    let isThread =
      name.hasPrefix("runtime.") || name.hasPrefix("std::rt::lang_start")
      || Self.threadFunctions.contains(name)
      || Self.threadEndings.contains { name.hasSuffix($0) }
    return isThread ? .thread : .function
  }

  private static let threadFunctions: Set<String> = [
    "main", "main.main", "start", "_start", "root", "(root)", "[root]", "all", "(program)",
    "<module>", "<main>", "clone", "__clone", "clone3", "__clone3", "RtlUserThreadStart",
    "BaseThreadInitThunk", "processTicksAndRejections", "processTimers", "listOnTimeout",
    "__libc_start_main", "__libc_start_main_impl", "__libc_start_call_main",
  ]

  private static let threadEndings = [
    "start_thread", "thread_start", "_pthread_start", "_bootstrap", "Thread.run", "Thread::run",
    "thread_entry",
  ]
}
