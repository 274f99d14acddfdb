import ProfileModel

/// Reads the text forms of goroutine dumps, a line after the other: `debug=2`, what
/// a panic or SIGQUIT writes into a log, and `debug=1`.
package struct GoroutineReader: Sendable {
  package var series: GoroutineSeries
  private var open: OpenGoroutine?
  private var counts = CountsReader()
  private let name: String

  /// More frames than that are left out of a stack.
  private static let frameLimit = 4096

  /// A goroutine whose lines are being read.
  private struct OpenGoroutine: Sendable {
    var header: GoroutineHeader
    var stack: [LocationID] = []
    var creator: LocationID?
    var function: [UInt8]?
    var isCreator = false

    /// What follows is of other goroutines, or of none.
    var isDone = false
    var hasNoStack = false
    var isElided = false
  }

  /// - Parameter name: what messages call the dump.
  package init(_ series: GoroutineSeries, name: String) {
    self.series = series
    self.name = name
    self.series.begin(name)
  }

  /// Reads one line, without its end.
  package mutating func add(_ line: ArraySlice<UInt8>) {
    series.lines.all += 1
    if let header = GoroutineHeader(line) {
      close()
      // A number that was there already: another dump begins.
      if !series.isNew(header.id) {
        series.begin(name)
        _ = series.isNew(header.id)
      }
      series.snapshots[series.snapshots.count - 1].hasStates = true
      open = OpenGoroutine(header: header)
    } else if open != nil {
      addBelow(line)
    } else if !counts.add(line, to: &series, name: name) {
      if !line.allSatisfy(\.isBlank) { series.lines.skipped += 1 }
    }
  }

  /// Ends the dump, and gives back what is known by now.
  package mutating func finish() -> GoroutineSeries {
    counts.finish(&series)
    if let open, series.snapshots.last?.hasStates ?? false {
      let isWhole =
        open.function == nil
        && (open.hasNoStack
          || !open.stack.isEmpty && (open.creator != nil || open.isDone || open.header.id <= 1))
      series.snapshots[series.snapshots.count - 1].isCut = !isWhole
    }
    close()
    series.dropEmptySnapshot()
    return series
  }

  private mutating func addBelow(_ line: ArraySlice<UInt8>) {
    guard let prefixWords = open?.header.prefixWords else { return }
    switch DumpLine(line, prefixWords: prefixWords) {
    case .function(let name):
      noteLostFunction()
      if open?.isDone ?? true { series.lines.skipped += 1 } else { open?.function = Array(name) }
    case .creator(let name):
      noteLostFunction()
      open?.function = Array(name)
      open?.isCreator = true
    case .position(let file, let line):
      guard let open, let name = open.function, !open.isDone else {
        series.lines.skipped += 1
        return
      }
      // A panic's own function goes by this short name.
      let isPanic = name.elementsEqual("panic".utf8)
      let location = series.location(
        isPanic ? Array("runtime.gopanic".utf8) : name, file: file, line: line)
      self.open?.function = nil
      if open.isCreator {
        self.open?.creator = location
        self.open?.isDone = true
      } else if open.stack.count < Self.frameLimit {
        self.open?.stack.append(location)
      }
    case .elided:
      open?.isElided = true
    case .ancestor: open?.isDone = true
    case .noStack: open?.hasNoStack = true
    case .blank:
      noteLostFunction()
      // The stack is there, or it never comes.
      if !(open?.stack.isEmpty ?? true) || open?.hasNoStack ?? false { open?.isDone = true }
    case nil:
      noteLostFunction()
      series.lines.skipped += 1
    }
  }

  /// A line that looked like a function's was none.
  private mutating func noteLostFunction() {
    if open?.function != nil, !(open?.isCreator ?? false) {
      open?.function = nil
      series.lines.skipped += 1
    }
  }

  private mutating func close() {
    guard let open else { return }
    self.open = nil
    var goroutine = Goroutine()
    goroutine.id = open.header.id
    goroutine.minutes = open.header.minutes
    goroutine.isLocked = open.header.isLocked
    goroutine.isLeaked = open.header.isLeaked
    goroutine.isBubbled = open.header.isBubbled
    goroutine.state = GoroutineState(
      text: open.header.state, stack: series.kind(of: open.stack))
    goroutine.stack = open.stack
    goroutine.creator = open.creator
    series.add(goroutine)
  }
}
