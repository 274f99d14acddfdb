package import ProfileFetch
package import StackGraph

/// Which profiles are read, and how: merged, subtracted, fetched.
package struct LoadingRequest: Sendable {
  /// Profiles to subtract, as they were named.
  package var bases: [String] = []

  /// Percentages are of the base, as with pprof's `-diff_base`.
  package var isDiff = false

  /// Scales the profile to the base's total first.
  package var normalizes = false

  /// Ignores the profile's `drop_frames` and `keep_frames`.
  package var keepsAllFrames = false

  /// A comment to add to the profile.
  package var comment: String?

  /// Whether names come from Go's text form; nil for the report's own rule.
  package var usesSymbols: Bool?

  /// What becomes of C++ and Rust names.
  package var demangling = NameDemangling()

  /// The files hold folded stacks, whatever they look like.
  package var isFolded = false

  /// The most bytes a file may inflate to; nil for the reader's own limits.
  package var inflatedLimit: Int?

  /// Goes on without profiles that are damaged.
  package var skipsDamaged = false

  package var fetching = FetchingRequest()

  package init() {}
}

/// How profiles are got, above all those named by a URL.
package struct FetchingRequest: Sendable {
  /// Fetches what changes within this many seconds, not what there is.
  package var seconds: Int?

  /// Has the program collect its garbage before it answers.
  package var collectsGarbage = false

  /// Goes on without the profiles that cannot be had or read.
  package var allowsMissing = false

  /// `Name: value`, or `@file` with such lines.
  package var headers: [String] = []

  /// The rest, as the fetcher takes it.
  package var options = FetchOptions()

  package init() {}
}
