/// The user's options for own code.
package struct OwnershipOptions: Sendable {
  /// Decides about a function by its name, or by its file.
  package typealias TextPredicate = @Sendable (_ text: String) -> Bool

  /// The path of the user's module; nil to guess it from the profile. Nothing else depends on
  /// whether it is guessed.
  package var modulePrefix: String?

  /// Functions that are the user's own by their name or file.
  package var isOwn: TextPredicate?

  /// Functions that are never blamed; overrides ``isOwn``.
  package var isNotOwn: TextPredicate?

  package init() {}
}
