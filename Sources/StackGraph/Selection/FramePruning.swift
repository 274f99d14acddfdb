import ProfileModel

extension Profile {
  /// Cuts everything below the leaf-most matching frame; the match itself is kept.
  mutating func pruneFrom(_ pattern: Pattern) {
    var matcher = SimplifiedNameMatcher(pattern)
    var matched = [Bool](repeating: false, count: locations.count)
    let profile = self
    locations.changeLines { row, lines in
      guard let first = lines.firstIndex(where: { matcher.matches($0.function, in: profile) })
      else { return nil }
      matched[row] = true
      return Array(lines[first...])
    }
    samples.keepParts { [matched] frames in
      (frames.firstIndex { matched[Int($0)] } ?? 0)..<frames.count
    }
  }
}
