import CSystem
import Foundations
import Ownership
import ProfileModel

/// What one sample's stack shows, before its call site is considered as a whole.
struct StackReading {
  /// The row of the blamed frame in ``LocationTable/lines``, or -1.
  var blamedLine: Int {
    get { Int(line) }
    set { line = Int32(truncatingIfNeeded: newValue) }
  }

  /// How many lines of the stack are below the blamed frame.
  var depth: Int {
    get { Int(lower) }
    set { lower = UInt32(clamping: newValue) }
  }

  // There is a reading for each sample, so it is kept small.
  private var line: Int32 = -1
  private var lower: UInt32 = 0

  /// A hash of the functions from the blamed one to the leaf, with direct recursion once. Only a
  /// list of examples depends on it.
  var pathHash: UInt64 = 0

  /// Adds the function of a line further up that is blamed instead.
  mutating func leadThrough(_ function: FunctionID) {
    pathHash = (pathHash ^ UInt64(function.rawValue)) &* Self.hashFactor
  }

  static let hashFactor: UInt64 = 0x100_0000_01b3

  /// Rules with this entry, whose conditions nothing violates.
  var called = RuleSet()

  /// Those of ``called`` that also found what must be between.
  var matched = RuleSet()

  /// The blamed frame is the leaf.
  var isBare = false

  /// A package is being initialized.
  var isInitialization = false

  /// The allocation is the profiler's own.
  var isIgnored = false
}

/// Reads stacks with the facts of their functions.
///
/// There are only few different sets of facts, however many functions there are. Each line has the
/// number of its set, so that what is read for each frame stays in the cache.
struct StackReader: Sendable {
  /// What the walk needs to know about a function.
  private struct Facts: Hashable {
    var rank: BlameRank
    var isStandard: Bool
    var isLibrary: Bool
    var entries: RuleSet
    var through: RuleSet
    var callees: RuleSet
    var callersOfCallees: RuleSet
    var without: RuleSet
    var bareCallers: RuleSet
    var leaves: RuleSet
  }

  /// Rules that need nothing between entry and leaf.
  private var unconditional = RuleSet()
  private var entryIsLeaf = RuleSet()
  private var throughLibraries = RuleSet()
  private var blameless = RuleSet()
  private var onceIsFine = RuleSet()

  private var facts: [Facts] = []

  /// What the walk reads of a line.
  private struct Line {
    /// A row of ``facts``.
    var facts: UInt32
    var function: UInt32
  }

  private let lines: [Line]

  /// By location: the range of its lines, together because they are read together.
  private let lineRanges: [Range<UInt32>]
  private let locationMarks: [StackMarks]
  private let hasMarks: Bool

  private let blamer: Blamer

  init(
    locations: LocationTable, facts functionFacts: FunctionFacts, _ ownership: Ownership,
    rules: [HotspotRule]
  ) {
    blamer = Blamer(locations, functionFacts.blame)
    for (number, rule) in rules.enumerated() {
      let rule = rule.match
      if case .anything = rule.through { unconditional.insert(.rule(number)) }
      if rule.entryIsLeaf { entryIsLeaf.insert(.rule(number)) }
      if rule.throughLibraries { throughLibraries.insert(.rule(number)) }
      if rule.isBlameless { blameless.insert(.rule(number)) }
      if rule.ignoresInitialization { onceIsFine.insert(.rule(number)) }
    }
    var rows: [Facts: UInt32] = [:]
    var different: [Facts] = []
    let ofFunction = functionFacts.blame.ranks.indices.map { function in
      let origin = ownership.origins[function]
      let facts = Facts(
        rank: functionFacts.blame.ranks[function], isStandard: origin == .standard,
        isLibrary: origin != .standard && origin != .generated,
        entries: functionFacts.entries[function], through: functionFacts.throughs[function],
        callees: functionFacts.callees[function],
        callersOfCallees: functionFacts.callersOfCallees[function],
        without: functionFacts.withouts[function],
        bareCallers: functionFacts.bareCallers[function],
        leaves: functionFacts.leaves[function])
      let row = rows[facts] ?? UInt32(different.count)
      if row == different.count {
        rows[facts] = row
        different.append(facts)
      }
      return row
    }
    facts = different
    lines = locations.lines.map {
      Line(facts: ofFunction[$0.function.index], function: $0.function.rawValue)
    }
    hasMarks = functionFacts.marks.contains { !$0.isEmpty }
    var first: UInt32 = 0
    lineRanges = locations.lineEnds.map { end in
      defer { first = UInt32(end) }
      return first..<UInt32(end)
    }
    var start = 0
    locationMarks = locations.lineEnds.map { end in
      defer { start = end }
      return locations.lines[start..<end].reduce(into: []) {
        $0.formUnion(functionFacts.marks[$1.function.index])
      }
    }
  }

