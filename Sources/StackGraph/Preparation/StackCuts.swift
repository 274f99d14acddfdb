import Foundations
import ProfileModel

// Profilers keep so many frames of a stack and no more: Go's heap profiles 32 until Go 1.22
// and 128 since then (`maxProfStackDepth` in runtime/runtime1.go), its CPU profiles 64, many
// others 64, 127 or 128. What is missing are the outer frames, so what their functions add
// up to is a lower bound.

extension Profile {
  /// Marks the stacks whose outer frames are missing, in ``SampleTable/isCut``, and says
  /// with ``stackLimit`` how many frames were kept.
  ///
  /// A stack counts as cut when it is about as deep as stacks get here, and begins with a
  /// function that no thread begins with: one that others call, and with which no shorter
  /// stack begins.
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
  /// How deep a stack is. Some limits count the functions, inlined ones too, others what
  /// was called, which are locations.
  private struct Depth {
    var functions: Int32 = 0
    var locations: Int32 = 0
  }

  private static let limits: [Int32] = [32, 64, 128]

  /// Go's heap profiles leave the runtime's own frames out at the leaf, so stacks that were
  /// cut are not all equally deep.
  private static let slack: Int32 = 10

  /// With fewer frames no profiler cuts.
  private static let fewestFrames: Int32 = 12

  private let profile: Profile

  /// A number for each location's outermost function, by name; for one without a name
  /// the location's own.
  private let outermost: [Int32]

  /// What is seen on the stacks, by those numbers.
  private var isCalled: [Bool]
  private var isCalledByOther: [Bool]

  private var depths: [Depth] = []

  /// What each stack begins with, or -1.
  private var roots: [Int32] = []

  init(_ profile: Profile) {
    self.profile = profile
    let names = profile.functions.names
    let locations = profile.locations
    let nameCount = profile.strings.count
    outermost = (0..<locations.count).map { location in
      let lines = locations.lineRange(of: location)
      let name =
        lines.isEmpty ? .empty : names[locations.lines[lines.upperBound - 1].function.index]
      return Int32(name == .empty ? nameCount + location : name.index)
    }
    isCalled = [Bool](repeating: false, count: nameCount + locations.count)
    isCalledByOther = isCalled
    let parts = concurrently(profile.samples.parts()) { [self] samples in seen(in: samples) }
    for part in parts {
      depths += part.depths
      roots += part.roots
      for number in isCalled.indices {
        isCalled[number] = isCalled[number] || part.isCalled[number]
        isCalledByOther[number] = isCalledByOther[number] || part.isCalledByOther[number]
      }
    }
  }

  private struct Seen {
    var depths: [Depth] = []
    var roots: [Int32] = []
    var isCalled: [Bool]
    var isCalledByOther: [Bool]
  }

  private func seen(in range: Range<Int>) -> Seen {
    var seen = Seen(isCalled: isCalled, isCalledByOther: isCalledByOther)
    let locations = profile.locations
    let names = profile.functions.names
    // By how many locations, counted from the root: the functions up to there.
    var functions: [Int32] = [0]
    func note(_ number: Int32, calledBy caller: Int32) {
      seen.isCalled[Int(number)] = true
      if number != caller { seen.isCalledByOther[Int(number)] = true }
    }
    profile.samples.withStackCursor { cursor in
      cursor.begin(at: range.lowerBound)
      for sample in range {
        let stack = cursor.stack(of: sample)
        functions.removeLast(functions.count - 1 - min(stack.shared, functions.count - 1))
        for depth in (functions.count - 1)..<stack.depth {
          let location = Int(stack.end[-1 - depth])
          let lines = locations.lineRange(of: location)
          functions.append(functions[depth] + Int32(clamping: max(1, lines.count)))
          var caller = outermost[location]
          if depth > 0 { note(caller, calledBy: outermost[Int(stack.end[-depth])]) }
          // What was inlined there is called by what it was inlined into.
          for line in lines.dropLast().reversed() {
            let name = names[locations.lines[line].function.index]
            if name == .empty { continue }
            note(Int32(name.index), calledBy: caller)
            caller = Int32(name.index)
          }
        }
        seen.depths.append(
          Depth(functions: functions[stack.depth], locations: Int32(clamping: stack.depth)))
        seen.roots.append(stack.depth == 0 ? -1 : outermost[Int(stack.end[-1])])
      }
    }
    return seen
  }

  /// The frames that were kept, and the stacks that had more; nil when there are none.
  func cuts() -> (limit: Int, isCut: [Bool])? {
    let beginnings = Dictionary(grouping: Set(roots).filter { $0 >= 0 }) { beginning($0) }
    if let omitted = beginnings[.omission], !omitted.isEmpty {
      let isOmission = Set(omitted)
      let isCut = roots.map { isOmission.contains($0) }
      let deepest = zip(depths, isCut).lazy.filter(\.1).map { $0.0.functions }.max() ?? 0
      return (Int(deepest), isCut)
    }
    let open = Set(beginnings[.function] ?? []).filter { isCalled[Int($0)] }
    if open.isEmpty { return nil }
    for isKnown in [true, false] {
      for depth in [\Depth.functions, \Depth.locations] {
        if let cuts = cuts(by: depth, open: open, atKnownLimit: isKnown) { return cuts }
      }
    }
    return nil
  }

  private func cuts(
    by depth: KeyPath<Depth, Int32>, open: Set<Int32>, atKnownLimit isKnown: Bool
  ) -> (limit: Int, isCut: [Bool])? {
    let depths = depths.map { $0[keyPath: depth] }
    let deepest = depths.max() ?? 0
    let limit = Self.limits.first { (($0 - 5)...($0 + 1)).contains(deepest) }
    if (limit != nil) != isKnown || deepest < Self.fewestFrames { return nil }
    var isStart: Set<Int32> = []
    for (depth, root) in zip(depths, roots) where depth < deepest - Self.slack {
      isStart.insert(root)
    }
    let candidates = depths.indices.filter {
      depths[$0] >= deepest - Self.slack && open.contains(roots[$0]) && !isStart.contains(roots[$0])
    }
    // A thread's own function may be called elsewhere too. What recurs on its own stack is
    // none, and threads seldom begin with several functions of that sort.
    let isVaried = Set(candidates.lazy.map { roots[$0] }).count > 1
    let found = isVaried ? candidates : recurring(candidates)
    if found.isEmpty { return nil }
    if !isKnown {
      // Nobody knows of such a limit: then most must be equally deep, to the frame.
      let equal = found.count { depths[$0] == deepest }
      if equal < 3 || equal * 2 < found.count { return nil }
      if !isVaried, !found.allSatisfy({ isCalledByOther[Int(roots[$0])] }) { return nil }
    }
    var isCut = [Bool](repeating: false, count: depths.count)
    for sample in found { isCut[sample] = true }
    return (Int(deepest == 127 ? 127 : limit ?? deepest), isCut)
  }

  /// The stacks on which the function that they begin with is called again.
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

    /// It stands for the frames that are missing.
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
