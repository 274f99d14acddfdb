import ProfileModel

/// Why a profile's drop_frames and keep_frames could not be applied.
package enum FrameDroppingError: Error, Equatable, Sendable {
  case pattern(PatternError)

  /// Matching took too many steps for the number of names.
  case tooExpensive
}

extension Profile {
  /// Cuts the frames that the profile calls uninteresting from the leaf end of the stacks.
  ///
  /// `drop_frames` and `keep_frames` name functions, such as allocators. Frames above the first one
  /// that is kept, seen from the root, always stay (docs/pprof-semantics.md, section 4).
  package mutating func dropUninterestingFrames() throws(FrameDroppingError) {
    guard dropFrames != .empty else { return }
    let drop: Pattern
    let keep: Pattern?
    do throws(PatternError) {
      drop = try framePattern(dropFrames)
      keep = keepFrames == .empty ? nil : try framePattern(keepFrames)
    } catch { throw .pattern(error) }
    var dropped = SimplifiedNameMatcher(drop)
    var kept = keep.map { SimplifiedNameMatcher($0) }
    // The fate of a location: it stays, it is removed with everything below it, or its outer lines
    // stay and everything below is removed.
    enum Fate: UInt8 { case user, pruned, trimmed }
    var fates = [Fate](repeating: .user, count: locations.count)
    let profile = self
    locations.changeLines { row, lines in
      guard
        let outermost = lines.lastIndex(where: {
          dropped.matches($0.function, in: profile)
            && !(kept?.matches($0.function, in: profile) ?? false)
        })
      else { return nil }
      fates[row] = outermost == lines.endIndex - 1 ? .pruned : .trimmed
      // A pruned location keeps its lines: it stays if there is no user frame above it.
      return fates[row] == .pruned ? nil : Array(lines[(outermost + 1)...])
    }
    do {
      try drop.checkEffort()
      try keep?.checkEffort()
    } catch { throw .tooExpensive }
    guard fates.contains(where: { $0 != .user }) else { return }
    samples.keepParts { [fates] frames in
      var foundUser = false
      for index in frames.indices.reversed() {
        switch fates[Int(frames[index])] {
        case .user: foundUser = true
        case .pruned where foundUser: return index + 1..<frames.count
        case .trimmed where foundUser: return index..<frames.count
        default: break
        }
      }
      return 0..<frames.count
    }
  }

  /// The file determines both the expression and the number of names: the more names, the fewer
  /// steps for each.
  private func framePattern(_ id: StringID) throws(PatternError) -> Pattern {
    let effort = min(200_000, max(1_000, 200_000_000 / max(1, functions.count)))
    return try Pattern("^(" + strings[id] + ")$", effort: effort)
  }
}
