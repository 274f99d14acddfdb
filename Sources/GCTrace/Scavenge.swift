import LogText

/// The memory of a process as Go's scavenger reports it, in bytes. The scavenger returns memory to
/// the system.
package struct Scavenge: Sendable, Equatable {
  /// The process's name in the log.
  package var process: String

  /// The memory taken from the system, and the parts of it that are in use and that were returned.
  package var system: Int64?
  package var inUse: Int64?
  package var released: Int64?

  /// The rest of it: close to the resident memory that the system reports.
  package var consumed: Int64?
}

extension GCLog {
  /// The number of lines that are kept.
  private static let scavengeLimit = 1 << 16

  /// Reads the scavenger's lines:
  ///
  ///     scvg12: 8 MB released
  ///     scvg12: inuse: 101, idle: 152, sys: 253, released: 90, consumed: 163 (MB)
  ///     scav 0 KiB work, 5000 KiB total, 98% util
  ///     scav 0 KiB work (bg), 10 KiB work (eager), 5000 KiB now, 98% util
  ///
  /// The first two are those of Go before 1.14, with GODEBUG=gctrace=1; the others those of
  /// scavtrace=1.
  ///
  /// - Returns: false for any other line.
  mutating func addScavenge(_ line: LogLine) -> Bool {
    let text = line.text
    if let start = text.position(of: "scvg") {
      guard start == text.startIndex || text[start - 1].isBlank else { return false }
      var cursor = ByteCursor(text, at: start + 4)
      _ = cursor.number()
      guard cursor.take(": ") else { return false }
      lines.scavenger += 1
      var scavenge = Scavenge(process: process(of: line, before: start))
      while !cursor.isAtEnd {
        cursor.skipBlanks()
        let word = cursor.position
        while let byte = cursor.next, byte.isLetter { cursor.position += 1 }
        let name = cursor.bytes[word..<cursor.position]
        guard cursor.take(": "), let value = cursor.number(), value < 1 << 40 else { break }
        let bytes = Int64(value) << 20
        if name.equals("sys") {
          scavenge.system = bytes
        } else if name.equals("inuse") {
          scavenge.inUse = bytes
        } else if name.equals("released") {
          scavenge.released = bytes
        } else if name.equals("consumed") {
          scavenge.consumed = bytes
        }
        _ = cursor.take(",")
      }
      if scavenge.system != nil || scavenge.consumed != nil { keep(scavenge) }
      return true
    }
    guard let start = text.position(of: "scav "),
      start == text.startIndex || text[start - 1].isBlank
    else { return false }
    var cursor = ByteCursor(text, at: start + 5)
    guard cursor.number() != nil, cursor.take(" KiB work") else { return false }
    lines.scavenger += 1
    for mark in [" KiB total" as StaticString, " KiB now"] {
      guard let end = text.position(of: mark, from: cursor.position) else { continue }
      var first = end
      while first > cursor.position, text[first - 1].isDigit { first -= 1 }
      var digits = ByteCursor(text, at: first)
      if let value = digits.number(), value < 1 << 50 {
        keep(
          Scavenge(process: process(of: line, before: start), released: Int64(value) << 10))
      }
    }
    return true
  }

  private func process(of line: LogLine, before start: Int) -> String {
    GCOrder.Place(process: line.process, prefix: LinePrefix(line.text[..<start]).name).name
  }

  private mutating func keep(_ scavenge: Scavenge) {
    if scavenges.count >= Self.scavengeLimit { scavenges.removeLast() }
    scavenges.append(scavenge)
  }
}
