import Foundations
package import ProfileModel

/// Walks stacks and notes what is above and below the matching functions.
package struct FocusWalk: Sendable {
  // Plain numbers: for each line its name and whether it matches, and for each location where its
  // lines end and whether one of them matches.
  private let lineNames: [UInt32]
  private let lineMatches: [Bool]
  private let lineEnds: [Int]
  private let locationMatches: [Bool]
  private let nameCount: Int
  private let recursionKeys: [UInt32]
  private let blame: Blame

  /// Finds the line to blame among some frames, given as rows of the table of locations, leaf
  /// first. Returns a row of the table of lines, or -1.
  package typealias Blame = @Sendable (_ frames: Slice<UnsafeBufferPointer<UInt32>>) -> Int

  /// - Parameter matching: whether each function matches.
  package init(_ profile: Profile, matching: [Bool], blame: @escaping Blame) {
    self.blame = blame
    let lines = profile.locations.lines
    let names = profile.functions.names.map(\.rawValue)
    lineNames = lines.map { names[$0.function.index] }
    let matches = lines.map { matching[$0.function.index] }
    lineMatches = matches
    lineEnds = profile.locations.lineEnds
    var start = 0
    locationMatches = lineEnds.map { end in
      defer { start = end }
      return matches[start..<end].contains(true)
    }
    nameCount = profile.strings.count
    recursionKeys = profile.recursionKeys(.functions)
  }

  /// The sums of some samples.
  package struct Part: Sendable {
    /// By name.
    package struct Sums: Sendable {
      package var flat: Int64 = 0
      package var cum: Int64 = 0
      /// Whether the name is on any stack.
      package var isMet = false
    }

    package var passed: Int64 = 0

    /// Σ|value| of the same samples.
    package var passedMagnitude: Int64 = 0
    package var unblamed: Int64 = 0
    package var names: [Sums]
    package var callers: NamePaths
    package var callees: NamePaths

    /// By line of ``LocationTable/lines``.
    package var lines: [Int: Int64] = [:]

    fileprivate mutating func add(_ other: Part) {
      passed &+= other.passed
      passedMagnitude &+= other.passedMagnitude
      unblamed &+= other.unblamed
      for row in names.indices {
        names[row].flat &+= other.names[row].flat
        names[row].cum &+= other.names[row].cum
        names[row].isMet = names[row].isMet || other.names[row].isMet
      }
      for (line, value) in other.lines { lines[line, default: 0] &+= value }
      callers.add(other.callers)
      callees.add(other.callees)
    }
  }

  /// Walks all stacks, on all cores.
  ///
  /// - Complexity: O(*f*) for *f* frames.
  package func sums(_ samples: SampleTable, values: [Int64]) -> Part {
    let parts = concurrently(samples.parts()) { self.part(samples, $0, values: values) }
    var sums = parts[0]
    for part in parts.dropFirst() { sums.add(part) }
    return sums
  }

  private func part(_ samples: SampleTable, _ range: Range<Int>, values: [Int64]) -> Part {
    let source = NamePaths.Source(
      frames: samples.frames, lineEnds: lineEnds, lineNames: lineNames)
    var part = Part(
      names: [Part.Sums](repeating: Part.Sums(), count: nameCount),
      callers: NamePaths(source, isOutward: true), callees: NamePaths(source, isOutward: false))
    var recursion = RecursionCut(keys: recursionKeys)
    // By name: the last sample that it was counted for, plus one.
    var counted = [UInt32](repeating: 0, count: nameCount)
    var lineSums = [Int64](repeating: 0, count: lineNames.count)
    var isBlamed = [Bool](repeating: false, count: lineNames.count)
    let ends = samples.frameEnds
    samples.withFrameRows { frames in
      var frameStart = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
      for sample in range {
        let start = frameStart
        let end = ends[sample]
        frameStart = end
        let value = values[sample]
        if value == 0 { continue }
        // Most stacks end here, before anything is noted.
        var outermost = end
        while outermost > start, !locationMatches[Int(frames[outermost - 1])] { outermost -= 1 }
        if outermost == start { continue }
        let entry = outermost - 1
        // The outermost matching line.
        var entryLine = lineEnds[Int(frames[entry])] - 1
        while !lineMatches[entryLine] { entryLine -= 1 }
        let stamp = UInt32(truncatingIfNeeded: sample + 1)
        for index in start...entry where locationMatches[Int(frames[index])] {
          let location = Int(frames[index])
          for line in (location == 0 ? 0 : lineEnds[location - 1])..<lineEnds[location]
          where lineMatches[line] {
            let name = Int(lineNames[line])
            if counted[name] == stamp { continue }
            counted[name] = stamp
            part.names[name].cum &+= value
            part.names[name].isMet = true
          }
        }
        part.passed &+= value
        part.passedMagnitude &+= Int64(clamping: value.magnitude)
        let leaf = Int(frames[start])
        let leafLine = leaf == 0 ? 0 : lineEnds[leaf - 1]
        if leafLine < lineEnds[leaf], lineMatches[leafLine] {
          part.names[Int(lineNames[leafLine])].flat &+= value
        }
        let blamed = blame(frames[entry..<end])
        if blamed >= 0 {
          lineSums[blamed] &+= value
          isBlamed[blamed] = true
        } else {
          part.unblamed &+= value
        }
        let entryLocation = Int(frames[entry])
        let line = entryLine - (entryLocation == 0 ? 0 : lineEnds[entryLocation - 1])
        if recursion.cut(frames[entry..<end]) {
          part.callers.add(recursion, line: line, value)
        } else {
          part.callers.add(frame: entry, line: entryLine, last: end - 1, value)
        }
        if recursion.cut(frames[start...entry]) {
          part.callees.add(recursion, line: line, value)
        } else {
          part.callees.add(frame: entry, line: entryLine, last: start, value)
        }
      }
    }
    for line in isBlamed.indices where isBlamed[line] { part.lines[line] = lineSums[line] }
    return part
  }
}
