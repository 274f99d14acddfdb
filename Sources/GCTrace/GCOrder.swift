import LogText

/// Puts Go's collections in chronological order: a log may have several processes at once, several
/// runs of each, and be in reverse order.
struct GCOrder: Sendable {
  /// The origin of a collection.
  struct Place: Sendable, Hashable {
    /// The process's name in the wrapper.
    var process: String

    /// The constant words before it on the line.
    var prefix: String

    /// When it was written, in seconds since 1970.
    var seconds: Double?

    var name: String {
      process.isEmpty ? prefix : prefix.isEmpty ? process : process + " " + prefix
    }
  }

  struct Run {
    var process: Int
    var events: [GCEvent] = []
  }

  struct Result {
    var runs: [Run] = []
    var processes: [String] = []
    var isNewestFirst = false
    var repeated = 0
    var hasMoreProcesses = false
  }

  private struct Item {
    var event: GCEvent
    var seconds: Double?
  }

  private var items: [String: [Item]] = [:]

  /// The names of processes, in the order of the log.
  private var names: [String] = []
  private(set) var count = 0

  /// The name of the last collection's process.
  private var last: String?

  private var hasMoreProcesses = false

  mutating func add(_ event: GCEvent, _ place: Place) {
    var name = place.name
    if items[name] == nil {
      if names.count >= GCLog.processLimit {
        name = ""
        hasMoreProcesses = true
      }
      if items[name] == nil { names.append(name) }
    }
    items[name, default: []].append(Item(event: event, seconds: place.seconds))
    last = name
    count += 1
  }

  /// Marks the last added collection as forced by the program.
  mutating func forceLast() {
    guard let last else { return }
    let index = (items[last]?.count ?? 0) - 1
    if index >= 0 { items[last]?[index].event.cause = "forced" }
  }

  /// Returns everything that was added, and empties the list.
  mutating func finish() -> Result {
    var result = Result(hasMoreProcesses: hasMoreProcesses)
    var processes = processes()
    items = [:]
    for row in processes.indices {
      let process = result.processes.count
      result.processes.append(processes[row].name)
      var items: [Item] = []
      swap(&items, &processes[row].items)
      if Self.isNewestFirst(items) {
        items.reverse()
        result.isNewestFirst = true
      }
      var runs = GCRuns()
      for (index, item) in items.enumerated() {
        runs.add(item.event, next: index + 1 < items.count ? items[index + 1].event : nil)
      }
      result.repeated += runs.repeated
      result.runs += runs.sorted.map { Run(process: process, events: $0) }
    }
    result.processes = result.processes.distinguished
    return result
  }

  /// The processes. A name with a single collection is mostly not a process: the words before it
  /// are those of a line that was not ended.
  private func processes() -> [(name: String, items: [Item])] {
    let kept = names.filter { items[$0]?.count ?? 0 > 1 }
    let others = names.filter { items[$0]?.count ?? 0 == 1 }
    if kept.isEmpty { return [("", others.flatMap { items[$0] ?? [] })] }
    var all = kept.map { (name: $0, items: items[$0] ?? []) }
    for name in others {
      guard let item = items[name]?.first else { continue }
      if kept.count == 1, all[0].name.isEmpty || name.isEmpty || name.contains(all[0].name) {
        Self.insert(item, into: &all[0].items)
      } else {
        all.append((name, [item]))
      }
    }
    return all
  }

  /// Inserts an item where its time belongs.
  private static func insert(_ item: Item, into items: inout [Item]) {
    let index = items.firstIndex {
      $0.event.number == item.event.number &+ 1
        && ($0.event.startSeconds ?? 0) >= (item.event.startSeconds ?? 0)
    }
    items.insert(item, at: index ?? items.endIndex)
  }

