import Foundations
import ProfileModel

/// Finds whether any of many texts occurs in another text, in one pass over that text, however many
/// there are (Aho and Corasick 1975).
package struct TextFinder: Sendable {
  /// A state represents a prefix of the texts; state 0 is the empty one.
  private struct State {
    /// The state of the longest suffix of this one that is a prefix of a text.
    var fallback: UInt32 = 0
    /// A text ends here, or in a state that this one falls back to.
    var isEnd = false

    /// The transition that leads here: the previous state and the byte.
    var step: UInt64 = 0
  }

  private var states = [State()]

  /// The next state for each byte, from state 0.
  private var roots = [UInt32](repeating: 0, count: 256)

  /// The states after other states, by transition.
  private var steps: RowIndex

  package init(_ texts: [String]) {
    steps = RowIndex(about: texts.reduce(0) { $0 + $1.utf8.count })
    /// Each state with the previous one and the byte between them, in order of creation.
    var origins: [(state: UInt32, byte: UInt8, depth: Int)] = [(0, 0, 0)]
    for text in texts {
      var state: UInt32 = 0
      var depth = 0
      for byte in text.utf8 {
        depth += 1
        if let next = next(state, byte) {
          state = next
          continue
        }
        let new = UInt32(states.count)
        let step = UInt64(state) << 8 | UInt64(byte)
        states.append(State(step: step))
        origins.append((state, byte, depth))
        if state == 0 {
          roots[Int(byte)] = new
        } else {
          steps.insert(Int(new), steps.hash(step))
        }
        state = new
      }
      states[Int(state)].isEnd = true
    }
    // Shallow states first: a state's fallback is shallower.
    for row in origins.indices.dropFirst().sorted(by: { origins[$0].depth < origins[$1].depth })
    where origins[row].depth > 1 {
      let (before, byte, _) = origins[row]
      let fallback = step(states[Int(before)].fallback, byte)
      states[row].fallback = fallback
      if states[Int(fallback)].isEnd { states[row].isEnd = true }
    }
  }

  /// Whether one of the texts, or an empty one, occurs in this.
  package func isAny(in text: String) -> Bool {
    if states[0].isEnd { return true }
    var state: UInt32 = 0
    for byte in text.utf8 {
      state = step(state, byte)
      if states[Int(state)].isEnd { return true }
    }
    return false
  }

  @inline(__always)
  private func step(_ state: UInt32, _ byte: UInt8) -> UInt32 {
    var state = state
    while state != 0 {
      if let next = next(state, byte) { return next }
      state = states[Int(state)].fallback
    }
    return roots[Int(byte)]
  }

  @inline(__always)
  private func next(_ state: UInt32, _ byte: UInt8) -> UInt32? {
    if state == 0 { return roots[Int(byte)] == 0 ? nil : roots[Int(byte)] }
    let step = UInt64(state) << 8 | UInt64(byte)
    return steps.find(steps.hash(step)) { states[$0].step == step }
      .map { UInt32(truncatingIfNeeded: $0) }
  }
}
