/// What the user says of whose code is whose.
package struct OwnershipOptions: Sendable {
  /// Says something about a function by its name, or by its file.
  package typealias TextPredicate = @Sendable (_ text: String) -> Bool

  /// The path of the user's module; guessed from the profile when nil. Nothing else depends
  /// on which of the two it is.
  package var modulePrefix: String?

  /// Functions that are the user's own by their name or file.
  package var isOwn: TextPredicate?

  /// Functions that are never blamed; wins over ``isOwn``.
  package var isNotOwn: TextPredicate?

  package init() {}
}
