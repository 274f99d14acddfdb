import Foundations

/// What the values of a sample type count. It determines the words that reports use, and whether
/// rules about memory apply.
package enum Measure: Sendable, Equatable {
  /// Memory of a heap.
  case bytes, objects
  case time, goroutines, threads

  /// Events, for example contentions, or samples of the profiler.
  case events

  /// None of these, or unknown.
  case amount

  package var isMemory: Bool { self == .bytes || self == .objects }

  /// - Parameter isHeap: the profiler's own period is in bytes, as in a heap profile.
  init(name: String, unit: String, isHeap: Bool) {
    let words = name.lowercased().split { !$0.isLetter }
    func has(_ known: [String]) -> Bool { words.contains { known.contains(String($0)) } }
    func begins(_ known: [String]) -> Bool {
      words.contains { word in known.contains { word.hasPrefix($0) } }
    }
    let isOfHeap =
      begins(["alloc", "inuse", "heap", "malloc", "free", "retain", "leak"])
      || has(["space", "live", "mem", "memory", "object", "objects", "bytes", "size"])
    if begins(["goroutine"]) {
      self = .goroutines
    } else if UnitFamily.memory.unit(named: unit) != nil {
      self = isOfHeap || isHeap || words.isEmpty ? .bytes : .amount
    } else if UnitFamily.time.unit(named: unit) != nil {
      self = .time
    } else if begins(["thread"]) {
      self = .threads
    } else if isOfHeap {
      self = .objects
    } else if !words.isEmpty, ["count", "samples", "events"].contains(unit) {
      self = .events
    } else {
      self = .amount
    }
  }
}

extension Profile {
  /// What the values of a column count.
  package func measure(ofColumn column: Int) -> Measure {
    let type = sampleTypes[column]
    let isHeap = periodType.map { UnitFamily.memory.unit(named: strings[$0.unit]) != nil }
    return Measure(
      name: strings[type.name], unit: strings[type.unit], isHeap: isHeap ?? false)
  }
}
