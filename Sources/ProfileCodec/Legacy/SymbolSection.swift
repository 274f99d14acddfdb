import LogText
import ProfileModel

/// Reads what `pprof --raw` and `jeprof --raw` of gperftools and jemalloc write: a table of names,
/// then a profile in one of the forms that have only addresses. Nil when the bytes do not begin
/// with such a table.
///
/// ```
/// --- symbol
/// binary=/usr/bin/store
/// 0x000000000045a1f2 store::put(Key const&)
/// 0x000000000045a0b8 main--store::scan(int)
/// ---
/// --- heap
/// heap_v2/524288
/// ```
///
/// `--` separates the names of inlined functions, each inlined into the one before.
func readSymbolSection(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  guard lines.advance(), lines.hasPrefix("--- symbol") else { return nil }
  var symbols = SymbolSection()
  while lines.advance(), !lines.hasPrefix("---") { symbols.read(lines) }
  // After the end of the table, the kind of the profile, if it is given.
  if bytes[lines.trimmedLine].equals("---") { _ = lines.advance() }
  let mark = lines.line.lowerBound
  let skippedLines = lines.number
  var texts: [(text: ArraySlice<UInt8>, lines: Int)] = [(bytes[mark...], skippedLines - 1)]
  if lines.hasPrefix("---") {
    texts.insert((bytes[lines.offset...], skippedLines), at: 0)
    if lines.contains("contention") {
      let header = Array("--- contentionz 1 ---\n".utf8)
      texts.append((ArraySlice(header + bytes[lines.offset...]), skippedLines - 1))
    }
  }
  for (text, lineCount) in texts {
    var reading: LegacyReading?
    do { reading = try readPlainLegacyProfile(Array(text), options: options) } catch {
      throw error.moved(lines: lineCount, bytes: bytes.count - text.count)
    }
    guard var reading else { continue }
    symbols.name(&reading.profile)
    reading.leftOut = reading.leftOut?.moved(lines: lineCount, bytes: bytes.count - text.count)
    return reading
  }
  throw LegacyProfileError(
    .symbolized, .line(skippedLines),
    .unexpected(expected: "a heap, CPU or contention profile after the symbols"))
}

/// Names by address.
private struct SymbolSection {
  /// The functions at an address, the outermost first.
  private var names: [UInt64: [[UInt8]]] = [:]
  private var binary: [UInt8] = []

  mutating func read(_ lines: LineReader) {
    let line = lines.trimmedLine
    var scanner = ByteCursor(lines.bytes[line])
    if scanner.take("binary=") {
      binary = Array(lines.bytes[scanner.position..<line.upperBound])
      return
    }
    guard scanner.take("0x"), let digits = scanner.takeHexDigits(),
      let address = lines.bytes.hexadecimal(digits)
    else { return }
    let text = lines.bytes[lines.bytes.trimmed(scanner.position..<line.upperBound)]
    let found = functions(text)
    if !found.isEmpty { names[address] = found }
  }

  /// Splits a text at `--`, except in C++'s `operator--`.
  private func functions(_ text: ArraySlice<UInt8>) -> [[UInt8]] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    var index = start
    while index + 1 < text.endIndex {
      let isDash = text[index] == UInt8(ascii: "-") && text[index + 1] == UInt8(ascii: "-")
      if !isDash {
        index += 1
        continue
      }
      if !text[start..<index].suffix(8).elementsEqual("operator".utf8) {
        pieces.append(text[start..<index])
        start = index + 2
      }
      index += 2
    }
    pieces.append(text[start...])
    let blank = UInt8(ascii: " ")
    return pieces.map { piece in
      Array(piece.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed())
    }
    // An address, or what addr2line prints for an unknown one, is not a name.
    .filter { !$0.isEmpty && !$0.starts(with: "0x".utf8) && !$0.starts(with: "??".utf8) }
  }

  /// Names the locations of a profile that have no name yet.
  ///
  /// Those of return addresses are 1 below what the profile's text has. Some tables name the
  /// address in the text and some the one below it, where the call is. The convention that names
  /// more locations takes precedence.
  func name(_ profile: inout Profile) {
    let addresses = profile.locations.addresses
    let exact = addresses.count { names[$0 &+ 1] != nil }
    let lowered = addresses.count { names[$0] != nil }
    var functionOfName: [[UInt8]: FunctionID] = [:]
    var isComplete = true
    var lines: [SourceLine] = []
    var lineEnds: [Int] = []
    for (row, address) in addresses.enumerated() {
      let known = profile.locations.lines[profile.locations.lineRange(of: row)]
      let found =
        exact >= lowered
        ? names[address &+ 1] ?? names[address] : names[address] ?? names[address &+ 1]
      if known.isEmpty, let found {
        for name in found.reversed() {
          let function = functionOfName[name] ?? profile.appendFunction(named: name)
          functionOfName[name] = function
          lines.append(SourceLine(function: function, line: 0))
        }
      } else {
        lines += known
        if known.isEmpty { isComplete = false }
      }
      lineEnds.append(lines.count)
    }
    profile.locations.lines = lines
    profile.locations.lineEnds = lineEnds
    for row in profile.mappings.indices where isComplete {
      profile.mappings[row].hasFunctions = true
    }
    if !binary.isEmpty, profile.mappings.isEmpty {
      profile.mappings = [Mapping(id: 1, file: profile.strings.intern(binary))]
      profile.mappings[0].hasFunctions = isComplete
      profile.locations.mappings = addresses.map { _ in MappingID(0) }
    } else if !binary.isEmpty, profile.mappings[0].file == .empty {
      profile.mappings[0].file = profile.strings.intern(binary)
    }
  }
}

extension Profile {
  fileprivate mutating func appendFunction(named name: [UInt8]) -> FunctionID {
    let text = strings.intern(name)
    return functions.append(
      id: UInt64(functions.count) + 1, name: text, systemName: text, file: .empty, startLine: 0)
  }
}
