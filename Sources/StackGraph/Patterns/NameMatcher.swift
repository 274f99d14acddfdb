package import ProfileModel

/// Matches a pattern against the texts of a table, each only once.
package struct NameMatcher {
  private enum State: UInt8 { case unknown, no, yes }

  private let pattern: Pattern
  private var states: [State]

  package init(_ pattern: Pattern, _ strings: StringTable) {
    self.pattern = pattern
    states = [State](repeating: .unknown, count: strings.count)
  }

  package mutating func matches(_ id: StringID, in strings: StringTable) -> Bool {
    if id.index >= states.count {
      states.append(
        contentsOf: repeatElement(.unknown, count: strings.count - states.count))
    }
    if states[id.index] == .unknown {
      let range = strings.range(of: id)
      let matched = strings.bytes.withUnsafeBufferPointer {
        pattern.matches(UnsafeBufferPointer(rebasing: $0[range]))
      }
      states[id.index] = matched ? .yes : .no
    }
    return states[id.index] == .yes
  }
}
