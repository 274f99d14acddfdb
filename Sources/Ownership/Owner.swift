package import ProfileModel

/// Whose code a function is, in the few categories that colours distinguish.
package enum Owner: UInt8, CaseIterable, Sendable {
  /// The user's own module.
  case own
  /// Other modules.
  case library
  case standard
  /// The Go runtime, and code that the compiler wrote.
  case runtime
  /// Not a function: labels, addresses without a name.
  case other
}

extension Ownership {
  /// Whose code each function row of a profile is.
  ///
  /// - Parameter profile: the one that this was made from, or a selection of it.
  package func owners(in profile: Profile) -> [Owner] {
    profile.functions.names.enumerated().map { row, name in
      guard origins.indices.contains(row) else { return .other }
      if blame.isOwn[row] { return .own }
      switch origins[row] {
      case .generated: return .runtime
      case .standard:
        let name = profile.strings[bytesOf: name]
        return name.starts(with: "runtime.".utf8) || name.starts(with: "runtime/".utf8)
          ? .runtime : .standard
      case .library, .thirdParty, .own: return .library
      }
    }
  }
}
