package import ProfileModel

/// Whose code each function of a profile is.
package struct CodeOwners: Sendable {
  package enum Owner: UInt8, CaseIterable, Sendable {
    /// The user's own module.
    case own
    /// Other modules.
    case library
    case standard
    /// The Go runtime, and what the compiler wrote.
    case runtime
    /// No function: labels, addresses without a name.
    case other
  }

  /// One a function row of the profile.
  package let owners: [Owner]

  /// - Parameter module: the path of the user's module; guessed when nil.
  package init(_ profile: Profile, module: String? = nil) {
    var options = HotspotOptions()
    options.modulePrefix = module
    let facts = FunctionFacts(profile, rules: [], options: options)
    owners = profile.functions.names.indices.map { row in
      if facts.isOwn[row] { return .own }
      switch facts.origins[row] {
      case .generated: return .runtime
      case .standard:
        let name = profile.strings[bytesOf: profile.functions.names[row]]
        return name.starts(with: "runtime.".utf8) || name.starts(with: "runtime/".utf8)
          ? .runtime : .standard
      case .library, .thirdParty, .own: return .library
      }
    }
  }
}
