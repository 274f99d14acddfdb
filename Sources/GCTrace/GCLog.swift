import Foundations
package import LogText

/// The collections in a log, which may also contain other lines.
package struct GCLog: Sendable {
  /// Counts of a log's lines by their content.
  package struct LineCounts: Sendable, Equatable {
    package var all = 0

    /// Lines of a collection.
    package var read = 0

    /// `scvg` and `scav` lines of Go's scavenger, which returns memory to the system.
    package var scavenger = 0

    /// `pacer:` lines of `GODEBUG=gcpacertrace=1`.
    package var pacer = 0

    /// Lines that begin as a collection of Go does, but do not continue as one.
    package var damaged = 0

    /// All other lines.
    package var skipped: Int { all - read - scavenger - pacer - damaged }
  }

  /// In the order of the log until it ends, then in the order of their runs.
  package internal(set) var events: [GCEvent] = []
  package internal(set) var lines = LineCounts()

  /// The lines that were not understood, for the report.
  package internal(set) var tally = LineTally()

  /// The processes of the collections, as the log names them; one without a name when it names
  /// none.
  package internal(set) var processes: [String] = []

  /// The log has more processes than ``processLimit``. The collections of the rest are treated as
  /// those of one process without a name.
  package internal(set) var hasMoreProcesses = false

  package static let processLimit = 64

  /// The log is in reverse order: the last collection comes first.
  package internal(set) var isNewestFirst = false

  /// The number of collections that the log repeats.
  package internal(set) var repeated = 0

  /// The scavenger's figures, in the order of the log.
  package internal(set) var scavenges: [Scavenge] = []

  /// The number of collections after the first ``eventLimit``, which are not kept.
  package private(set) var eventsLost = 0

  /// This many take 150 megabytes.
  package static let eventLimit = 1 << 18

  /// Processors of the machine, as the JVM reports them.
  package private(set) var processors: Int?

  /// Go's collections in the order of the log, until it ends.
  var order = GCOrder()

  /// The beginning of a collection that is wrapped to the next line.
  var wrapped: WrappedLine?

  /// The part of `(forced)` at the end of the last collection's line, which may continue in the
  /// next.
  var forcedTail: [UInt8]?

  private var runCount = 0
  private var javaRun: Int?
  private var lastUptime = 0.0

  /// The numbers of JVM lines that are older, and newer, than the previous one.
  private var javaSteps = (back: 0, on: 0)
  private var lastNumber: UInt64 = 0

  /// The parts of Java collections whose pause has not ended yet.
  private var open: [UInt64: OpenParts] = [:]

  /// The last event of each Java collection.
  private var lastEvents: [UInt64: Int] = [:]

  private struct OpenPhase {
    var phase: GCPhase
    var indent: Int
  }

  /// The parts of a pause, and those that run concurrently with the program: each kind is taken as
  /// a whole.
  private struct OpenParts {
    var ofPause: [OpenPhase] = []
    var concurrent: [OpenPhase] = []

    var count: Int { ofPause.count + concurrent.count }

    subscript(isPause isPause: Bool) -> [OpenPhase] {
      _read { if isPause { yield ofPause } else { yield concurrent } }
      _modify { if isPause { yield &ofPause } else { yield &concurrent } }
    }
  }

  /// A JVM's log never has more collections or parts open at once.
  private static let openLimit = 4096

  package init() {}

  /// Reads one line, without its end.
  package mutating func add(_ text: ArraySlice<UInt8>) {
    add(LogLine(text, number: lines.all + 1))
  }

  package mutating func add(_ line: LogLine) {
    lines.all += 1
    let isFilled = line.text.contains { !$0.isBlank }
    if isFilled { tally.count() }
    let before = lines
    if addGo(line) || addJava(line.text) {
      // A line is counted once, whatever it looked like at first.
      lines.scavenger = before.scavenger
      lines.pacer = before.pacer
      lines.read += 1
      if wrapped?.number == line.number { wrapped = nil }
    } else if isFilled, lines.scavenger == before.scavenger, lines.pacer == before.pacer,
      wrapped?.number != line.number
    {
      tally.miss(line.text, number: line.number)
    }
  }

  /// Ends the log: parts that belong to no pause become an event or join the last one, and
  /// collections get their runs.
  package mutating func finish() {
    endWrapped()
    finishJava()
    if order.count > 0 { putInOrder() }
    if processes.isEmpty { processes = [""] }
  }

  /// The JVM's lines are in reverse order: their numbers mostly fall.
  package var isJavaNewestFirst: Bool { javaSteps.back > 2 * javaSteps.on + 2 }

  private mutating func finishJava() {
    for number in open.keys.sorted() { closeWithoutPause(number) }
    open = [:]
  }

  /// - Returns: false when too many events are kept already.
  @discardableResult
  mutating func keep(_ event: GCEvent) -> Bool {
    if events.count + order.count >= Self.eventLimit {
      eventsLost += 1
      return false
    }
    events.append(event)
    return true
  }

  /// Keeps a collection of Go until the log ends.
  mutating func keep(_ event: GCEvent, _ place: GCOrder.Place) {
    if events.count + order.count >= Self.eventLimit {
      eventsLost += 1
    } else {
      order.add(event, place)
    }
  }

  mutating func newRun() -> Int {
    defer { runCount += 1 }
    return runCount
  }

  // MARK: Java

  private mutating func addJava(_ line: ArraySlice<UInt8>) -> Bool {
    guard let unified = UnifiedLine(line) else { return addJavaStart(line) }
    guard let text = UnifiedText(unified.text) else { return false }
    if let seconds = unified.seconds {
      // Lines of different threads may be swapped, but not by more than a second.
      if seconds < lastUptime - 1 { startJavaRun() }
      lastUptime = max(lastUptime, seconds)
    }
    if javaRun == nil { startJavaRun() }
    let number = unified.number
    if number < lastNumber { javaSteps.back += 1 } else if number > lastNumber { javaSteps.on += 1 }
    lastNumber = number
    switch text {
    case .pause(let kind, let cause, let nanoseconds, let heap):
      startJavaRunIfRepeated(number, kind)
      var event = GCEvent(run: javaRun ?? 0, number: number, kind: kind)
      event.cause = cause
      event.startSeconds = unified.seconds.map { $0 - Double(nanoseconds) / 1e9 }
      event.phases = [GCPhase(name: "pause", nanoseconds: nanoseconds, isPause: true)]
      event.phases += closed(number, isPause: true)
      event.heapBefore = heap?.before
      event.heapPeak = heap?.before
      event.heapAfter = heap?.after
      event.heapGoal = heap?.size
      append(event)
    case .concurrent(let name, let nanoseconds)
    where name.hasSuffix(" Cycle") && name.hasPrefix("Concurrent"):
      var event = GCEvent(run: javaRun ?? 0, number: number, kind: name)
      event.startSeconds = unified.seconds.map { $0 - Double(nanoseconds) / 1e9 }
      event.phases = [GCPhase(name: "concurrent", nanoseconds: nanoseconds, isPause: false)]
      event.phases += closed(number, isPause: false)
      append(event)
    case .concurrent(let name, let nanoseconds):
      hold(number, GCPhase(name: name, nanoseconds: nanoseconds, isPause: false), unified.indent)
    case .phase(let name, let nanoseconds, let note):
      // Root regions are scanned concurrently with the program.
      hold(
        number,
        GCPhase(
          name: name, nanoseconds: nanoseconds, isPause: !name.hasPrefix("Root Region Scan"),
          note: note), unified.indent)
    case .processorTime(let nanoseconds):
      guard let index = lastEvents[number] else { return false }
      events[index].cpu = GCProcessorTime(busy: nanoseconds)
    }
    return true
  }

  /// `Using G1` begins a run; `CPUs: 2 total, 2 available` gives its processors.
  private mutating func addJavaStart(_ line: ArraySlice<UInt8>) -> Bool {
    if let mark = line.position(of: "] CPUs: ") {
      var cursor = ByteCursor(line)
      cursor.position = mark + 8
      if let total = cursor.number(), cursor.take(" total, "), let available = cursor.number() {
        processors = Int(clamping: available)
        return total > 0
      }
    }
    if let mark = line.position(of: "] Using "), line[..<mark].position(of: "gc") != nil {
      startJavaRun()
      return true
    }
    return false
  }

  private mutating func startJavaRun() {
    finishJava()
    javaRun = newRun()
    lastEvents = [:]
    lastUptime = 0
  }

  /// Without times, only numbers that start again at 0 show that a log has another JVM: no
  /// collection has the same pause twice.
  private mutating func startJavaRunIfRepeated(_ number: UInt64, _ kind: String) {
    guard let index = lastEvents[number], events[index].run == javaRun,
      events[index].startSeconds == nil,
      Self.front(of: events[index].kind) == Self.front(of: kind)
    else { return }
    // The parts that were read already belong to the new collection.
    let parts = open.removeValue(forKey: number)
    startJavaRun()
    open[number] = parts
  }

  /// `Pause Young` of `Pause Young (Normal)`.
  private static func front(of kind: String) -> Substring {
    kind.firstRange(of: " (").map { kind[..<$0.lowerBound] } ?? kind[...]
  }

  private mutating func append(_ event: GCEvent) {
    if lastEvents.count > Self.openLimit { lastEvents = [:] }
    if keep(event) { lastEvents[event.number] = events.count - 1 }
  }

  private mutating func hold(_ number: UInt64, _ phase: GCPhase, _ indent: Int) {
    if open[number] == nil, open.count >= Self.openLimit { finishJava() }
    if open[number]?.count ?? 0 < Self.openLimit {
      open[number, default: OpenParts()][isPause: phase.isPause].append(
        OpenPhase(phase: phase, indent: indent))
    }
  }

  /// Removes the open parts of one kind from a collection; returns them with their depth.
  private mutating func closed(_ number: UInt64, isPause: Bool) -> [GCPhase] {
    guard var parts = open[number] else { return [] }
    let taken = parts[isPause: isPause]
    if taken.isEmpty { return [] }
    parts[isPause: isPause] = []
    open[number] = parts.count == 0 ? nil : parts
    let least = taken.map(\.indent).min() ?? 0
    return taken.map { part in
      var phase = part.phase
      phase.depth = 1 + (part.indent - least) / 2
      return phase
    }
  }

  /// Handles parts without a pause around them: they belong to the last marking pause, or that
  /// pause is `Mark Termination`.
  private mutating func closeWithoutPause(_ number: UInt64) {
    let concurrent = closed(number, isPause: false)
    var parts = closed(number, isPause: true)
    if let index = lastEvents[number], events[index].pauseNanoseconds > 0 {
      events[index].phases += parts + concurrent
      return
    }
    var event = GCEvent(run: javaRun ?? 0, number: number, kind: "Concurrent Mark Cycle")
    if let whole = parts.firstIndex(where: { $0.name == "Mark Termination" }) {
      event.kind = "Pause Remark"
      var pause = parts.remove(at: whole)
      pause.depth = 0
      event.phases = [pause] + parts + concurrent
    } else {
      event.phases = parts + concurrent
    }
    if keep(event) { lastEvents[number] = events.count - 1 }
  }
}
