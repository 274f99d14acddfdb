import Foundations
import ProfileModel

/// Tells whether one of many texts stands in another, in one pass over that, however
/// many they are (Aho and Corasick 1975).
package struct TextFinder: Sendable {
  /// A state stands for what the texts begin with; 0 for nothing.
  private struct State {
    /// The state of the longest end of this one that is the beginning of a text.
    var fallback: UInt32 = 0
    /// A text ends here, or in a state that this one falls back to.
    var isEnd = false
  }

  private var states = [State()]

  /// The next state for each byte behind nothing.
  private var roots = [UInt32](repeating: 0, count: 256)

  /// Open addressing over the other steps: the state before and the byte, beside the state
  /// after, which is 0 for a free slot.
  private var steps: [(key: UInt64, next: UInt32)]
  private let seed = TableSeed.value

  package init(_ texts: [String]) {
    var size = 64
    let length = texts.reduce(0) { $0 + $1.utf8.count }
    while size < 2 * length { size *= 2 }
    steps = Array(repeating: (0, 0), count: size)
    /// Each state with the one before it and the byte between, in the order in which
    /// they were made.
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
        states.append(State())
        origins.append((state, byte, depth))
        if state == 0 { roots[Int(byte)] = new } else { addStep(state, byte, new) }
        state = new
      }
      states[Int(state)].isEnd = true
    }
    // Shallow states first: what one falls back to is shallower.
    for row in origins.indices.dropFirst().sorted(by: { origins[$0].depth < origins[$1].depth })
    where origins[row].depth > 1 {
      let (before, byte, _) = origins[row]
      let fallback = step(states[Int(before)].fallback, byte)
      states[row].fallback = fallback
      if states[Int(fallback)].isEnd { states[row].isEnd = true }
    }
  }

  /// One of the texts, or an empty one, stands in this.
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
    let key = UInt64(state) << 8 | UInt64(byte)
    var slot = slot(key)
    while steps[slot].next != 0 {
      if steps[slot].key == key { return steps[slot].next }
      slot = (slot + 1) & (steps.count - 1)
    }
    return nil
  }

  private mutating func addStep(_ state: UInt32, _ byte: UInt8, _ next: UInt32) {
    let key = UInt64(state) << 8 | UInt64(byte)
    var slot = slot(key)
    while steps[slot].next != 0 { slot = (slot + 1) & (steps.count - 1) }
    steps[slot] = (key, next)
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: mixed(key, seed: seed)) & (steps.count - 1)
  }
}
