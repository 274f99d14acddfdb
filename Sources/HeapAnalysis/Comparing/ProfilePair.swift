package import Ownership
package import ProfileModel

/// Two profiles that are compared.
package struct ProfilePair: Sendable {
  /// In the files and lines of the later build, where they are of different builds.
  package let before: Profile
  package let after: Profile
  package let kinship: Kinship

  /// Whose code is whose in each.
  package let ownershipBefore: Ownership
  package let ownershipAfter: Ownership

  /// Which line became which; empty for one build.
  package let matching: LineMatching

  /// - Parameter ownCode: what the user says of whose code is whose.
  package init(
    before: Profile, after: Profile, ownCode: OwnershipOptions = OwnershipOptions()
  ) {
    let sequence = ProfileOwners([before, after], ownCode: ownCode)
    (ownershipBefore, ownershipAfter) = (sequence.ownerships[0], sequence.ownerships[1])
    kinship = Kinship(sequence.marks[0], sequence.marks[1])
    if kinship.isOneBuild == false {
      matching = LineMatching(before: [before], after: [after])
      self.before = matching.translated(before)
      self.after = after.withoutAddresses()
    } else {
      matching = LineMatching()
      self.before = before
      self.after = after
    }
  }
}
