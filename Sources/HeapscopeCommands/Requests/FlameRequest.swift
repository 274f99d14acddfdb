import StackGraph

/// What a command line asks of a picture.
package struct FlameRequest: Sendable {
  /// The profiles as they were named.
  package var profiles: [String] = []

  /// Nil for the names of the profiles.
  package var title: String?

  /// Frames below this part of the total are left out, 0 to 1; nil for what can be seen.
  package var pruneBelow: Double?
  package var ownCode = OwnCodeRequest()
  package var selection = SelectionRequest()
  package var loading = LoadingRequest()
  package var output = OutputRequest()

  /// Frames are told apart by their files, which stand behind the names.
  package var showsFiles: Bool { [.filefunctions, .lines].contains(selection.granularity) }

  package init() {}
}
