/// What counts as own code, for the commands that blame lines.
package struct OwnCodeRequest: Sendable {
  /// The path of the user's module; nil when it is to be guessed.
  package var module: String?

  /// Parts of names of functions or files that are the user's, and that never are.
  package var own: [String] = []
  package var notOwn: [String] = []

  /// Files with rules, own code and budgets.
  package var rulesFiles: [String] = []

  /// Ignores the settings file in the working tree.
  package var ignoresFoundFile = false

  /// Reads sources that are where the profile says, to explain lines.
  package var readsSource = true

  package init() {}
}
