import LogText
import ProfileModel

/// Joins the traces of one process: those of one moment form a dump, and a lone one is an event.
///
/// A number that occurs again begins another dump. With GOTRACEBACK=crash, every thread writes its
/// own part, after a line `-----`. These parts belong to one dump, and a goroutine that runs on a
/// thread is in two of them.
struct DumpAssembly: Sendable {
  private struct Trace: Sendable {
    var goroutine: Goroutine
    var reason: CrashReason?
    var number: Int
    var seconds: Double?
  }

  private let name: String
  let process: String

  /// The row of the moment that is being assembled.
  private var snapshot: Int?

  /// The first trace of a possible moment.
  private var first: Trace?

  /// The goroutines of the moment, and whether they have stacks.
  private var ids: [UInt64: Bool] = [:]

  /// Goroutines that ran on other threads, whose stacks may follow.
  private var running: [UInt64: Goroutine] = [:]
  private var threads = 0

  /// Other lines came after the last trace.
  var hasGap = false

  /// The part of another thread follows.
  private var isThreadPart = false

  /// A trace whose reason follows, in a log in reverse order.
  private var held: OpenGoroutine?
  private var heldHasGap = false

  init(name: String, process: String) {
    self.name = name
    self.process = process
  }

  var isEmpty: Bool { snapshot == nil && first == nil && held == nil }

  /// Takes a line between traces.
  mutating func note(_ text: ArraySlice<UInt8>) {
    if text.equals("-----") { isThreadPart = true }
  }

  /// Keeps a trace until its reason is read.
  mutating func hold(_ open: OpenGoroutine) {
    held = open
    heldHasGap = hasGap
    hasGap = false
  }

  mutating func placeHeld(_ reason: CrashReason?, _ series: inout GoroutineSeries) {
    guard var open = held else { return }
    held = nil
    open.reason = reason
    let gap = hasGap
    hasGap = heldHasGap
    place(open, isNewestFirst: true, &series)
    hasGap = gap
  }

  /// - Parameter isNewestFirst: the running goroutine, which a dump begins with, comes last.
  mutating func place(
    _ open: OpenGoroutine, isNewestFirst: Bool = false, _ series: inout GoroutineSeries
  ) {
    let trace = Trace(
      goroutine: open.finished(&series), reason: open.reason, number: open.number,
      seconds: open.seconds)
    defer { hasGap = false }
    if open.header.isThread {
      if open.header.isDetailed || isThreadPart { threads += 1 }
      if let snapshot { series.snapshots[snapshot].threadCount = threads }
      return
    }
    let goroutine = trace.goroutine
    let isRunning = goroutine.state.text == "running"
    let isLone = isRunning && !goroutine.stack.isEmpty && !isThreadPart
    if isNewestFirst, isLone {
      if first != nil || hasGap || ids[goroutine.id] != nil { end(&series) }
      if snapshot == nil {
        first = trace
      } else {
        add(trace, &series)
      }
      return end(&series)
    }
    if let first {
      if !hasGap && !isLone && goroutine.id != first.goroutine.id || isThreadPart {
        begin(&series)
        add(first, &series)
        self.first = nil
      } else {
        end(&series)
      }
    } else if snapshot != nil {
      let isKnown = ids[goroutine.id] != nil
      // A thread's part contains a stack that was unavailable before.
      if isKnown, isThreadPart || ids[goroutine.id] == false {
        if !goroutine.stack.isEmpty { running[goroutine.id] = goroutine }
        return
      }
      if isKnown || isLone || trace.reason.map({ $0.kind != .message && hasGap }) ?? false {
        end(&series)
      }
    }
    if snapshot != nil {
      add(trace, &series)
    } else if isRunning, !isThreadPart {
      first = trace
    } else {
      begin(&series)
      add(trace, &series)
    }
  }

  private mutating func begin(_ series: inout GoroutineSeries) {
    let row = series.begin(name, process: process)
    series.snapshots[row].hasStates = true
    series.snapshots[row].threadCount = threads
    snapshot = row
  }

  private mutating func add(_ trace: Trace, _ series: inout GoroutineSeries) {
    guard let snapshot else { return }
    let goroutine = trace.goroutine
    ids[goroutine.id] = !goroutine.hasNoStack
    if goroutine.hasNoStack, goroutine.stack.isEmpty {
      running[goroutine.id] = goroutine
      return
    }
    let group = series.add(goroutine, to: snapshot)
    if let reason = trace.reason, let group, reason.kind != .message,
      series.snapshots[snapshot].death == nil
    {
      series.snapshots[snapshot].death = GoroutineSeries.Death(
        reason: reason, goroutine: goroutine.id, group: group,
        elidedFrames: goroutine.elidedFrames)
    }
  }

  /// Ends the event or the moment that is being assembled.
  private mutating func end(_ series: inout GoroutineSeries, isCut: Bool = false) {
    if let first {
      series.addEvent(
        first.goroutine, first.reason, number: first.number, seconds: first.seconds,
        process: process, name: name, isCut: isCut)
    }
    if let snapshot {
      for goroutine in running.sorted(by: { $0.key < $1.key }).map(\.value) {
        series.add(goroutine, to: snapshot)
      }
      series.snapshots[snapshot].isCut = isCut
    }
    first = nil
    snapshot = nil
    ids = [:]
    running = [:]
    threads = 0
    isThreadPart = false
  }

  mutating func finish(isCut: Bool, _ series: inout GoroutineSeries) {
    end(&series, isCut: isCut)
  }
}
