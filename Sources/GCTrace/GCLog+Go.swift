import LogText

/// A line that begins as one of a collection, and may go on in the next one.
struct WrappedLine: Sendable {
  var pieces: [[UInt8]]
  var prefix: LinePrefix
  var place: GCOrder.Place

  /// The line that the last piece stood in.
  var number: Int

  /// What the first piece says by itself.
  var event: GCEvent?
  var count: Int { pieces.count }
}

extension GCLog {
  /// Something wraps lines at 72 columns or more, so no collection has more pieces.
  private static let pieceLimit = 5

  mutating func addGo(_ line: LogLine) -> Bool {
    let text = line.text
    var start = text.startIndex
    while let found = text.position(of: "gc", from: start) {
      start = found + 2
      // A prefix, such as a container's time stamp, may stand in front.
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

  /// How much of ` (forced)` ends a line, perhaps nothing; nil where it is whole, or another
  /// word ends the line.
  private static func forcedTail(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    if line.last == UInt8(ascii: "P") { return [] }
    return (1..<forcedMark.count).reversed().map { Array(forcedMark.prefix($0)) }
      .first { tail in
        line.suffix(tail.count).elementsEqual(tail)
          && line.dropLast(tail.count).last == UInt8(ascii: "P")
      }
  }

  /// Whether a line is what such a tail lacks.
  private static func isForced(_ tail: [UInt8], _ line: ArraySlice<UInt8>) -> Bool {
    (tail + line.trimmed)[...].trimmed.elementsEqual(forcedMark.dropFirst())
      || (tail + line)[...].trimmed.elementsEqual(forcedMark.dropFirst())
  }

  /// Takes a line as what follows the beginning of a collection.
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
        // The pieces before this one were no lines that nobody understood.
        lines.read += joined.count - 1
        return true
      }
    }
    wrapped = joined
    return false
  }

  /// All ways to put pieces together: a terminal cuts anywhere, a text editor at a blank,
  /// which is gone then.
  private static func joints(_ pieces: [[UInt8]]) -> [[UInt8]] {
    pieces.dropFirst().reduce([pieces[0]]) { fronts, piece in
      fronts.flatMap { front in
        let trimmed = Array(piece[...].trimmedFront)
        return [front + piece, front + [0x20] + trimmed, front + trimmed]
      }
    }
  }

  /// What began as a collection is one as far as it goes, or none.
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

  /// Whether a line has what the pacer begins its with, at the front or after a prefix.
  static func hasWord(_ word: StaticString, in line: ArraySlice<UInt8>) -> Bool {
    guard let found = line.position(of: word) else { return false }
    return found == line.startIndex || line[found - 1].isBlank
  }

  /// Gives Go's collections their processes and runs.
  mutating func putInOrder() {
    var ordered = order.finish()
    isNewestFirst = ordered.isNewestFirst
    repeated = ordered.repeated
    hasMoreProcesses = ordered.hasMoreProcesses
    processes = ordered.processes
    for row in ordered.runs.indices {
      let number = newRun()
      // A log may have hundreds of thousands: they are not held twice.
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
