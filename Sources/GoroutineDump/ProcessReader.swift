import LogText
import ProfileModel

/// Reads the goroutines of one process of a log.
struct ProcessReader: Sendable {
  /// The process's name in the wrapper of the lines.
  let process: String

  /// The prefix of its lines.
  private(set) var prefix: LinePrefix

  /// A second line had the words of the prefix that name the process.
  var isConfirmed: Bool

  /// Headers come after their stacks, and reasons after headers.
  var isNewestFirst = false
  private let name: String
  private var open: OpenGoroutine?
  private var counts = CountsReader()
  private var dump: DumpAssembly

  /// The reason that was read since the last goroutine.
  private var reason: CrashReason?
  private var linesSinceReason = 0

  /// The last line without a meaning here: it may be the program's reason for the trace after it.
  private var lastText: [UInt8] = []
  private var lastTime: Double?

  /// The maximum number of lines between a reason and its trace.
  private static let reasonDistance = 32
  private static let messageLength = 200

  init(process: String, prefix: LinePrefix, name: String) {
    self.process = process
    self.prefix = prefix
    self.name = name
    isConfirmed = prefix.name.isEmpty
    let parts = [process, prefix.name].filter { !$0.isEmpty }
    dump = DumpAssembly(name: name, process: parts.joined(separator: " "))
  }

  var isOpen: Bool { open != nil || counts.isInside }
  var isEmpty: Bool { open == nil && dump.isEmpty }

  /// Other lines come before the next trace.
  var hasGap: Bool {
    get { dump.hasGap }
    set { dump.hasGap = newValue }
  }

  /// Passes on a reason whose line had another process's words before it.
  mutating func takeReason(before name: String) -> CrashReason? {
    guard let reason, reason.prefix == name else { return nil }
    self.reason = nil
    return reason
  }

  // MARK: Headers

  mutating func begin(
    _ header: GoroutineHeader, _ line: LogLine, _ prefix: LinePrefix,
    _ series: inout GoroutineSeries
  ) {
    // goleak writes the runtime's header below its own.
    if open?.header.id == header.id, open?.hasNothing ?? false, header.id != 0 {
      let minutes = open?.header.minutes ?? header.minutes
      open?.header.minutes = minutes
      return
    }
    end(&series)
    counts.finish(&series, name: name, process: dump.process)
    self.prefix = prefix
    if var new = CrashReason(line.text[..<header.start], number: line.number, time: line.time) {
      new.seconds = new.seconds ?? prefix.seconds
      add(new)
    }
    var goroutine = OpenGoroutine(header: header)
    goroutine.number = line.number
    goroutine.seconds = prefix.seconds ?? LogTime.seconds(line.time)
    goroutine.suffix = Array(line.text[header.end...].trimmed)
    goroutine.reason = isNewestFirst ? nil : takeReason(header, line.number)
    open = goroutine
  }

  /// The reason for the next goroutine; that of a lone trace may be any line before it.
  private mutating func takeReason(_ header: GoroutineHeader, _ number: Int) -> CrashReason? {
    // A reason before the stack of a thread is about the goroutine after it.
    if header.isThread { return nil }
    defer {
      reason = nil
      lastText = []
      lastTime = nil
    }
    if let reason { return reason }
    guard header.state == "running", !lastText.isEmpty else { return nil }
    return CrashReason(.message, lastText[...], number: number, seconds: lastTime)
  }

  /// Removes the goroutine that just began, because it belongs to another process.
  mutating func takeOpen() -> OpenGoroutine? {
    defer { open = nil }
    return open
  }

  /// - Parameter words: the words before its header.
  mutating func adopt(
    _ other: OpenGoroutine?, _ words: LinePrefix, _ series: inout GoroutineSeries
  ) {
    guard var other else { return }
    end(&series)
    if other.reason == nil || other.reason?.kind == .message {
      if let reason, !other.header.isThread { other.reason = reason }
      if other.reason == nil, !words.name.isEmpty {
        other.reason = CrashReason(
          .message, Array(words.name.utf8)[...], number: other.number, seconds: words.seconds)
      }
    }
    reason = nil
    open = other
  }

  // MARK: Lines

  /// Reads a line that does not begin a goroutine.
  ///
  /// - Returns: false when the line has no meaning here.
  mutating func add(_ line: LogLine, _ series: inout GoroutineSeries) -> Bool {
    if open != nil {
      addBelow(line, &series)
      return true
    }
    if counts.add(line.text, &series, name: name, process: dump.process) { return true }
    if let new = CrashReason(line.text, number: line.number, time: line.time) {
      add(new)
      return true
    }
    let start = prefix.textStarts(in: line.text).first ?? line.text.startIndex
    let text = line.text[start...].trimmed
    if text.isEmpty {
      if reason != nil { linesSinceReason += 1 }
      return true
    }
    if reason?.kind == .panic, linesSinceReason == 0, isIndented(line, start) {
      // The text of a panic continues, or the tests that ran are named.
      reason?.addNote(text)
      return true
    }
    if text.hasPrefix("runtime stack:") {
      open = OpenGoroutine(header: .ofRuntime)
      return true
    }
    if case .separator = DumpLine(text) {
      dump.note(text)
      return true
    }
    linesSinceReason += 1
    if linesSinceReason > Self.reasonDistance { reason = nil }
    dump.hasGap = true
    lastText.removeAll(keepingCapacity: true)
    lastText += text.prefix(Self.messageLength)
    lastTime = nil
    return false
  }

