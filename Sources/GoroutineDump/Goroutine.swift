import Foundations
package import ProfileModel

/// One goroutine, or several similar ones, from a dump.
struct Goroutine {
  /// 0 when unknown.
  var id: UInt64 = 0
  var count = 1
  var state = GoroutineState(derived: .other)

  /// How long it has waited, in whole minutes; nil when less than one, or unknown.
  var minutes: UInt64?
  var isLocked = false
  var isLeaked = false
  var isBubbled = false

  /// Rows of the series' location table, leaf first.
  var stack: [LocationID] = []
  var creator: LocationID?
  var labels: [GoroutineLabel] = []

  /// The number of frames that the runtime left out of the middle of the stack; nil when it left
  /// out none, 0 when the number is unknown.
  var elidedFrames: UInt64?

  /// The address that it waits for, and addresses among its functions' arguments.
  var wait: WaitAddress?
  var held: [HeldAddress] = []

  /// The dump does not have its stack.
  var hasNoStack = false
}

/// Goroutines in the same state at the same place.
package struct GoroutineGroup: Sendable {
  package let state: GoroutineState

  /// Leaf first, without the runtime's functions that park or start a goroutine.
  package let stack: [LocationID]

  /// The number of goroutines in each snapshot that has any.
  package fileprivate(set) var counts: [(snapshot: Int, count: Int)] = []

  /// The details of each process's last snapshot that has any, by process.
  fileprivate var details: [Int: Details] = [:]

  /// The value of the label that distinguishes groups; nil without such a label.
  package let root: String?

  /// The attributes of the single goroutines, added up.
  package struct Details: Sendable {
    package fileprivate(set) var snapshot = -1
    package fileprivate(set) var lockedCount = 0
    package fileprivate(set) var leakedCount = 0
    package fileprivate(set) var bubbledCount = 0

    /// The number of goroutines in each ``WaitRange``.
    package fileprivate(set) var waits = [Int](repeating: 0, count: WaitRange.allCases.count)
    package fileprivate(set) var longestMinutes: UInt64 = 0
    package fileprivate(set) var longestID: UInt64 = 0
    package fileprivate(set) var creators: [LocationID: Int] = [:]

    /// The number of goroutines for each value of each label.
    package fileprivate(set) var labels: [String: [String: Int]] = [:]

    /// A label with more values is not a dimension: further ones are counted as `…`.
    private static let valueLimit = 1 << 10

    fileprivate mutating func add(_ goroutine: Goroutine, snapshot: Int) {
      if self.snapshot != snapshot {
        self = Details()
        self.snapshot = snapshot
      }
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
      for label in goroutine.labels {
        let isKnown = labels[label.key]?[label.value] != nil
        let value =
          isKnown || labels[label.key]?.count ?? 0 < Self.valueLimit ? label.value : "…"
        labels[label.key, default: [:]][value] = saturatingSum(
          labels[label.key]?[value] ?? 0, count)
      }
    }

    /// Adds the details of another process.
    mutating func add(_ other: Details) {
      lockedCount = saturatingSum(lockedCount, other.lockedCount)
      leakedCount = saturatingSum(leakedCount, other.leakedCount)
      bubbledCount = saturatingSum(bubbledCount, other.bubbledCount)
      for range in waits.indices { waits[range] = saturatingSum(waits[range], other.waits[range]) }
      if longestID == 0 || other.longestMinutes > longestMinutes {
        longestMinutes = other.longestMinutes
        longestID = other.longestID
      }
      creators.merge(other.creators, uniquingKeysWith: saturatingSum)
      for (key, values) in other.labels {
        labels[key, default: [:]].merge(values, uniquingKeysWith: saturatingSum)
      }
    }
  }

  package func count(in snapshot: Int) -> Int {
    // The counts are in the order of the snapshots.
    var low = 0
    var high = counts.count
    while low < high {
      let middle = (low + high) / 2
      if counts[middle].snapshot < snapshot { low = middle + 1 } else { high = middle }
    }
    return low < counts.count && counts[low].snapshot == snapshot ? counts[low].count : 0
  }

  /// The count in each of the first snapshots.
  package func series(_ snapshots: Int) -> [Int] {
    var result = [Int](repeating: 0, count: snapshots)
    for (snapshot, count) in counts where snapshot < snapshots { result[snapshot] = count }
    return result
  }

  init(state: GoroutineState, stack: [LocationID], root: String? = nil) {
    self.state = state
    self.stack = stack
    self.root = root
  }

  /// - Parameter process: the process of the snapshot.
  mutating func add(_ goroutine: Goroutine, snapshot: Int, process: Int) {
    // Snapshots of several processes may be read at once, so the place is near the end.
    var index = counts.count
    while index > 0, counts[index - 1].snapshot > snapshot { index -= 1 }
    if index > 0, counts[index - 1].snapshot == snapshot {
      counts[index - 1].count = saturatingSum(counts[index - 1].count, goroutine.count)
    } else {
      counts.insert((snapshot, goroutine.count), at: index)
    }
    details[process, default: Details()].add(goroutine, snapshot: snapshot)
  }

  /// The details of some snapshots, each the last one of its process. If the group has no
  /// goroutines in them, the details of its last snapshots.
  package func details(of snapshots: [Int]) -> Details {
    let present = details.filter { snapshots.contains($0.value.snapshot) }
    let parts = present.isEmpty ? details : present
    return parts.sorted { $0.key < $1.key }.reduce(into: Details()) { $0.add($1.value) }
  }
}

/// Ranges of waiting times; the runtime gives whole minutes.
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
