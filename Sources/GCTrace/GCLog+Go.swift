import LogText

/// A line that begins as a collection does, and may continue in the next one.
struct WrappedLine: Sendable {
  var pieces: [[UInt8]]
  var prefix: LinePrefix
  var place: GCOrder.Place

  /// The number of the last piece's line.
  var number: Int

  /// The event in the first piece alone.
  var event: GCEvent?
  var count: Int { pieces.count }
}

extension GCLog {
  /// Lines are wrapped at 72 columns or more, so no collection has more pieces.
  private static let pieceLimit = 5

  mutating func addGo(_ line: LogLine) -> Bool {
    let text = line.text
    var start = text.startIndex
    while let found = text.position(of: "gc", from: start) {
      start = found + 2
      // A prefix, such as a container's timestamp, may precede it.
      if found > text.startIndex, Self.isWordByte(text[found - 1]) { continue }
      let reading = GoTraceLine.reading(text, at: found)
      guard reading != nil || GoTraceLine.begins(text, at: found) else { continue }
      endWrapped()
      let prefix = LinePrefix(text[..<found])
      let place = GCOrder.Place(
        process: line.process, prefix: prefix.name,
        seconds: prefix.seconds ?? LogTime.seconds(line.time))
      if let reading, reading.isWhole {
        keep(reading.event, place)
        forcedTail = Self.forcedTail(text)
        return true
      }
      wrapped = WrappedLine(
        pieces: [Array(text[found...])], prefix: prefix, place: place, number: line.number,
        event: reading?.event)
      return false
    }
    if wrapped != nil, joinWrapped(line) { return true }
    if let tail = forcedTail {
      forcedTail = nil
      if Self.isForced(tail, text) {
        order.forceLast()
        return true
      }
    }
    if addScavenge(line) { return false }
    if Self.hasWord("pacer: ", in: text) { lines.pacer += 1 }
    return false
  }

  private static let forcedMark: [UInt8] = Array(" (forced)".utf8)

  /// The part of ` (forced)` at the end of a line, perhaps empty; nil when the word is complete, or
  /// another one ends the line.
  private static func forcedTail(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    if line.last == UInt8(ascii: "P") { return [] }
    return (1..<forcedMark.count).reversed().map { Array(forcedMark.prefix($0)) }
      .first { tail in
        line.suffix(tail.count).elementsEqual(tail)
          && line.dropLast(tail.count).last == UInt8(ascii: "P")
      }
  }

  /// Whether a line is the rest of ` (forced)`.
  private static func isForced(_ tail: [UInt8], _ line: ArraySlice<UInt8>) -> Bool {
    (tail + line.trimmed)[...].trimmed.elementsEqual(forcedMark.dropFirst())
      || (tail + line)[...].trimmed.elementsEqual(forcedMark.dropFirst())
  }

  /// Takes a line as the continuation of a wrapped collection.
  private mutating func joinWrapped(_ line: LogLine) -> Bool {
    guard var joined = wrapped else { return false }
    let start = joined.prefix.textStarts(in: line.text).first ?? line.text.startIndex
    let piece = line.text[start...]
    guard joined.count < Self.pieceLimit, piece.count < 256, piece.contains(where: { !$0.isBlank })
    else {
      endWrapped()
      return false
    }
    joined.pieces.append(Array(piece))
    joined.number = line.number
    for text in Self.joints(joined.pieces) {
      if let reading = GoTraceLine.reading(text[...], at: 0), reading.isWhole {
        wrapped = nil
        keep(reading.event, joined.place)
        forcedTail = Self.forcedTail(text[...])
        // The pieces before this one were understood after all.
        lines.read += joined.count - 1
        return true
      }
    }
    wrapped = joined
    return false
  }

  /// All possible ways to join pieces: a terminal wraps lines anywhere, a text editor at a blank,
  /// which it removes.
  private static func joints(_ pieces: [[UInt8]]) -> [[UInt8]] {
    pieces.dropFirst().reduce([pieces[0]]) { fronts, piece in
      fronts.flatMap { front in
        let trimmed = Array(piece[...].trimmedFront)
        return [front + piece, front + [0x20] + trimmed, front + trimmed]
      }
    }
  }

  /// Ends a wrapped line: keeps what was read of its collection, if anything.
  mutating func endWrapped() {
    guard let line = wrapped else { return }
    wrapped = nil
    lines.damaged += 1
    if let event = line.event { keep(event, line.place) }
    for piece in line.pieces.dropFirst() { tally.miss(piece[...], number: line.number) }
    if line.event == nil { tally.miss(line.pieces[0][...], number: line.number - line.count + 1) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_")
  }

  /// Whether a line has a word, such as the pacer's, at the front or after a prefix.
  static func hasWord(_ word: StaticString, in line: ArraySlice<UInt8>) -> Bool {
    guard let found = line.position(of: word) else { return false }
    return found == line.startIndex || line[found - 1].isBlank
  }

  /// Assigns Go's collections to processes and runs.
  mutating func putInOrder() {
    var ordered = order.finish()
    isNewestFirst = ordered.isNewestFirst
    repeated = ordered.repeated
    hasMoreProcesses = ordered.hasMoreProcesses
    processes = ordered.processes
    for row in ordered.runs.indices {
      let number = newRun()
      // A log may have hundreds of thousands of events, so they are not copied.
      var run = GCOrder.Run(process: 0)
      swap(&run, &ordered.runs[row])
      for var event in run.events {
        event.run = number
        event.process = run.process
        events.append(event)
      }
    }
    order = GCOrder()
  }
}
