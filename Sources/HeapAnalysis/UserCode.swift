package import ProfileModel

/// Which frame of a stack is the user's own code.
package struct UserCode: Sendable {
  private let blames: [FunctionFacts.Blame]

  /// The module of the user's code, given or guessed; empty when unknown.
  package let modulePath: String

  /// - Parameter options: what the user says of whose code is whose.
  package init(_ profile: Profile, options: HotspotOptions = HotspotOptions()) {
    let facts = FunctionFacts(profile, rules: [], options: options)
    blames = facts.blames
    modulePath = facts.modulePath
  }

  /// How surely a function is the user's own, from 0, never blamed, to ``surest``.
  package func rank(of function: FunctionID) -> UInt8 { blames[function.index].rawValue }

  package static let surest = FunctionFacts.Blame.yes.rawValue

  /// Returns the line to blame among some frames: of those most surely the
  /// user's own, the one closest to the leaf.
  ///
  /// - Parameter frames: locations, leaf first.
  package func blamedLine(
    in frames: some Sequence<LocationID>, of locations: LocationTable
  ) -> SourceLine? {
    var best: (blame: FunctionFacts.Blame, line: SourceLine)?
    for frame in frames {
      for line in locations.lines[locations.lineRange(of: frame.index)] {
        let blame = blames[line.function.index]
        if blame.rawValue > (best?.blame ?? .never).rawValue { best = (blame, line) }
        if best?.blame == .yes { return line }
      }
    }
    return best?.line
  }
}
