package import Ownership
package import StackGraph

/// One of the profiles that a picture shows.
package struct FlamePart: Sendable {
  package var name: String
  package var selection: Selection

  /// Its ownership.
  package var ownership: Ownership

  package init(_ name: String, _ selection: Selection, _ ownership: Ownership) {
    self.name = name
    self.selection = selection
    self.ownership = ownership
  }
}
