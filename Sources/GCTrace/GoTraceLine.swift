import Foundations
import LogText
import ProfileModel

/// Reads the lines that Go's runtime prints with `GODEBUG=gctrace=1`.
///
/// The formats since Go 1.5, from `gcMarkTermination` in runtime/mgc.go of each version:
///
///     gc 7 @0.1s 2%: 0.1+1.2+0.3+0.5+0.2 ms clock, 0.2+1+0+0.4/0.5/0.6+0.4 ms cpu, 4->4->0 MB, 4 MB goal, 4 P
///     gc 7 @0.1s 2%: 0.1+0.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.4 ms cpu, 4->4->0 MB, 4 MB goal, 4 P
///     gc 7 @0.1s 2%: … ms cpu, 4->4->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 4 P (forced)
///     gc 7 @0.1s 2% (checking for goroutine leaks): …
///
/// The first is that of Go 1.5; stacks and globals were added in 1.18, the check in 1.26. Before
/// 1.5, the format was `gc7(4): 1+2+3+4 us, 0 -> 1 MB, …`, and all of it was a pause.
enum GoTraceLine {
  /// No line is longer. A line may have many beginnings, each of which is read.
  private static let longest = 1024

  /// A collection, as far as a line contains it.
  struct Reading {
    var event: GCEvent

    /// The line is complete; otherwise it was cut after the times.
    var isWhole: Bool
  }

  /// Reads a collection that begins at an index, or returns nil.
  static func reading(_ line: ArraySlice<UInt8>, at start: Int) -> Reading? {
    var cursor = ByteCursor(line[start...].prefix(longest))
    guard cursor.take("gc") else { return nil }
    if cursor.take(" ") { return modern(&cursor) }
    return legacy(&cursor).map { Reading(event: $0, isWhole: true) }
  }

  /// Whether a line begins as a collection does: `gc 7 @`.
  static func begins(_ line: ArraySlice<UInt8>, at start: Int) -> Bool {
    var cursor = ByteCursor(line, at: start)
    return cursor.take("gc ") && cursor.number() != nil && cursor.take(" @")
  }

  private static func modern(_ cursor: inout ByteCursor) -> Reading? {
    guard let number = cursor.number(), cursor.take(" @"), let seconds = cursor.decimal(),
      cursor.take("s "), cursor.number() != nil, cursor.take("%")
    else { return nil }
    var event = GCEvent(number: number, kind: "GC cycle", startSeconds: seconds)
    // Later versions put attributes of the collection in brackets here.
    while cursor.take(" (") {
      guard let end = cursor.rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
      if cursor.bytes[cursor.position..<end].text == "checking for goroutine leaks" {
        event.checksForLeaks = true
      }
      cursor.position = end + 1
    }
    guard cursor.take(": "), let clock = times(&cursor), cursor.take(" ms clock, ") else {
      return nil
    }
    switch clock.count {
    case 3:
      event.phases = phases(clock, phaseNames)
    case 5:
      event.phases = phases(clock, oldPhaseNames)
    default: return nil
    }
    let isWhole = rest(&cursor, clock.count, &event)
    // A line that was cut gives what precedes the cut.
    return isWhole || cursor.isAtEnd ? Reading(event: event, isWhole: isWhole) : nil
  }

  private static let phaseNames = ["sweep termination", "concurrent mark", "mark termination"]
  private static let oldPhaseNames = [
    "sweep termination", "concurrent scan", "synchronize processors", "concurrent mark",
    "mark termination",
  ]

  /// Reads what follows the times; returns false if it is incomplete.
  private static func rest(
    _ cursor: inout ByteCursor, _ clockCount: Int, _ event: inout GCEvent
  ) -> Bool {
    guard let cpu = times(&cursor), cursor.take(" ms cpu, ") else { return skipped(&cursor) }
    guard cpu.count == clockCount + 2 else { return false }
    event.cpu = processorTime(cpu, markStart: clockCount - 2)
    guard let before = megabytes(&cursor), cursor.take("->"), let peak = megabytes(&cursor),
      cursor.take("->"), let after = megabytes(&cursor), cursor.take(" MB, ")
    else { return skipped(&cursor) }
    event.heapBefore = before
    event.heapPeak = peak
    event.heapAfter = after
    guard let goal = megabytes(&cursor), cursor.take(" MB goal, ") else { return skipped(&cursor) }
    event.heapGoal = goal
    // Stacks, globals and possible later fields: each up to its comma.
    while !cursor.isAtEnd {
      guard let value = cursor.number() else { return skipped(&cursor) }
      if cursor.take(" P") {
        event.processors = Int(clamping: value)
        break
      }
      guard let comma = cursor.rest.firstIndex(of: UInt8(ascii: ",")) else {
        return skipped(&cursor)
      }
      cursor.position = comma + 1
      cursor.skipBlanks()
    }
    if event.processors == nil { return false }
    if cursor.take(" (forced)") { event.cause = "forced" }
    return true
  }

  /// Skips a part that the line's end cuts; other words stay.
  ///
  /// - Returns: false.
  private static func skipped(_ cursor: inout ByteCursor) -> Bool {
    let part = cursor.rest
    let isCut = part.allSatisfy { byte in
      byte.isDigit || "+/.->MBmscpugoaltkPb, ".utf8.contains(byte)
    }
    if isCut { cursor.position = cursor.bytes.endIndex }
    return false
  }

  /// `gc7(4): 1+2+3+4 us, 0 -> 1 MB`, with `ms` before Go 1.3.
  private static func legacy(_ cursor: inout ByteCursor) -> GCEvent? {
    guard let number = cursor.number(), cursor.take("("), let processors = cursor.number(),
      cursor.take("): "), var clock = times(&cursor)
    else { return nil }
    if cursor.take(" us, ") {
      clock = clock.map { $0 / 1000 }
    } else if !cursor.take(" ms, ") {
      return nil
    }
    guard let before = megabytes(&cursor), cursor.take(" -> "), let after = megabytes(&cursor),
      cursor.take(" MB")
    else { return nil }
    var event = GCEvent(number: number, kind: "GC cycle")
    event.phases = [
      GCPhase(name: "collection", nanoseconds: clock.reduce(0, saturatingSum), isPause: true)
    ]
    event.heapBefore = before
    event.heapPeak = before
    event.heapAfter = after
    event.processors = Int(clamping: processors)
    return event
  }

  /// Reads numbers with `+` or `/` between them, in milliseconds; returns nanoseconds.
  private static func times(_ cursor: inout ByteCursor) -> [Int64]? {
    var result: [Int64] = []
    result.reserveCapacity(8)
    repeat {
      guard result.count < 16, let time = cursor.milliseconds() else { return nil }
      result.append(time)
    } while cursor.take("+") || cursor.take("/")
    return result
  }

  private static func megabytes(_ cursor: inout ByteCursor) -> Int64? {
    guard let value = cursor.number(), value < 1 << 40 else { return nil }
    return Int64(value) << 20
  }

  private static func phases(_ clock: [Int64], _ names: [String]) -> [GCPhase] {
    zip(clock, names).map {
      GCPhase(name: $1, nanoseconds: $0, isPause: $1.hasSuffix(" termination"))
    }
  }

  /// - Parameter markStart: the index of the assist, background and idle times of marking.
  private static func processorTime(_ cpu: [Int64], markStart: Int) -> GCProcessorTime {
    let idle = cpu[markStart + 2]
    return GCProcessorTime(
      busy: saturatingSum(cpu.reduce(0, saturatingSum), -idle), assist: cpu[markStart], idle: idle)
  }
}
