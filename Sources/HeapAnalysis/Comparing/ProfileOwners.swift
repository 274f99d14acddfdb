import Ownership
import ProfileModel

/// Whose code is whose in profiles that are compared.
///
/// The module is guessed from what a profile has samples of, so an early profile with few may
/// suggest another one than the last, and blame other lines. Profiles of one program have the
/// last one's.
struct ProfileOwners {
  /// By profile.
  private(set) var ownerships: [Ownership]
  private(set) var marks: [ProcessMarks]

  /// - Parameter profiles: oldest first.
  init(_ profiles: [Profile], ownCode: OwnershipOptions) {
    ownerships = profiles.map { Ownership($0, ownCode) }
    marks = zip(profiles, ownerships).map { ProcessMarks($0, $1) }
    guard let last = ownerships.last?.modulePath, let lastMarks = marks.last, !last.isEmpty else {
      return
    }
    var options = ownCode
    options.modulePrefix = last
    for index in profiles.indices.dropLast()
    where ownerships[index].modulePath != last && Kinship(marks[index], lastMarks).isOneProgram {
      ownerships[index] = Ownership(profiles[index], options)
      marks[index] = ProcessMarks(profiles[index], ownerships[index])
    }
  }
}
