import HeapAnalysis
package import ProfileModel
package import StackGraph

/// What leads to the functions that match a pattern, and what lies below them.
package struct FocusReport: Sendable {
  /// A function that matches.
  package struct Match: Sendable {
    package var name: StringID
    package var flat: Int64
    package var cum: Int64
  }

  /// A line of the user's code that leads to a match.
  package struct Blame: Sendable {
    package var function: StringID
    package var file: StringID
    package var line: Int64
    package var value: Int64
  }

  package let selection: Selection
  package let patternText: String
  package let profileName: String

  /// By cum, the largest first.
  package private(set) var matches: [Match] = []

  /// Σ of the samples with a match on their stack: pprof's total of `-focus`.
  package private(set) var passed: Int64 = 0
  package private(set) var blame: [Blame] = []

  /// The part of ``passed`` without a frame of the user's.
  package private(set) var unblamed: Int64 = 0

  /// From the match outward, and from it inward.
  package private(set) var callers = NamePaths()
  package private(set) var callees = NamePaths()

  /// - Complexity: O(*f*) for *f* frames.
  package init(
    _ selection: Selection, pattern: Pattern, patternText: String, module: String? = nil,
    profileName: String = ""
  ) {
    self.selection = selection
    self.patternText = patternText
    self.profileName = profileName
    let profile = selection.profile
    let samples = profile.samples
    let values = selection.values
    let userCode = UserCode(profile, module: module)
    var matcher = NameMatcher(pattern, profile.strings)
    let matching = profile.functions.names.map { matcher.matches($0, in: profile.strings) }

    // Plain numbers, one a line, for the walk below.
    let lineNames = profile.locations.lines.map {
      profile.functions.names[$0.function.index].rawValue
    }
    let lineMatches = profile.locations.lines.map { matching[$0.function.index] }
    let lineEnds = profile.locations.lineEnds
    func lineStart(_ location: Int) -> Int { location == 0 ? 0 : lineEnds[location - 1] }
    let locationMatches = lineEnds.indices.map { location in
      lineMatches[lineStart(location)..<lineEnds[location]].contains(true)
    }

    var flat: [StringID: Int64] = [:]
    // By name; the sample that each was counted for last, plus one.
    var cum = [Int64](repeating: 0, count: profile.strings.count)
    var counted = [UInt32](repeating: 0, count: profile.strings.count)
    var lines: [BlameKey: Int64] = [:]
    var above: [UInt32] = []
    var below: [UInt32] = []
    for sample in 0..<samples.count where values[sample] != 0 {
      let value = values[sample]
      let range = samples.frameRange(of: sample)
      let outermost = samples.withFrameRows { frames in
        frames[range].lastIndex { locationMatches[Int($0)] }
      }
      // Most stacks end here, before anything is noted.
      guard let outermost else { continue }
      above.removeAll(keepingCapacity: true)
      below.removeAll(keepingCapacity: true)
      var entry: Int?
      let stamp = UInt32(truncatingIfNeeded: sample + 1)
      samples.withFrameRows { frames in
        for index in range.reversed() {
          let location = Int(frames[index])
          var line = lineEnds[location]
          let first = lineStart(location)
          while line > first {
            line -= 1
            let name = lineNames[line]
            if index <= outermost, lineMatches[line] {
              if entry == nil { entry = index }
              if counted[Int(name)] != stamp {
                counted[Int(name)] = stamp
                cum[Int(name)] &+= value
              }
            }
            if entry == nil { above.append(name) } else { below.append(name) }
          }
        }
      }
      guard let entry else { continue }
      passed &+= value
      let leafLines = profile.locations.lineRange(of: samples.frames[range.lowerBound].index)
      if let first = leafLines.first {
        let function = profile.locations.lines[first].function.index
        if matching[function] { flat[profile.functions.names[function], default: 0] &+= value }
      }
      let outer = samples.frames[entry..<range.upperBound]
      if let line = userCode.blamedLine(in: outer, of: profile.locations) {
        let function = line.function.index
        let key = BlameKey(
          function: profile.functions.names[function], file: profile.functions.files[function],
          line: line.line)
        lines[key, default: 0] &+= value
      } else {
        unblamed &+= value
      }
      // From the match outward: the match itself, then what is above it.
      above.append(below[0])
      callers.add(above.reversed(), value)
      callees.add(below, value)
    }
    let strings = profile.strings
    matches = counted.indices.filter { counted[$0] != 0 }
      .map { Match(name: StringID($0), flat: flat[StringID($0)] ?? 0, cum: cum[$0]) }
      .sorted {
        $0.cum.magnitude == $1.cum.magnitude
          ? strings[$0.name] < strings[$1.name] : $0.cum.magnitude > $1.cum.magnitude
      }
    blame = lines.map {
      Blame(function: $0.key.function, file: $0.key.file, line: $0.key.line, value: $0.value)
    }.sorted {
      // Most differ in their value: names are put together only for ties.
      $0.value.magnitude == $1.value.magnitude
        ? (strings[$0.function], $0.line) < (strings[$1.function], $1.line)
        : $0.value.magnitude > $1.value.magnitude
    }
  }

  private struct BlameKey: Hashable {
    var function: StringID
    var file: StringID
    var line: Int64
  }
}
