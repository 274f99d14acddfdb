import Foundations
package import ProfileModel

/// One goroutine, or several alike, as a dump has it.
struct Goroutine {
  /// 0 when the dump has no numbers.
  var id: UInt64 = 0
  var count = 1
  var state = GoroutineState(derived: .other)

  /// How long it has waited, in whole minutes; nil below one, or when not said.
  var minutes: UInt64?
  var isLocked = false
  var isLeaked = false
  var isBubbled = false

  /// Rows of the series' location table, leaf first.
  var stack: [LocationID] = []
  var creator: LocationID?
}

/// Goroutines that are in the same state at the same place.
package struct GoroutineGroup: Sendable {
  package let state: GoroutineState

  /// Leaf first, without what the runtime does to park or start a goroutine.
  package let stack: [LocationID]

  /// How many there were in each snapshot that had any.
  package fileprivate(set) var counts: [(snapshot: Int, count: Int)] = []

  /// Of the last snapshot.
  package fileprivate(set) var details = Details()

  /// What is said of each goroutine alone, added up.
  package struct Details: Sendable {
    fileprivate var snapshot = -1
    package fileprivate(set) var lockedCount = 0
    package fileprivate(set) var leakedCount = 0
    package fileprivate(set) var bubbledCount = 0

    /// How many have waited for as long as each of ``WaitRange`` says.
    package fileprivate(set) var waits = [Int](repeating: 0, count: WaitRange.allCases.count)
    package fileprivate(set) var longestMinutes: UInt64 = 0
    package fileprivate(set) var longestID: UInt64 = 0
    package fileprivate(set) var creators: [LocationID: Int] = [:]

    fileprivate mutating func add(_ goroutine: Goroutine) {
      let count = goroutine.count
      if goroutine.isLocked { lockedCount = saturatingSum(lockedCount, count) }
      if goroutine.isLeaked { leakedCount = saturatingSum(leakedCount, count) }
      if goroutine.isBubbled { bubbledCount = saturatingSum(bubbledCount, count) }
      let minutes = goroutine.minutes ?? 0
      let range = WaitRange(minutes: minutes).rawValue
      waits[range] = saturatingSum(waits[range], count)
      if longestID == 0 || minutes > longestMinutes {
        longestMinutes = minutes
        longestID = goroutine.id
      }
      if let creator = goroutine.creator {
        creators[creator] = saturatingSum(creators[creator] ?? 0, count)
      }
    }
  }

  package func count(in snapshot: Int) -> Int {
    // They are in the order of the snapshots.
    var low = 0
    var high = counts.count
    while low < high {
      let middle = (low + high) / 2
      if counts[middle].snapshot < snapshot { low = middle + 1 } else { high = middle }
    }
    return low < counts.count && counts[low].snapshot == snapshot ? counts[low].count : 0
  }

  /// The count in each of the first so many snapshots.
  package func series(_ snapshots: Int) -> [Int] {
    var result = [Int](repeating: 0, count: snapshots)
    for (snapshot, count) in counts where snapshot < snapshots { result[snapshot] = count }
    return result
  }

  init(state: GoroutineState, stack: [LocationID]) {
    self.state = state
    self.stack = stack
  }

  mutating func add(_ goroutine: Goroutine, snapshot: Int) {
    if counts.last?.snapshot == snapshot {
      counts[counts.count - 1].count = saturatingSum(
        counts[counts.count - 1].count, goroutine.count)
    } else {
      counts.append((snapshot, goroutine.count))
    }
    if details.snapshot != snapshot {
      details = Details()
      details.snapshot = snapshot
    }
    details.add(goroutine)
  }
}

/// Ranges of waiting time; the runtime says whole minutes.
package enum WaitRange: Int, CaseIterable, Sendable {
  case underMinute, minutes, tensOfMinutes, hours, days

  init(minutes: UInt64) {
    self =
      switch minutes {
      case 0: .underMinute
      case ..<10: .minutes
      case ..<60: .tensOfMinutes
      case ..<1440: .hours
      default: .days
      }
  }

  package var text: String {
    switch self {
    case .underMinute: "under 1 min"
    case .minutes: "1 to 9 min"
    case .tensOfMinutes: "10 to 59 min"
    case .hours: "1 to 24 h"
    case .days: "a day or more"
    }
  }
}
