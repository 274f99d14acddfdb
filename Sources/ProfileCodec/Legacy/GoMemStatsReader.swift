import LogText

/// Reads the block `# runtime.MemStats`.
struct GoMemStatsReader {
  /// Go writes 27 numbers. A text with many more is not Go's.
  private static let fieldLimit = 128

  /// Nil before the block begins.
  private(set) var stats: GoMemStats?

  /// Reads a comment; false when it is not part of the block.
  ///
  /// Values that are not numbers, such as lists of pauses, are left out.
  mutating func read(_ lines: LineReader) -> Bool {
    let line = lines.trimmedLine
    guard stats != nil else {
      if lines.bytes[line].equals("# runtime.MemStats") { stats = GoMemStats() }
      return stats != nil
    }
    var scanner = ByteCursor(lines.bytes[line])
    guard scanner.take("# ") else { return false }
    let name = scanner.takeWhile { !isSpace($0) }
    guard !name.isEmpty, scanner.take(" = ") else { return false }
    append(named: lines.bytes[name].text, scanner)
    return true
  }

  private mutating func append(named name: String, _ rest: ByteCursor) {
    var scanner = rest
    let bytes = scanner.bytes
    guard let digits = scanner.takeDigits(), (stats?.fields.count ?? 0) < Self.fieldLimit else {
      return
    }
    if scanner.next == nil, let value = bytes.decimal(digits) {
      stats?.fields.append(GoMemStats.Field(name: name, value: value))
    } else if scanner.take(" / "), let sysDigits = scanner.takeDigits(), scanner.next == nil,
      let inuse = bytes.decimal(digits), let sys = bytes.decimal(sysDigits)
    {
      stats?.fields.append(GoMemStats.Field(name: name + "Inuse", value: inuse))
      stats?.fields.append(GoMemStats.Field(name: name + "Sys", value: sys))
    } else if name == "GCCPUFraction" {
      stats?.gcCPUFraction = Double(rest.rest.text)
    }
  }
}
