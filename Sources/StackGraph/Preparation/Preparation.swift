package import ProfileModel

/// What is done to a profile, or a sum, before a part of it is analyzed: another one is subtracted,
/// names are demangled, and frames that it calls uninteresting are dropped, as in pprof
/// (docs/pprof-semantics.md, sections 2 to 4).
package struct Preparation: Sendable {
  /// Labels the base's samples, which keeps them separate: percentages are then of the base.
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

  package init() {}

  /// - Parameters:
  ///   - given: the profile, or the sum of several (``ProfileSum``).
  ///   - base: the profile to subtract.
  /// - Throws: ``MergeError``, ``FrameDroppingError/tooExpensive``.
  package func prepare(
    _ given: consuming Profile, base: consuming Profile? = nil
  ) throws -> PreparedProfile {
    var profile = given
    profile.addMissingMapping()
    if let base = consume base {
      profile = try difference(
        consume profile, base: consume base, marksBase: marksBase, normalizes: normalizes)
    }
    profile.demangle(demangling)
    // Before frames are dropped, since the depth of the stacks matters.
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
}

/// A profile that is ready for analysis.
package struct PreparedProfile: Sendable {
  package var profile: Profile

  /// Why `drop_frames` or `keep_frames` is no regular expression; then no frames are dropped, as in
  /// pprof.
  package var ignoredPattern: PatternError?
}