  /// Prefetches what reading a stack needs first; call it some time before.
  @inline(__always)
  func fetch(_ stack: Slice<UnsafeBufferPointer<UInt32>>) {
    lineRanges.withUnsafeBufferPointer { ranges in
      guard let ranges = ranges.baseAddress else { return }
      for location in stack.prefix(6) { prefetch(ranges + Int(location)) }
    }
  }

  /// Reads one stack, leaf first, as rows of locations.
  ///
  /// - Complexity: O(*n*) in its frames.
  func read(_ stack: Slice<UnsafeBufferPointer<UInt32>>) -> StackReading {
    var reading = StackReading()
    var marks = StackMarks()
    if hasMarks {
      for location in stack { marks.formUnion(locationMarks[Int(location)]) }
      if marks.contains(.profiler) {
        reading.isIgnored = true
        return reading
      }
    }

    let place = blamer.place(in: stack)
    var below = Below()
    var left = place?.depth ?? .max
    walk: for location in stack {
      for line in lineRanges[Int(location)] {
        let line = Int(line)
        let row = Int(lines[line].facts)
        below.path(leadsThrough: lines[line].function)
        if left == 0 {
          finish(&reading, line: line, below: below)
          if facts[row].rank == .surest { noteCaller(ofLine: line, in: stack, &reading) }
          break walk
        }
        left -= 1
        if facts[row].rank == .ifNothingElse || facts[row].isLibrary {
          below.addLibrary(facts[row].entries)
        } else if facts[row].isStandard {
          below.addStandard(facts[row].entries)
        }
        below.add(facts[row])
      }
    }
    if place == nil { finishWithoutBlame(&reading, below: below) }
    if marks.contains(.initialization) {
      reading.isInitialization = true
      reading.called.subtract(onceIsFine)
      reading.matched.subtract(onceIsFine)
    }
    return reading
  }

  /// What was seen between the leaf and the current frame.
  private struct Below {
    var depth = 0
    var entry = RuleSet()
    var libraryEntry = RuleSet()
    var hasLibrary = false
    var entryDepth = 0
    var through = RuleSet()
    var callee = RuleSet()
    var without = RuleSet()

    /// See ``StackReading/pathHash``.
    var pathHash: UInt64 = 0xcbf2_9ce4_8422_2325
    private var lastFunction = UInt32.max

    @inline(__always)
    mutating func path(leadsThrough function: UInt32) {
      if function != lastFunction {
        pathHash = (pathHash ^ UInt64(function)) &* StackReading.hashFactor
      }
      lastFunction = function
    }

    mutating func addStandard(_ entries: RuleSet) {
      // Below a library, the library's callee is the entry.
      guard !hasLibrary else { return }
      entry = entries
      entryDepth = depth
    }

    mutating func addLibrary(_ entries: RuleSet) {
      hasLibrary = true
      libraryEntry.formUnion(entries)
    }

    @inline(__always)
    mutating func add(_ facts: Facts) {
      if depth == 0 { through.formUnion(facts.leaves) }
      depth += 1
      through.formUnion(facts.through)
      through.formUnion(callee.intersection(facts.callersOfCallees))
      callee = facts.callees
      without.formUnion(facts.without)
    }
  }

  private func finish(_ reading: inout StackReading, line: Int, below: Below) {
    reading.blamedLine = line
    reading.pathHash = below.pathHash
    reading.depth = below.depth
    reading.isBare = below.depth == 0
    var called = below.entry
    if below.entryDepth > 0 { called.subtract(entryIsLeaf) }
    if below.hasLibrary {
      called.formIntersection(throughLibraries)
      called.formUnion(below.libraryEntry)
    }
    called.subtract(below.without)
    reading.called = called
    reading.matched = called.intersection(unconditional.union(below.through))
  }

  /// Finishes a stack without a frame of the user's, as deep recursion and the runtime's own
  /// goroutines leave it.
  private func finishWithoutBlame(_ reading: inout StackReading, below: Below) {
    reading.pathHash = below.pathHash
    reading.depth = below.depth
    reading.called = below.entry.union(blameless).subtracting(below.without)
    reading.matched = reading.called.intersection(unconditional.union(below.through))
  }

  /// Notes a bare allocation in a loop body that a standard iterator calls.
  private func noteCaller(
    ofLine line: Int, in stack: Slice<UnsafeBufferPointer<UInt32>>, _ reading: inout StackReading
  ) {
    guard reading.isBare else { return }
    var next = line + 1
    if next >= lineRanges[Int(stack[stack.startIndex])].upperBound {
      guard stack.count > 1 else { return }
      let above = lineRanges[Int(stack[stack.startIndex + 1])]
      guard !above.isEmpty else { return }
      next = Int(above.lowerBound)
    }
    reading.called = facts[Int(lines[next].facts)].bareCallers
    reading.matched = reading.called
  }
}
