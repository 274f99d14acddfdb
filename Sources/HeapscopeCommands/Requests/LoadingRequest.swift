package import ProfileFetch
package import StackGraph

/// Which profiles to read, and how: merged, subtracted, fetched.
package struct LoadingRequest: Sendable {
  /// Profiles to subtract, as named.
  package var bases: [String] = []

  /// Percentages refer to the base, as with pprof's `-diff_base`.
  package var isDiff = false

  /// Scales the profile to the base's total first.
  package var normalizes = false

  /// Ignores the profile's `drop_frames` and `keep_frames`.
  package var keepsAllFrames = false

  /// A comment to add to the profile.
  package var comment: String?

  /// Whether names come from Go's text form; nil for the report's own rule.
  package var usesSymbols: Bool?

  /// How to show C++ and Rust names.
  package var demangling = NameDemangling()

  /// The files hold folded stacks, whatever they look like.
  package var isFolded = false

  /// The most bytes a file may inflate to; nil for the reader's own limits.
  package var inflatedLimit: Int?

  /// Continues without damaged profiles.
  package var skipsDamaged = false

  package var fetching = FetchingRequest()

  package init() {}
}

/// How profiles are obtained, especially those named by a URL.
package struct FetchingRequest: Sendable {
  /// Fetches what changes within this many seconds, not what exists.
  package var seconds: Int?

  /// Has the program collect its garbage before it answers.
  package var collectsGarbage = false

  /// Continues without profiles that cannot be fetched or read.
  package var allowsMissing = false

  /// `Name: value`, or `@file` for a file with such lines.
  package var headers: [String] = []

  /// The rest, in the form that the fetcher takes.
  package var options = FetchOptions()

  package init() {}
}