  private func isIndented(_ line: LogLine, _ start: Int) -> Bool {
    start < line.text.endIndex && (line.text[start] == 0x09 || line.text.has("  ", at: start))
  }

  mutating func add(_ new: CrashReason) {
    linesSinceReason = 0
    if reason == nil { reason = new } else { reason?.add(new) }
  }

  private mutating func addBelow(_ line: LogLine, _ series: inout GoroutineSeries) {
    var text = line.text
    var parsed: DumpLine?
    if prefix.isEmpty {
      text = withoutSuffix(text)
      parsed = DumpLine(text)
    } else {
      let starts = prefix.textStarts(in: line.text)
      text = line.text[(starts.first ?? line.text.startIndex)...]
      parsed = DumpLine(withoutSuffix(text))
      for start in starts.dropFirst() where parsed == nil {
        parsed = DumpLine(withoutSuffix(line.text[start...]))
        if parsed != nil { text = line.text[start...] }
      }
      text = withoutSuffix(text)
    }
    if open?.join(text, parsed) ?? false { return }
    apply(&series)
    guard open != nil else {
      // The previous line ended the goroutine.
      if !add(line, &series) { miss(text, line.number, &series) }
      return
    }
    open?.piece = OpenGoroutine.Piece(
      text: text, parsed: parsed, number: line.number, width: line.text.count, time: line.time)
  }

  /// Removes what a logger writes after each line, as after the header.
  private func withoutSuffix(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let suffix = open?.suffix, !suffix.isEmpty else { return text }
    let trimmed = text.trimmed
    if trimmed.count >= suffix.count, trimmed.suffix(suffix.count).elementsEqual(suffix) {
      return text[..<(trimmed.endIndex - suffix.count)]
    }
    // The suffix's values may change, but its names are constant.
    let names = suffix.split(separator: 0x20).compactMap { word in
      word.firstIndex(of: UInt8(ascii: "=")).map { word[...$0] }
    }
    guard let first = names.first, names.count == suffix.split(separator: 0x20).count else {
      return text
    }
    var from = text.startIndex
    while let start = text[from...].firstRange(of: first)?.lowerBound {
      let words = text[start...].split(separator: 0x20)
      if start > text.startIndex, text[start - 1].isBlank, words.count == names.count,
        zip(words, names).allSatisfy({ $0.starts(with: $1) })
      {
        return text[..<start]
      }
      from = start + 1
    }
    return text
  }

  /// Handles the line that waited for its end.
  private mutating func apply(_ series: inout GoroutineSeries) {
    guard let piece = open?.piece else { return }
    open?.piece = nil
    if piece.text.isEmpty { return }
    let line = piece.text
    if case .separator = piece.parsed {
      dump.note(line.trimmed)
      let hasStack = !(open?.stack.isEmpty ?? true)
      open?.isDone = hasStack
      return
    }
    if piece.parsed == nil,
      let new = CrashReason(line, number: piece.number, time: piece.time)
    {
      end(&series)
      return add(new)
    }
    if open?.apply(piece, &series) ?? false { return }
    let isOver = open?.isDone ?? false
    if isOver { end(&series) }
    if isOver { dump.hasGap = true }
    miss(line, piece.number, &series)
    if isOver { lastText = Array(line.prefix(Self.messageLength)) }
  }

  private func miss(_ line: ArraySlice<UInt8>, _ number: Int, _ series: inout GoroutineSeries) {
    series.lines.skipped += 1
    series.lines.tally.miss(line, number: number)
  }

  // MARK: Ends

  /// Ends the goroutine that is being read.
  mutating func end(_ series: inout GoroutineSeries) {
    apply(&series)
    guard let goroutine = open else { return }
    open = nil
    guard isNewestFirst else { return dump.place(goroutine, &series) }
    placeHeld(&series)
    dump.hold(goroutine)
  }

  /// Places the trace whose reason was read after it.
  private mutating func placeHeld(_ series: inout GoroutineSeries) {
    dump.placeHeld(reason, &series)
    reason = nil
  }

  mutating func finish(_ series: inout GoroutineSeries) {
    counts.finish(&series, name: name, process: dump.process)
    apply(&series)
    let isCut = !(open?.isWhole ?? true) && !isNewestFirst
    end(&series)
    placeHeld(&series)
    dump.finish(isCut: isCut, &series)
  }
}
