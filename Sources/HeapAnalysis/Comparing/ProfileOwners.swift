import Foundations
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

  /// The numbers of the profiles, some for each core.
  private static func parts(_ count: Int) -> [Range<Int>] {
    let parts = isWorthSplitting(count, from: 8) ? min(count, coreCount) : 1
    return (0..<parts).map { $0 * count / parts..<($0 + 1) * count / parts }
  }

  /// - Parameter profiles: oldest first.
  init(_ profiles: [Profile], ownCode: OwnershipOptions) {
    let known = concurrently(Self.parts(profiles.count)) { part in
      part.map { index in
        let ownership = Ownership(profiles[index], ownCode)
        return (ownership, ProcessMarks(profiles[index], ownership))
      }
    }.joined()
    ownerships = known.map(\.0)
    marks = known.map(\.1)
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
