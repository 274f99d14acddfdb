import HeapAnalysis
import ProfileModel
import StackGraph

/// Walks stacks and notes what lies above and below the functions that match.
struct FocusWalk: Sendable {
  // Plain numbers: of each line its name and whether it matches, and of each
  // location where its lines end and whether one of them does.
  private let lineNames: [UInt32]
  private let lineMatches: [Bool]
  private let lineEnds: [Int]
  private let locationMatches: [Bool]
  private let lineRanks: [UInt8]
  private let nameCount: Int

  /// - Parameter matching: whether each function matches.
  init(_ profile: Profile, matching: [Bool], userCode: UserCode) {
    let lines = profile.locations.lines
    let names = profile.functions.names.map(\.rawValue)
    lineNames = lines.map { names[$0.function.index] }
    let matches = lines.map { matching[$0.function.index] }
    lineMatches = matches
    lineEnds = profile.locations.lineEnds
    lineRanks = lines.map { userCode.rank(of: $0.function) }
    var start = 0
    locationMatches = lineEnds.map { end in
      defer { start = end }
      return matches[start..<end].contains(true)
    }
    nameCount = profile.strings.count
  }

  /// What some samples add up to.
  struct Part: Sendable {
    /// By name.
    struct Sums: Sendable {
      var flat: Int64 = 0
      var cum: Int64 = 0
      /// Whether the name is on a stack at all.
      var isMet = false
    }

    var passed: Int64 = 0
    var unblamed: Int64 = 0
    var names: [Sums]
    var callers: NamePaths
    var callees: NamePaths

    /// By line of ``LocationTable/lines``.
    var lines: [Int: Int64] = [:]

    mutating func add(_ other: Part) {
      passed &+= other.passed
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

    /// The blamed lines, each position once.
    func blamed(in profile: Profile) -> [FocusReport.Blame] {
      struct Key: Hashable {
        var function: StringID
        var file: StringID
        var line: Int64
      }
      var sums: [Key: Int64] = [:]
      for (row, value) in lines {
        let line = profile.locations.lines[row]
        let function = line.function.index
        let key = Key(
          function: profile.functions.names[function], file: profile.functions.files[function],
          line: line.line)
        sums[key, default: 0] &+= value
      }
      return sums.map {
        FocusReport.Blame(
          function: $0.key.function, file: $0.key.file, line: $0.key.line, value: $0.value)
      }
    }
  }

  /// - Complexity: O(*f*) for *f* frames.
  func part(_ samples: SampleTable, _ range: Range<Int>, values: [Int64]) -> Part {
    let source = NamePaths.Source(
      frames: samples.frames, lineEnds: lineEnds, lineNames: lineNames)
    var part = Part(
      names: [Part.Sums](repeating: Part.Sums(), count: nameCount),
      callers: NamePaths(source, isOutward: true), callees: NamePaths(source, isOutward: false))
    // By name: the sample that each was counted for last, plus one.
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
        // The outermost line that matches.
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
        let leaf = Int(frames[start])
        let leafLine = leaf == 0 ? 0 : lineEnds[leaf - 1]
        if leafLine < lineEnds[leaf], lineMatches[leafLine] {
          part.names[Int(lineNames[leafLine])].flat &+= value
        }
        let blamed = blamedLine(frames[entry..<end])
        if blamed >= 0 {
          lineSums[blamed] &+= value
          isBlamed[blamed] = true
        } else {
          part.unblamed &+= value
        }
        part.callers.add(frame: entry, line: entryLine, last: end - 1, value)
        part.callees.add(frame: entry, line: entryLine, last: start, value)
      }
    }
    for line in isBlamed.indices where isBlamed[line] { part.lines[line] = lineSums[line] }
    return part
  }

  /// The row of the line to blame among some frames, leaf first, or -1; see
  /// ``UserCode/blamedLine(in:of:)``.
  private func blamedLine(_ frames: Slice<UnsafeBufferPointer<UInt32>>) -> Int {
    var best = -1
    var bestRank: UInt8 = 0
    for frame in frames {
      let location = Int(frame)
      for line in (location == 0 ? 0 : lineEnds[location - 1])..<lineEnds[location]
      where lineRanks[line] > bestRank {
        best = line
        bestRank = lineRanks[line]
        if bestRank == UserCode.surest { return best }
      }
    }
    return best
  }
}
