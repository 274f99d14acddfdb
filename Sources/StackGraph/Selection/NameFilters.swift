import ProfileModel

/// Which locations and lines a pattern matches, by function, file or mapping.
struct LocationMatcher {
  private var names: NameMatcher

  init(_ pattern: Pattern, _ strings: StringTable) { names = NameMatcher(pattern, strings) }

  mutating func matchesMapping(of location: Int, in profile: Profile) -> Bool {
    guard let mapping = profile.locations.mappings[location].index else { return false }
    return names.matches(profile.mappings[mapping].file, in: profile.strings)
  }

  mutating func matches(_ line: SourceLine, in profile: Profile) -> Bool {
    let function = line.function.index
    return names.matches(profile.functions.names[function], in: profile.strings)
      || names.matches(profile.functions.files[function], in: profile.strings)
  }

  mutating func matches(location: Int, in profile: Profile) -> Bool {
    for line in profile.locations.lines[profile.locations.lineRange(of: location)]
    where matches(line, in: profile) { return true }
    return matchesMapping(of: location, in: profile)
  }
}

/// Whether each of several filters matched anything.
struct FilterMatches {
  var focus = false
  var ignore = false
  var hide = false
  var show = false
}

extension Profile {
  /// Applies focus, ignore, hide and show, as pprof does
  /// (docs/pprof-semantics.md, section 7).
  mutating func filterByName(
    focus: Pattern?, ignore: Pattern?, hide: Pattern?, show: Pattern?
  ) -> FilterMatches {
    var found = FilterMatches()
    if focus == nil, ignore == nil, hide == nil, show == nil { return found }
    enum Verdict: UInt8 { case neither, focused, ignored }
    var verdicts = [Verdict](repeating: .neither, count: locations.count)
    var hidden = [Bool](repeating: false, count: locations.count)
    var focus = focus.map { LocationMatcher($0, strings) }
    var ignore = ignore.map { LocationMatcher($0, strings) }
    var hide = hide.map { LocationMatcher($0, strings) }
    var show = show.map { LocationMatcher($0, strings) }
    let profile = self
    locations.changeLines { row, lines in
      if ignore?.matches(location: row, in: profile) ?? false {
        found.ignore = true
        verdicts[row] = .ignored
      } else if focus == nil || focus!.matches(location: row, in: profile) {
        found.focus = true
        verdicts[row] = .focused
      }
      var kept: [SourceLine]?
      if hide?.matches(location: row, in: profile) ?? false {
        found.hide = true
        let hidesAll = hide?.matchesMapping(of: row, in: profile) ?? false
        kept = hidesAll ? [] : lines.filter { !(hide?.matches($0, in: profile) ?? false) }
        hidden[row] = kept?.isEmpty ?? false
      }
      if show != nil {
        if !(show?.matchesMapping(of: row, in: profile) ?? false) {
          kept = (kept ?? Array(lines)).filter { show?.matches($0, in: profile) ?? false }
        }
        if kept?.isEmpty ?? lines.isEmpty { hidden[row] = true } else { found.show = true }
      }
      return kept
    }
    let hidesFrames = hidden.contains(true)
    // Samples without frames are kept or dropped by the filters alone.
    if focus != nil || ignore != nil || !hidesFrames {
      samples.keepParts { [verdicts] frames in
        var isFocused = false
        for frame in frames {
          switch verdicts[Int(frame)] {
          case .ignored: return nil
          case .focused: isFocused = true
          case .neither: break
          }
        }
        return isFocused ? 0..<frames.count : nil
      }
    }
    if hidesFrames { samples.removeFrames(hidden) }
    return found
  }

  /// Cuts the frames above the root-most match, and drops samples without a match.
  ///
  /// - Returns: whether any location matched.
  mutating func showFrom(_ pattern: Pattern) -> Bool {
    var matcher = LocationMatcher(pattern, strings)
    var matched = [Bool](repeating: false, count: locations.count)
    let profile = self
    locations.changeLines { row, lines in
      if matcher.matchesMapping(of: row, in: profile) {
        matched[row] = true
        return nil
      }
      guard let outermost = lines.lastIndex(where: { matcher.matches($0, in: profile) })
      else { return nil }
      matched[row] = true
      return Array(lines[...outermost])
    }
    samples.keepParts { [matched] frames in
      frames.lastIndex { matched[Int($0)] }.map { 0..<$0 + 1 }
    }
    return matched.contains(true)
  }
}
