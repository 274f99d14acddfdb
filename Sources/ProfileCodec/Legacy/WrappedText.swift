import LogText

/// A text profile that was copied or logged: in another encoding, coloured, wrapped in JSON, with a
/// prefix on each line, or with lines broken at a fixed width.
struct WrappedText {
  /// The profile's own text.
  private(set) var bytes: [UInt8] = []

  /// By line of the text: its line in the file.
  private var numbers: [Int] = []

  /// The beginnings of the text forms.
  private static let titles: [StaticString] = [
    "heap profile: ", "goroutine profile: total ", "goroutineleak profile: total ",
    "threadcreate profile: total ", "--- contention", "--- mutex:", "heap_v2/", "--- symbol",
    "--- heap", "--- threadz",
  ]

  /// Tools that break lines use at least this width.
  private static let leastWidth = 60

  /// - Returns: nil when no line begins a profile, or the text is not wrapped.
  init?(_ file: [UInt8]) {
    var lines: [LogLine] = []
    var reader = LogReader()
    reader.add(file[...]) { lines.append($0) }
    reader.finish { lines.append($0) }
    guard let (first, start) = Self.beginning(lines) else { return nil }
    let title = lines[first].text
    let prefix = LinePrefix(title[..<start])
    append(title[start...], lines[first].number)
    for line in lines[(first + 1)...] {
      let text = line.text[(prefix.textStarts(in: line.text).first ?? line.text.startIndex)...]
      if goesOn(text) {
        bytes.removeLast()
        bytes += text + [0x0a]
      } else {
        append(text, line.number)
      }
    }
    if bytes == file || bytes.dropLast() == file[...] { return nil }
  }

  private static func beginning(_ lines: [LogLine]) -> (line: Int, start: Int)? {
    for (index, line) in lines.enumerated() {
      for title in titles {
        if let start = line.text.position(of: title) { return (index, start) }
      }
    }
    return nil
  }

  private mutating func append(_ line: ArraySlice<UInt8>, _ number: Int) {
    bytes += line + [0x0a]
    numbers.append(number)
  }

  /// Whether a line continues the one before: that one is as long as broken lines are, and this one
  /// begins like no line of a profile.
  private func goesOn(_ text: ArraySlice<UInt8>) -> Bool {
    let start = bytes.dropLast().lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    let before = bytes[start...].dropLast()
    guard before.count >= Self.leastWidth, let first = text.first, !first.isBlank,
      first != UInt8(ascii: "#"), first != UInt8(ascii: "-"), first != UInt8(ascii: "@")
    else { return false }
    if before.first == UInt8(ascii: "#") {
      // A list of pauses, or a name or a file.
      if before.contains(text: " = [") { return before.last != UInt8(ascii: "]") }
      return SymbolLine(before)?.line == nil || text.allSatisfy(\.isDigit)
    }
    return before.contains(text: " @ ")
      && text.allSatisfy { $0.hexDigit != nil || $0 == UInt8(ascii: "x") || $0.isBlank }
  }

  /// The same error, with its line in the file.
  func located(_ error: LegacyProfileError) -> LegacyProfileError {
    guard case .line(let line) = error.position, numbers.indices.contains(line - 1) else {
      return error
    }
    return error.moved(lines: numbers[line - 1] - line, bytes: 0)
  }
}

/// Reads a text profile that was copied or logged; nil when the file contains none.
func readWrappedProfile(
  _ file: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  guard let text = WrappedText(file) else { return nil }
  do {
    guard var reading = try readLegacyProfile(text.bytes, options: options) else { return nil }
    if let leftOut = reading.leftOut {
      reading.leftOut = LeftOutRecords(count: leftOut.count, first: text.located(leftOut.first))
    }
    return reading
  } catch {
    throw text.located(error)
  }
}
