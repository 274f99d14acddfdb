package import ProfileModel

/// What becomes of the profiles that were read before a part of them is looked at: they
/// are added up, another is subtracted, names are demangled, and what they call uninteresting
/// is dropped, as in pprof (docs/pprof-semantics.md, sections 2 to 4).
package struct Preparation: Sendable {
  /// Labels the base's samples, so that they stay apart: percentages are then of the base.
  package var marksBase = false

  /// Scales the profile to the base's sums first.
  package var normalizes = false

  package var demangling = NameDemangling()

  /// Ignores the profile's `drop_frames` and `keep_frames`.
  package var keepsAllFrames = false

  /// Marks the stacks whose outer frames are missing.
  package var marksCutStacks = false

  /// A comment to add to the profile.
  package var comment: String?

  /// The program that the profiles are of, where somebody names it: their first mapping's file.
  package var program: String?

  package init() {}

  /// - Parameters:
  ///   - profiles: one or more. Those that nobody else holds go as soon as they were added.
  ///   - base: reads what is subtracted, once the others are one.
  /// - Throws: ``MergeError``, ``FrameDroppingError/tooExpensive``, and what `base` throws.
  package func prepare(
    _ profiles: consuming [Profile], base: (() throws -> [Profile])? = nil
  ) throws -> PreparedProfile {
    var profile = try sum(profiles)
    if let base {
      profile = try difference(
        consume profile, base: sum(base()), marksBase: marksBase, normalizes: normalizes)
    }
    profile.demangle(demangling)
    // Before frames are dropped, as the depth of stacks tells.
    if marksCutStacks { profile.markCutStacks() }
    if keepsAllFrames {
      profile.dropFrames = .empty
      profile.keepFrames = .empty
    }
    var ignoredPattern: PatternError?
    do throws(FrameDroppingError) { try profile.dropUninterestingFrames() } catch {
      guard case .pattern(let reason) = error else { throw error }
      ignoredPattern = reason
    }
    profile.removeMappingURLs()
    if let comment { profile.comments.append(profile.strings.intern(comment)) }
    return PreparedProfile(profile: profile, ignoredPattern: ignoredPattern)
  }

  private func sum(_ sources: consuming [Profile]) throws(MergeError) -> Profile {
    var profiles = consume sources
    for index in profiles.indices {
      profiles[index].addMissingMapping()
      if let program {
        profiles[index].mappings[0].file = profiles[index].strings.intern(program)
      }
    }
    return try merged(profiles)
  }
}

/// A profile that is ready to be looked at.
package struct PreparedProfile: Sendable {
  package var profile: Profile

  /// Why `drop_frames` or `keep_frames` is no regular expression; it drops nothing then, as
  /// in pprof.
  package var ignoredPattern: PatternError?
}
