import StackGraph

/// What a command line requests of a picture.
package struct FlameRequest: Sendable {
  /// The profiles as named.
  package var profiles: [String] = []

  /// Nil for the names of the profiles.
  package var title: String?

  /// Frames below this share of the total are left out, 0 to 1; nil for those too small to be seen.
  package var pruneBelow: Double?
  package var ownCode = OwnCodeRequest()
  package var selection = SelectionRequest()
  package var loading = LoadingRequest()
  package var output = OutputRequest()

  /// Files distinguish frames, and are appended to the names.
  package var showsFiles: Bool { [.filefunctions, .lines].contains(selection.granularity) }

  package init() {}
}
