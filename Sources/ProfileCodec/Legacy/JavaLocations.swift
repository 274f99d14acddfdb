import LogText
import ProfileModel

/// Reads the names at the end of a Java profile and returns the profile.
///
/// Each line is `0xNUMBER NAME (FILE:LINE)`, `0xNUMBER NAME (LIBRARY)` or `0xNUMBER NAME`; all
/// other lines are skipped. It begins with the line that was read last.
func readJavaLocations(
  _ lines: inout LineReader, into builder: inout LegacyProfileBuilder, _ format: LegacyFormat
) throws(LegacyProfileError) -> Profile {
  let bytes = lines.bytes
  var names: [Int: JavaFrameName] = [:]
  /// As in pprof, a function has the file that its name first occurred with.
  var fileOfName: [StringID: StringID] = [:]
  repeat {
    var scanner = ByteCursor(bytes[lines.trimmedLine])
    guard scanner.take("0x"), let digits = scanner.takeHexDigits(),
      !scanner.takeWhile(isSpace).isEmpty
    else { continue }
    guard let address = bytes.hexadecimal(digits) else {
      throw LegacyProfileError(format, .line(lines.number), .outOfRange(what: "address"))
    }
    guard let location = builder.knownLocation(at: address) else { continue }
    let name = JavaFrameName(scanner, &builder.header.strings)
    if fileOfName[name.function] == nil { fileOfName[name.function] = name.file }
    names[location.index] = name
  } while lines.advance()

  // In the order of the locations, so that functions are numbered by first use.
  for index in 0..<builder.locationCount {
    guard let name = names[index] else { continue }
    let function = builder.function(
      name: name.function, file: fileOfName[name.function] ?? name.file)
    builder.symbolize(LocationID(index), as: SourceLine(function: function, line: name.line))
  }
  var profile = try builder.finish(memoryMap: MemoryMap())
  // These are numbers of frames; another profile assigns them differently.
  for index in profile.locations.addresses.indices { profile.locations.addresses[index] = 0 }
  return profile
}

/// The function, file and line of a frame.
private struct JavaFrameName {
  var function: StringID
  var file: StringID = .empty

  /// 0 when unknown.
  var line: Int64 = 0

  init(_ scanner: ByteCursor, _ strings: inout StringTable) {
    let bytes = scanner.bytes
    let text = scanner.rest.indices
    if let (name, file, line) = bytes.nameWithLine(text) {
      function = strings.intern(bytes[name])
      self.file = strings.intern(bytes[file])
      self.line = max(0, bytes.signedDecimal(line) ?? 0)
    } else if let (name, path) = bytes.nameWithPath(text) {
      function = strings.intern(bytes[name])
      file = strings.intern(bytes.lastPathElement(path))
    } else {
      var scanner = scanner
      function =
        scanner.moveTo("generated stub/JIT")
        ? strings.intern("STUB") : strings.intern(bytes[text])
    }
  }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// Splits `NAME (FILE:LINE)`, at the last ` (` with a file after it.
  fileprivate func nameWithLine(
    _ text: Range<Int>
  ) -> (name: Range<Int>, file: Range<Int>, line: Range<Int>)? {
    guard let last = text.last, self[last] == UInt8(ascii: ")") else { return nil }
    let digits = run(before: last, from: text.lowerBound, \.isDigit)
    var line = digits
    if digits.lowerBound > text.lowerBound, self[digits.lowerBound - 1] == UInt8(ascii: "-") {
      line = (digits.lowerBound - 1)..<last
    }
    let colon = line.lowerBound - 1
    guard !digits.isEmpty, colon > text.lowerBound, self[colon] == UInt8(ascii: ":"),
      let open = lastOpenParenthesis(text.lowerBound..<(colon - 1))
    else { return nil }
    return (text.lowerBound..<(open - 1), (open + 1)..<colon, line)
  }

  /// Splits `NAME (PATH)`, at the last ` (`.
  fileprivate func nameWithPath(_ text: Range<Int>) -> (name: Range<Int>, path: Range<Int>)? {
    guard let last = text.last, self[last] == UInt8(ascii: ")"),
      let open = lastOpenParenthesis(text.lowerBound..<last)
    else { return nil }
    return (text.lowerBound..<(open - 1), (open + 1)..<last)
  }

  /// Returns the position of the last `(` after white space.
  private func lastOpenParenthesis(_ range: Range<Int>) -> Int? {
    range.dropFirst().last { self[$0] == UInt8(ascii: "(") && isSpace(self[$0 - 1]) }
  }

  /// Returns the part after the last slash of a path, as `basename` does.
  fileprivate func lastPathElement(_ path: Range<Int>) -> [UInt8] {
    if path.isEmpty { return [UInt8(ascii: ".")] }
    var end = path.upperBound
    while end > path.lowerBound, self[end - 1] == UInt8(ascii: "/") { end -= 1 }
    if end == path.lowerBound { return [UInt8(ascii: "/")] }
    return Array(self[run(before: end, from: path.lowerBound) { $0 != UInt8(ascii: "/") }])
  }
}