  /// Whether more collections follow their successor than their predecessor. Two collections alone
  /// may also be a new run; then the times of the lines decide.
  private static func isNewestFirst(_ items: [Item]) -> Bool {
    var on = 0
    var back = 0
    for index in items.indices.dropFirst() {
      let (number, seconds) = (items[index].event.number, items[index].event.startSeconds ?? 0)
      for other in items[max(0, index - 4)..<index].reversed() {
        let otherSeconds = other.event.startSeconds ?? 0
        if other.event.number &+ 1 == number, otherSeconds <= seconds {
          on += 1
          break
        }
        if number &+ 1 == other.event.number, seconds <= otherSeconds {
          back += 1
          break
        }
      }
    }
    if back > 1 || on > 0 { return back > on }
    guard back == 1, let first = items.first?.seconds, let last = items.last?.seconds else {
      return false
    }
    return last < first
  }
}

/// Divides the collections of one process into runs: the collector counts from 1 in each. Lines may
/// be lost, repeated, or swapped with a neighbour.
private struct GCRuns {
  private struct Open {
    var events: [GCEvent] = []
    var last: (number: UInt64, seconds: Double)
    /// The index of each number's event.
    var seen: [UInt64: Int] = [:]
    var lastIndex: Int

    init(_ event: GCEvent, _ index: Int) {
      last = (event.number, event.startSeconds ?? 0)
      lastIndex = index
      add(event, index)
    }

    mutating func add(_ event: GCEvent, _ index: Int) {
      let seconds = event.startSeconds ?? 0
      if event.number >= last.number { last = (event.number, seconds) }
      seen[event.number] = events.count
      events.append(event)
      lastIndex = index
    }

    func has(_ event: GCEvent) -> Bool { seen[event.number].map { events[$0] == event } ?? false }

    /// Whether a line is repeated: it follows itself, or the next line is repeated too.
    func isRepeated(_ event: GCEvent, next: GCEvent?) -> Bool {
      guard has(event) else { return false }
      if events.last?.number == event.number { return true }
      guard let next else { return event.number == last.number }
      return next.number == event.number &+ 1 && has(next)
        || event.number == last.number && isNext(next)
    }

    func isNext(_ event: GCEvent) -> Bool {
      event.number == last.number &+ 1 && event.startSeconds ?? 0 >= last.seconds
    }

    func isLater(_ event: GCEvent) -> Bool {
      event.number > last.number && event.startSeconds ?? 0 >= last.seconds
    }

    /// Whether an event is a late line: it belongs between two others, or before the first one
    /// while the next line continues after the last one.
    func hasRoom(for event: GCEvent, next: GCEvent?) -> Bool {
      guard event.number < last.number, seen[event.number] == nil else { return false }
      let seconds = event.startSeconds ?? 0
      let near = events.suffix(64)
      let above = near.filter { $0.number > event.number }.map { $0.startSeconds ?? 0 }.min()
      let below = near.filter { $0.number < event.number }.map { $0.startSeconds ?? 0 }.max()
      guard let above, above >= seconds else { return false }
      if let below { return below <= seconds }
      return next.map(isNext) ?? false
    }
  }

  private var open: [Open] = []

  /// The runs that had a line recently, the last one first.
  private var recent: [Int] = []
  private var index = 0
  private(set) var repeated = 0

  /// When several runs are open at once, one without a line among this many is over.
  private static let window = 8

  mutating func add(_ event: GCEvent, next: GCEvent?) {
    index += 1
    let last = recent.first
    recent.removeAll { $0 != last && open[$0].lastIndex < index - Self.window }
    if recent.contains(where: { open[$0].isRepeated(event, next: next) }) {
      repeated += 1
    } else if let run = recent.first(where: { open[$0].isNext(event) })
      ?? recent.first(where: { open[$0].hasRoom(for: event, next: next) })
      ?? recent.first(where: { open[$0].isLater(event) })
    {
      open[run].add(event, index)
      recent.removeAll { $0 == run }
      recent.insert(run, at: 0)
    } else {
      recent.insert(open.count, at: 0)
      open.append(Open(event, index))
    }
  }

  var sorted: [[GCEvent]] {
    open.map { run in
      let isInOrder = zip(run.events, run.events.dropFirst()).allSatisfy { $0.number <= $1.number }
      return isInOrder
        ? run.events
        : run.events.enumerated().sorted {
          ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
        }.map(\.element)
    }
  }
}
