import Foundations
package import Ownership
package import ProfileModel

/// Profiles over time, oldest first, each with the files and lines of the last one's build.
package struct ProfileSequence: Sendable {
  package struct Entry: Sendable {
    package let profile: Profile
    package let ownership: Ownership

    /// The relation to the previous profile; nil for the first.
    package let kinship: Kinship?
  }

  package let entries: [Entry]

  /// Which line became which, for the first build that differs from the last one's.
  package let matching: LineMatching

  /// All are of one program, as far as known.
  package let isOneProgram: Bool

  /// - Parameters:
  ///   - profiles: oldest first.
  ///   - ownCode: the user's options for own code.
  package init(_ profiles: [Profile], ownCode: OwnershipOptions = OwnershipOptions()) {
    let owners = ProfileOwners(profiles, ownCode: ownCode)
    let (ownerships, marks) = (owners.ownerships, owners.marks)
    var kinships: [Kinship?] = profiles.isEmpty ? [] : [nil]
    for (before, after) in zip(marks, marks.dropFirst()) { kinships.append(Kinship(before, after)) }
    isOneProgram = kinships.allSatisfy { $0?.isOneProgram ?? true }

    // By profile: the number of its build; 0 is the last profile's.
    var builds = [Int](repeating: 0, count: profiles.count)
    var firsts: [Int] = []
    for index in profiles.indices.dropLast()
    where Kinship(marks[index], marks[marks.count - 1]).isOneBuild == false {
      let known = firsts.firstIndex { Kinship(marks[$0], marks[index]).isOneBuild != false }
      if known == nil { firsts.append(index) }
      builds[index] = (known ?? firsts.count - 1) + 1
    }
    let last = profiles.indices.filter { builds[$0] == 0 }.map { profiles[$0] }
    let matchings = firsts.indices.map { build in
      LineMatching(
        before: profiles.indices.filter { builds[$0] == build + 1 }.map { profiles[$0] },
        after: last)
    }
    matching = matchings.first ?? LineMatching()
    entries = profiles.indices.map { index in
      let build = builds[index]
      return Entry(
        profile: build == 0
          ? profiles[index] : matchings[build - 1].translated(profiles[index]),
        ownership: ownerships[index], kinship: kinships[index])
    }
  }
}
