package import ProfileModel

/// What a row of `export` sums up.
package enum ExportUnit: String, Sendable, CaseIterable {
  /// Nothing: each row is a sample of the profile.
  case sample
  case stack, line, function, finding

  var keepsStack: Bool { self == .sample || self == .stack }
}

/// The file of a profile, and what its name says.
package struct ExportSource: Sendable {
  package var file: String
  package var origin = ProfileOrigin()

  /// Nanoseconds since 1970; nil when the profile's own time counts.
  package var timeNanoseconds: Int64?

  /// What else the name says, in order.
  package var labels: [(key: String, text: String)] = []

  package init(file: String) { self.file = file }
}
