package import Ownership
package import ProfileModel

/// Two profiles to compare.
package struct ProfilePair: Sendable {
  /// The earlier profile, with the files and lines of the later build if the builds differ.
  package let before: Profile
  package let after: Profile
  package let kinship: Kinship

  /// The ownership of each profile.
  package let ownershipBefore: Ownership
  package let ownershipAfter: Ownership

  /// Which line became which; empty when both are of one build.
  package let matching: LineMatching

  /// - Parameter ownCode: the user's options for own code.
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
