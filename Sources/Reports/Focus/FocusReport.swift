import Foundations
package import Ownership
package import ProfileModel
package import StackGraph

/// What leads to the functions that match a pattern, and what is below them.
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

  /// Σ of the samples with a match on their stack: pprof's total with `-focus`.
  package private(set) var passed: Int64 = 0

  /// Σ|value| of the same samples, the whole for shares of what passes.
  package private(set) var passedMagnitude: Int64 = 0
  package private(set) var blame: [Blame] = []

  /// The part of ``passed`` without a frame of the user's.
  package private(set) var unblamed: Int64 = 0

  /// From the match outward, and from it inward.
  package private(set) var callers = NamePaths()
  package private(set) var callees = NamePaths()

  /// - Parameter ownership: that of the selection's profile.
  /// - Complexity: O(*f*) for *f* frames.
  package init(
    _ selection: Selection, pattern: Pattern, patternText: String,
    ownership: Ownership, profileName: String = ""
  ) {
    self.selection = selection
    self.patternText = patternText
    self.profileName = profileName
    let profile = selection.profile
    let samples = profile.samples
    let values = selection.values
    let blamer = Blamer(profile.locations, ownership.blame)
    var matcher = NameMatcher(pattern, profile.strings)
    // Names with an appended file match with it and without.
    let matching = profile.functions.names.map { name in
      matcher.matches(name, in: profile.strings)
        || matcher.matches(selection.plainName(name), in: profile.strings)
    }

    let walk = FocusWalk(
      profile, matching: matching, blame: { blamer.place(in: $0)?.line ?? -1 })
    let sums = walk.sums(samples, values: values)
    passed = sums.passed
    passedMagnitude = sums.passedMagnitude
    unblamed = sums.unblamed
    callers = sums.callers
    callees = sums.callees
    let strings = profile.strings
    matches = sums.names.indices.filter { sums.names[$0].isMet }
      .map { Match(name: StringID($0), flat: sums.names[$0].flat, cum: sums.names[$0].cum) }
      .sorted {
        $0.cum.magnitude == $1.cum.magnitude
          ? strings[$0.name] < strings[$1.name] : $0.cum.magnitude > $1.cum.magnitude
      }
    blame = Self.blames(sums.lines, in: profile).sorted {
      if $0.value.magnitude != $1.value.magnitude {
        return $0.value.magnitude > $1.value.magnitude
      }
      // Most differ in their value; names are composed only for ties.
      return $0.function == $1.function
        ? $0.line < $1.line
        : (strings[$0.function], $0.line) < (strings[$1.function], $1.line)
    }
  }

  /// Returns the sum of each line, each place once.
  ///
  /// - Parameter sums: by row of the table of lines.
  private static func blames(_ sums: [Int: Int64], in profile: Profile) -> [Blame] {
    struct Key: Hashable {
      var function: StringID
      var file: StringID
      var line: Int64
    }
    var values: [Key: Int64] = [:]
    for (row, value) in sums {
      let line = profile.locations.lines[row]
      let function = line.function.index
      let key = Key(
        function: profile.functions.names[function], file: profile.functions.files[function],
        line: line.line)
      values[key, default: 0] &+= value
    }
    return values.map {
      Blame(function: $0.key.function, file: $0.key.file, line: $0.key.line, value: $0.value)
    }
  }
}
