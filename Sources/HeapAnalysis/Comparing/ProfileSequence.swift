import Foundations
package import Ownership
package import ProfileModel

/// Profiles over time, oldest first, each as the build of the last one would have written it.
package struct ProfileSequence: Sendable {
  package struct Entry: Sendable {
    package let profile: Profile
    package let ownership: Ownership

    /// To the profile before; nil for the first.
    package let kinship: Kinship?
  }

  package let entries: [Entry]

  /// Which line of the first build that is not the last one's became which.
  package let matching: LineMatching

  /// All are of one program, as far as is known.
  package let isOneProgram: Bool

  /// - Parameters:
  ///   - profiles: oldest first.
  ///   - ownCode: what the user says of whose code is whose.
  package init(_ profiles: [Profile], ownCode: OwnershipOptions = OwnershipOptions()) {
    let owners = ProfileOwners(profiles, ownCode: ownCode)
    let (ownerships, marks) = (owners.ownerships, owners.marks)
    var kinships: [Kinship?] = profiles.isEmpty ? [] : [nil]
    for (before, after) in zip(marks, marks.dropFirst()) { kinships.append(Kinship(before, after)) }
    isOneProgram = kinships.allSatisfy { $0?.isOneProgram ?? true }

    // By profile: a number for its build; 0 for that of the last.
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
