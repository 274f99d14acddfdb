package import ProfileModel

/// What a row of `export` adds up.
package enum ExportUnit: String, Sendable, CaseIterable {
  /// Nothing: a row is a sample of the profile.
  case sample
  case stack, line, function, finding

  var keepsStack: Bool { self == .sample || self == .stack }
}

/// Which file a profile lay in, and what its name tells.
package struct ExportSource: Sendable {
  package var file: String
  package var origin = ProfileOrigin()

  /// In nanoseconds since 1970; nil where the profile's own time counts.
  package var timeNanoseconds: Int64?

  /// What else the name tells, in the order of the name.
  package var labels: [(key: String, text: String)] = []

  package init(file: String) { self.file = file }
}
