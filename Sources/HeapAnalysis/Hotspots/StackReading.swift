import ProfileModel

/// What one sample's stack says, before its call site is known as a whole.
struct StackReading {
  /// The row of the blamed frame in ``LocationTable/lines``, or -1.
  var blamedLine = -1

  /// How many lines of the stack lie below the blamed frame, leaf first.
  var depth = 0

  /// Rules with this entry and nothing in the way.
  var called = RuleSet()

  /// Those of ``called`` with what must lie between.
  var matched = RuleSet()

  /// The blamed frame is the leaf.
  var isBare = false

  /// The profiler's own allocation.
  var isIgnored = false
}

/// Reads stacks with the facts of their functions.
struct StackReader {
  let locations: LocationTable
  let facts: FunctionFacts

  /// Rules that need nothing between entry and leaf.
  private var unconditional = RuleSet()
  private var entryIsLeaf = RuleSet()
  private var throughLibraries = RuleSet()
  private var blameless = RuleSet()
  private var onceIsFine = RuleSet()
  private var locationMarks: [StackMarks] = []

  init(locations: LocationTable, facts: FunctionFacts, rules: [HotspotRule]) {
    self.locations = locations
    self.facts = facts
    for (number, rule) in rules.enumerated() {
      let rule = rule.match
      if case .anything = rule.through { unconditional.insert(.rule(number)) }
      if rule.entryIsLeaf { entryIsLeaf.insert(.rule(number)) }
      if rule.throughLibraries { throughLibraries.insert(.rule(number)) }
      if rule.isBlameless { blameless.insert(.rule(number)) }
      if rule.ignoresInitialization { onceIsFine.insert(.rule(number)) }
    }
    locationMarks = (0..<locations.count).map { location in
      locations.lines[locations.lineRange(of: location)].reduce(into: []) {
        $0.formUnion(facts.marks[$1.function.index])
      }
    }
  }

  /// Reads one stack, leaf first.
  ///
  /// - Complexity: O(*n*) in its frames.
  func read(_ stack: ArraySlice<LocationID>) -> StackReading {
    var reading = StackReading()
    var marks = StackMarks()
    for location in stack { marks.formUnion(locationMarks[location.index]) }
    if marks.contains(.profiler) {
      reading.isIgnored = true
      return reading
    }

    var below = Below()
    var fallback: (line: Int, depth: Int, below: Below)?
    walk: for location in stack {
      for line in locations.lineRange(of: location.index) {
        let function = locations.lines[line].function.index
        switch facts.blames[function] {
        case .yes:
          finish(&reading, line: line, below: below)
          noteCaller(ofLine: line, in: stack, &reading)
          break walk
        case .ifNothingElse:
          if fallback == nil { fallback = (line, below.depth, below) }
          below.addLibrary(facts.entries[function])
        case .never:
          switch facts.origins[function] {
          case .standard: below.addStandard(facts.entries[function])
          case .generated: break
          case .library, .thirdParty, .own: below.addLibrary(facts.entries[function])
          }
        }
        below.add(function, facts)
      }
    }
    if reading.blamedLine < 0 {
      if let fallback {
        finish(&reading, line: fallback.line, below: fallback.below)
      } else {
        finishWithoutBlame(&reading, below: below)
      }
    }
    if marks.contains(.initialization) {
      reading.called.subtract(onceIsFine)
      reading.matched.subtract(onceIsFine)
    }
    return reading
  }

  /// What has been seen from the leaf up to some frame.
  private struct Below {
    var depth = 0
    var entry = RuleSet()
    var libraryEntry = RuleSet()
    var hasLibrary = false
    var entryDepth = 0
    var through = RuleSet()
    var callee = RuleSet()
    var without = RuleSet()

    mutating func addStandard(_ entries: RuleSet) {
      // Below a library, what the library calls is the entry.
      guard !hasLibrary else { return }
      entry = entries
      entryDepth = depth
    }

    mutating func addLibrary(_ entries: RuleSet) {
      hasLibrary = true
      libraryEntry.formUnion(entries)
    }

    mutating func add(_ function: Int, _ facts: FunctionFacts) {
      depth += 1
      through.formUnion(facts.throughs[function])
      through.formUnion(callee.intersection(facts.callersOfCallees[function]))
      callee = facts.callees[function]
      without.formUnion(facts.withouts[function])
    }
  }

  private func finish(_ reading: inout StackReading, line: Int, below: Below) {
    reading.blamedLine = line
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

  /// Deep recursion and the runtime's own goroutines leave no user frame.
  private func finishWithoutBlame(_ reading: inout StackReading, below: Below) {
    reading.depth = below.depth
    reading.called = below.entry.union(blameless).subtracting(below.without)
    reading.matched = reading.called.intersection(unconditional.union(below.through))
  }

  /// A bare allocation in a loop body that a standard iterator calls.
  private func noteCaller(
    ofLine line: Int, in stack: ArraySlice<LocationID>, _ reading: inout StackReading
  ) {
    guard reading.isBare else { return }
    var next = line + 1
    if next >= locations.lineRange(of: stack[stack.startIndex].index).upperBound {
      guard stack.count > 1 else { return }
      let above = locations.lineRange(of: stack[stack.startIndex + 1].index)
      guard !above.isEmpty else { return }
      next = above.lowerBound
    }
    reading.called = facts.bareCallers[locations.lines[next].function.index]
    reading.matched = reading.called
  }
}
