package import LogText

/// Reads the text formats of goroutine dumps, line by line: `debug=2`, what a panic or SIGQUIT
/// writes to a log, those of goleak and delve, and `debug=1`.
///
/// A log may contain dumps of several processes, with their lines mixed; the logger's prefixes
/// distinguish them.
package struct GoroutineReader: Sendable {
  package var series: GoroutineSeries
  private let name: String
  private var readers: [ProcessReader] = []

  /// The row of the last line's process.
  private var last = 0
  private var loose = LooseLines()

  /// The beginning of a header that continues in the next line.
  private var piece: LogLine?

  private static let leastWidth = 40

  /// - Parameter name: the dump's name in messages.
  package init(_ series: GoroutineSeries, name: String) {
    self.series = series
    self.name = name
  }

  /// Reads one line, without its end.
  package mutating func add(_ text: ArraySlice<UInt8>) {
    add(LogLine(text, number: series.lines.all + 1))
  }

  package mutating func add(_ line: LogLine) {
    series.lines.all += 1
    let isFilled = line.text.contains { !$0.isBlank }
    if isFilled { series.lines.tally.count() }
    if let header = GoroutineHeader(line.text) {
      endPiece()
      begin(header, line)
      return
    }
    if joinPiece(line) { return }
    if line.text.count >= Self.leastWidth, GoroutineHeader.mayBegin(line.text) {
      piece = line
      piece?.text = Array(line.text)[...]
      return
    }
    read(line)
  }

  /// Reads a line that does not begin a goroutine.
  private mutating func read(_ line: LogLine) {
    let row = route(line)
    last = row
    if readers[row].add(line, &series) {
      loose.removeAll()
    } else if line.text.contains(where: { !$0.isBlank }) {
      if !readers[row].isOpen, loose.add(line) { return }
      series.lines.skipped += 1
      series.lines.tally.miss(line.text, number: line.number)
    }
  }

  /// Takes a line as the end of a wrapped header.
  private mutating func joinPiece(_ line: LogLine) -> Bool {
    guard let front = piece else { return false }
    for joint in [[], [UInt8(0x20)]] {
      var whole = front
      whole.text = (front.text + joint + (joint.isEmpty ? line.text : line.text.trimmedFront))[...]
      if let header = GoroutineHeader(whole.text) {
        piece = nil
        begin(header, whole)
        return true
      }
    }
    endPiece()
    return false
  }

  /// Handles a line that looked like the beginning of a header as any other line.
  private mutating func endPiece() {
    guard let line = piece else { return }
    piece = nil
    read(line)
  }

  /// Ends the dump, and returns the result.
  package mutating func finish() -> GoroutineSeries {
    endPiece()
    for row in readers.indices { readers[row].finish(&series) }
    loose.removeAll()
    return series
  }

  private mutating func begin(_ header: GoroutineHeader, _ line: LogLine) {
    let prefix = LinePrefix(line.text[..<header.start])
    let row = self.row(process: line.process, prefix)
    last = row
    let before = loose.reversed(prefix)
    let hasText = loose.hasText
    loose = LooseLines()
    if let reason = takeReason(for: row) { readers[row].add(reason) }
    if !readers[row].isNewestFirst, before.isEmpty || readers[row].isOpen {
      readers[row].begin(header, line, prefix, &series)
    } else {
      // The stack's lines came before the header: the log is in reverse order.
      series.isNewestFirst = true
      series.lines.skipped -= before.count
      series.lines.tally.recall(before.count)
      readers[row].isNewestFirst = true
      readers[row].hasGap = hasText
      readers[row].begin(header, line, prefix, &series)
      for line in before { _ = readers[row].add(line, &series) }
      readers[row].end(&series)
    }
  }

  /// Takes a process's reason from another reader: one that came before the first line of the
  /// process could not be assigned to it.
  private mutating func takeReason(for row: Int) -> CrashReason? {
    let (process, name) = (readers[row].process, readers[row].prefix.name)
    if name.isEmpty { return nil }
    for other in readers.indices where other != row && readers[other].process == process {
      if let reason = readers[other].takeReason(before: name) { return reason }
    }
    return nil
  }

  /// The reader of a process.
  private mutating func row(process: String, _ prefix: LinePrefix) -> Int {
    if let row = readers.firstIndex(where: {
      $0.process == process && $0.prefix.name == prefix.name
    }) {
      return row
    }
    // One reader gets the lines of all further processes.
    if readers.count > GoroutineSeries.processLimit { return GoroutineSeries.processLimit }
    readers.append(ProcessReader(process: process, prefix: prefix, name: name))
    return readers.count - 1
  }

  /// The row of the process of a line that does not begin a goroutine.
  private mutating func route(_ line: LogLine) -> Int {
    if readers.count == 1, readers[0].process == line.process, readers[0].isConfirmed { return 0 }
    if last < readers.count, readers[last].process == line.process,
      !readers[last].prefix.name.isEmpty, readers[last].prefix.names(line.text)
    {
      return confirmed(last)
    }
    for row in readers.indices
    where row != last && readers[row].process == line.process
      && !readers[row].prefix.name.isEmpty && readers[row].prefix.names(line.text)
    {
      return confirmed(row)
    }
    // Words that only a header has before it do not name a process.
    if last < readers.count, readers[last].process == line.process, !readers[last].isConfirmed,
      line.text.contains(where: { !$0.isBlank })
    {
      let words = readers[last].prefix
      let open = readers[last].takeOpen()
      if readers[last].isEmpty { readers.remove(at: last) }
      let row = self.row(process: line.process, LinePrefix())
      readers[row].adopt(open, words, &series)
      return row
    }
    if let row = readers.firstIndex(where: {
      $0.process == line.process && $0.prefix.name.isEmpty
    }) {
      return row
    }
    if last < readers.count, readers[last].process == line.process { return last }
    return row(process: line.process, LinePrefix())
  }

  private mutating func confirmed(_ row: Int) -> Int {
    readers[row].isConfirmed = true
    return row
  }
}

/// Lines like those of a stack, before any header: in a log in reverse order, the header follows.
struct LooseLines: Sendable {
  private var lines: [LogLine] = []

  /// Other lines came before these.
  private(set) var hasText = false
  private static let limit = 1 << 13

  /// - Returns: false when the line is not of a stack.
  mutating func add(_ line: LogLine) -> Bool {
    let text = line.text.trimmed
    guard
      text.last == UInt8(ascii: ")") || text.contains(text: ".go:")
        || text.contains(text: "created by ") || text.hasSuffix(" frames elided...")
    else {
      removeAll()
      hasText = true
      return false
    }
    if lines.count >= Self.limit { lines.removeAll() }
    var copy = line
    copy.text = Array(line.text)[...]
    lines.append(copy)
    // The lines count as not understood unless a header follows.
    return false
  }

  mutating func removeAll() { if !lines.isEmpty { lines = [] } }

  /// The lines in the order in which they were written, if a header after them makes them a stack:
  /// then the line before it is a function's.
  func reversed(_ prefix: LinePrefix) -> [LogLine] {
    guard let last = lines.last else { return [] }
    let isFunction = prefix.textStarts(in: last.text).contains { start in
      if case .function = DumpLine(last.text[start...]) { true } else { false }
    }
    return isFunction ? lines.reversed() : []
  }
}
