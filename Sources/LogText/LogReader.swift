/// The only path from users' files to lines of text: takes pieces of a file, and returns lines with
/// their numbers in it.
///
/// It undoes encodings, terminal control sequences, the JSON of containers, loggers and log stores
/// (a line per record, or a document), logfmt, literal `\n`, and the splitting of long lines by
/// container runtimes. It leaves what a logger writes before or after a text: only the reader of
/// the text can find where it begins (``LinePrefix``).
package struct LogReader {
  private var decoder = TextDecoder()
  private var waiting: [UInt8] = []
  private var number = 0
  private var json = JSONRecords()

  /// What is wrapped in a text while the document around it is open.
  private var inner = JSONRecords()
  private var roles = FieldRoles()
  private var journal = JournalExport()
  private var table = SeparatedValues()

  /// Lines of the document that is being read, which may turn out not to be one.
  private var documentLines = 0

  /// Texts whose line has not ended yet, by process.
  private var fragments: [String: [UInt8]] = [:]

  /// Whether texts of streams contain their line ends, which is unknown at first.
  private var streamsEndLines = false
  private var isDecided = false
  private var undecided: [Undecided] = []
  private static let undecidedLimit = 4

  /// The rest of a longer line is dropped; a document may be one line.
  private static let lineLimit = 1 << 20
  private static let documentLimit = 32 << 20
  private static let fragmentLimit = 1 << 20
  private static let fragmentCount = 256

  /// JSON may contain a line of JSON, and so on.
  private static let depthLimit = 4

  /// Lines whose end was dropped.
  package private(set) var cutLines = 0

  package init() {}

  /// Reads the next bytes of the file.
  package mutating func add(_ bytes: ArraySlice<UInt8>, _ body: (LogLine) -> Void) {
    if case .utf8 = decoder.encoding {
      split(bytes, body)
    } else {
      split(decoder.decode(bytes, isEnd: false)[...], body)
    }
  }

  /// Ends the file.
  package mutating func finish(_ body: (LogLine) -> Void) {
    split(decoder.decode([], isEnd: true)[...], body)
    if !waiting.isEmpty { handOut(waiting[...], body) }
    waiting = []
    for entry in [journal.finish(), table.finish()] {
      if let entry { deliverLines(entry, prefix: [], 1, body) }
    }
    endUndecided(body)
    for (process, text) in fragments.sorted(by: { $0.key < $1.key }) {
      deliver(LogLine(text[...], number: number, process: process), 1, body)
    }
    fragments = [:]
  }

  private mutating func split(_ bytes: ArraySlice<UInt8>, _ body: (LogLine) -> Void) {
    var start = bytes.startIndex
    while let end = bytes.position(of: 0x0a, from: start) {
      if waiting.isEmpty {
        handOut(bytes[start..<end], body)
      } else {
        keep(bytes[start..<end])
        let line = waiting
        waiting.removeAll(keepingCapacity: line.count < Self.lineLimit)
        handOut(line[...], body)
      }
      start = end + 1
    }
    keep(bytes[start...])
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    if bytes.isEmpty { return }
    let first = waiting.first ?? bytes.first
    let isDocument = first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    let room = max(0, (isDocument ? Self.documentLimit : Self.lineLimit) - waiting.count)
    if bytes.count > room, waiting.count < (isDocument ? Self.documentLimit : Self.lineLimit) {
      cutLines += 1
    }
    waiting += bytes.prefix(room)
  }

  /// Handles a whole line of the file, without its end.
  private mutating func handOut(_ line: ArraySlice<UInt8>, _ body: (LogLine) -> Void) {
    number += 1
    switch journal.add(line, number) {
    case .none: break
    case .taken: return
    case .entry(let entry): return deliverLines(entry, prefix: [], 1, body)
    }
    var line = line
    while line.last == 0x0d { line.removeLast() }
    switch table.add(line, number) {
    case .none: break
    case .taken: return
    case .record(let record): return deliverLines(record, prefix: [], 1, body)
    }
    if json.isOpen, goOn(line, body) { return }
    deliver(LogLine(line, number: number), 0, body)
  }

  /// Continues a document; returns false when the line is not part of it.
  private mutating func goOn(_ line: ArraySlice<UInt8>, _ body: (LogLine) -> Void) -> Bool {
    var records: [Record] = []
    let outcome = json.feed(line, number: number) { records.append(Record($0, $1, $2)) }
    for record in records { deliver(record, prefix: [], 1, body) }
    switch outcome {
    case .open: return true
    case .complete(let end):
      // Some programs write `}, {` or `}{`.
      let rest = line[end...].trimmed
      if !rest.isEmpty, !rest.equals(",") { deliver(LogLine(rest, number: number), 0, body) }
      return true
    case .cut:
      json.reset()
      return true
    case .broken:
      json.reset()
      return false
    }
  }

  private struct Record {
    var texts: [JSONRecords.Text]
    var process: String
    var time: ArraySlice<UInt8>

    init(_ texts: [JSONRecords.Text], _ process: String, _ time: ArraySlice<UInt8>) {
      self.texts = texts
      self.process = process
      self.time = time
    }
  }

  private mutating func deliver(
    _ record: Record, prefix: ArraySlice<UInt8>, _ depth: Int, _ body: (LogLine) -> Void
  ) {
    for text in record.texts {
      var line = LogLine(
        text.bytes, number: text.number, process: record.process, time: record.time)
      if text.isStream, waits(&line, prefix, depth, body) { continue }
      deliverLines(line, prefix: prefix, depth, body)
    }
  }

  /// A text of a stream that was read before it was known whether texts contain their line ends.
  private struct Undecided {
    var line: LogLine
    var prefix: ArraySlice<UInt8>
    var depth: Int
  }

  /// Joins the pieces of a stream whose texts contain their line ends, as in Docker's log and that
  /// of `go test -json`. Other programs leave the ends out: if none of the first few texts has one,
  /// each text is a line.
  ///
  /// - Returns: true when the text waits for later ones.
  private mutating func waits(
    _ line: inout LogLine, _ prefix: ArraySlice<UInt8>, _ depth: Int, _ body: (LogLine) -> Void
  ) -> Bool {
    if line.text.contains(0x0a), !streamsEndLines {
      streamsEndLines = true
      for var part in Self.taken(&undecided) {
        joinFragments(&part.line)
        deliverLines(part.line, prefix: part.prefix, part.depth, body)
      }
    }
    if streamsEndLines {
      joinFragments(&line)
      return false
    }
    if isDecided { return false }
    undecided.append(Undecided(line: line, prefix: prefix, depth: depth))
    // Docker splits lines at 16 KiB.
    if undecided.count(where: { $0.line.text.count < 16_000 }) >= Self.undecidedLimit
      || undecided.count > Self.fragmentCount
    {
      endUndecided(body)
    }
    return true
  }

  private static func taken(_ list: inout [Undecided]) -> [Undecided] {
    defer { list = [] }
    return list
  }

  private mutating func endUndecided(_ body: (LogLine) -> Void) {
    isDecided = true
    for part in Self.taken(&undecided) {
      deliverLines(part.line, prefix: part.prefix, part.depth, body)
    }
  }

  /// Docker and `go test -json` write long lines, and lines without an end, in pieces: the
  /// beginning waits for the end.
  private mutating func joinFragments(_ line: inout LogLine) {
    if !fragments.isEmpty, let front = fragments.removeValue(forKey: line.process) {
      line.text = (front + line.text)[...]
    }
    guard line.text.last != 0x0a, line.text.count < Self.fragmentLimit,
      fragments.count < Self.fragmentCount
    else { return }
    let end = line.text.lastIndex(of: 0x0a).map { $0 + 1 } ?? line.text.startIndex
    fragments[line.process] = Array(line.text[end...])
    line.text = line.text[..<end]
  }

  /// Passes on each line of a text.
  private mutating func deliverLines(
    _ line: LogLine, endedBy mark: UInt8 = 0x0a, prefix: ArraySlice<UInt8>, _ depth: Int,
    _ body: (LogLine) -> Void
  ) {
    var start = line.text.startIndex
    while start < line.text.endIndex {
      let end = line.text.position(of: mark, from: start) ?? line.text.endIndex
      var part = line
      part.text = line.text[start..<end]
      while part.text.last == 0x0d { part.text.removeLast() }
      if !prefix.isEmpty { part.text = (prefix + part.text)[...] }
      deliver(part, depth, body)
      start = end + 1
    }
  }

  /// Passes on a line, or what is wrapped in it.
  private mutating func deliver(_ line: LogLine, _ depth: Int, _ body: (LogLine) -> Void) {
    var marks = ByteMarks(line.text)
    if marks.isEmpty, !(line.text.first?.isDigit ?? false) { return body(line) }
    if marks.contains(.carriage) {
      return deliverLines(line, endedBy: 0x0d, prefix: [], depth, body)
    }
    var line = line
    if TerminalSequences.mayStand(in: line.text, marks) {
      line.text = TerminalSequences.removed(from: line.text)[...]
      marks = ByteMarks(line.text)
    }
    if marks.contains(.wide), line.text.contains(text: "\u{a0}") {
      line.text = Self.withPlainBlanks(line.text)
    }
    if marks.contains(.ampersand), LiteralEscapes.hasEntities(line.text) {
      line.text = LiteralEscapes.withoutEntities(line.text)
      marks = ByteMarks(line.text)
    }
    if depth < Self.depthLimit, unwrap(line, marks, depth, body) { return }
    body(line)
  }

  /// Replaces no-break spaces, as copied from a web page, with one byte each.
  private static func withPlainBlanks(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let isBlank = text.has("\u{a0}", at: index)
      result.append(isBlank ? 0x20 : text[index])
      index += isBlank ? 2 : 1
    }
    return result[...]
  }

  /// Returns false when nothing is wrapped in the line.
  private mutating func unwrap(
    _ line: LogLine, _ marks: ByteMarks, _ depth: Int, _ body: (LogLine) -> Void
  ) -> Bool {
    let text = line.text
    if let container = ContainerLine(text), joinParts(container, line, depth, body) { return true }
    if !marks.isDisjoint(with: [.brace, .bracket]) {
      let front = text.trimmedFront.first
      if front == UInt8(ascii: "{") || front == UInt8(ascii: "[") {
        if unwrapJSON(line, at: text.startIndex, depth, body) { return true }
      }
    }
    if marks.isSuperset(of: [.brace, .quote]), let brace = text.position(of: "{\""),
      unwrapJSON(line, at: brace, depth, body)
    {
      return true
    }
    if marks.contains(.equals), let fields = FieldLine(text, marks, &roles) {
      let prefix: ArraySlice<UInt8> = fields.prefix.isEmpty ? [] : (fields.prefix + [0x20])[...]
      let name = fields.name
      for text in fields.texts {
        let inner = LogLine(
          text, number: line.number, process: name.isEmpty ? line.process : name,
          time: fields.time.isEmpty ? line.time : fields.time)
        deliverLines(inner, prefix: prefix, depth + 1, body)
      }
      return true
    }
    if !marks.isDisjoint(with: [.backslash, .hash]), let resolved = LiteralEscapes.resolved(text) {
      var inner = line
      inner.text = resolved[...]
      deliverLines(inner, prefix: [], depth + 1, body)
      return true
    }
    return false
  }

  /// - Parameter start: where the JSON begins, after any prefix.
  private mutating func unwrapJSON(
    _ line: LogLine, at start: Int, _ depth: Int, _ body: (LogLine) -> Void
  ) -> Bool {
    if depth == 0, start == line.text.startIndex {
      // A document may continue in the next lines.
      guard !json.isOpen else { return false }
      var records: [Record] = []
      let outcome = json.feed(line.text, number: line.number) { records.append(Record($0, $1, $2)) }
      let isWhole = Self.isWhole(outcome, line.text)
      if outcome != .open { json.reset() }
      guard isWhole || outcome == .open || outcome == .cut && !records.isEmpty else { return false }
      if isWhole, records.isEmpty { return false }
      for record in records { deliver(record, prefix: [], depth + 1, body) }
      return true
    }
    inner.reset()
    var records: [Record] = []
    let outcome = inner.feed(line.text[start...], number: line.number) {
      records.append(Record($0, $1.isEmpty ? line.process : $1, $2.isEmpty ? line.time : $2))
    }
    guard Self.isWhole(outcome, line.text) || outcome == .cut, !records.isEmpty else {
      return false
    }
    for record in records {
      deliver(record, prefix: line.text[..<start], depth + 1, body)
    }
    return true
  }

  private static func isWhole(_ outcome: JSONRecords.Outcome, _ text: ArraySlice<UInt8>) -> Bool {
    guard case .complete(let end) = outcome else { return false }
    // Fluent Bit puts records in lists of two.
    return text[end...].allSatisfy {
      $0.isBlank || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "]")
    }
  }

  /// Container runtimes split long lines, and mark all parts but the last.
  private mutating func joinParts(
    _ part: ContainerLine, _ line: LogLine, _ depth: Int, _ body: (LogLine) -> Void
  ) -> Bool {
    let key = line.process + "\u{0}" + part.stream.text
    let front = fragments.removeValue(forKey: key)
    if part.isPartial {
      guard fragments.count < Self.fragmentCount, (front?.count ?? 0) < Self.fragmentLimit else {
        return false
      }
      fragments[key] = (front ?? []) + part.text
      return true
    }
    guard let front else { return false }
    var whole = line
    whole.text = (line.text[..<part.text.startIndex] + front + part.text)[...]
    deliver(whole, depth + 1, body)
    return true
  }
}

/// A line of a container's log in the format of Kubernetes' runtimes (CRI):
/// `2026-01-02T03:04:05.6Z stderr F text`.
struct ContainerLine {
  var stream: ArraySlice<UInt8>
  var isPartial: Bool
  var text: ArraySlice<UInt8>

  init?(_ line: ArraySlice<UInt8>) {
    guard let first = line.first, first.isDigit,
      let blank = line.prefix(48).position(of: 0x20)
    else { return nil }
    let isOutput = line.has(" stdout ", at: blank)
    guard isOutput || line.has(" stderr ", at: blank) else { return nil }
    let tag = blank + 8
    isPartial = line.has("P ", at: tag)
    guard isPartial || line.has("F ", at: tag) else { return nil }
    stream = line[(blank + 1)..<(blank + 7)]
    text = line[(tag + 2)...]
  }
}
