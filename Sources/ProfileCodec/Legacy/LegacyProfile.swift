import LogText
package import ProfileModel

/// What a reader takes from a text beyond what pprof reads there.
package struct LegacyOptions: Sendable, Equatable {
  /// Read the `#` lines of Go's texts, which name the function, file and line
  /// of every address. Then the profile equals the protobuf form: leading
  /// runtime frames are gone, inlined functions share a location, a heap has
  /// all four sample types, and no frames are dropped by name. pprof ignores
  /// these lines.
  ///
  /// What the text does not say stays unknown: the time, the program's file,
  /// where functions begin, and the type arguments of generic functions, which
  /// it writes as `[...]`.
  package var useGoSymbols: Bool

  package init(useGoSymbols: Bool = false) { self.useGoSymbols = useGoSymbols }
}

/// A profile read from a legacy format.
package struct LegacyReading: Sendable {
  package var format: LegacyFormat

  /// Its ``Profile/mappings`` are empty when the file has no memory map and no
  /// location an address, as in Java profiles.
  package var profile: Profile

  /// The counters at the end of Go's text heap profile, if it has them.
  package var goMemStats: GoMemStats?

  /// The text names its addresses, and the names were not read.
  package var hasUnreadSymbols = false

  /// Nil where all records are in the profile.
  package var leftOut: LeftOutRecords?
}

/// Returns the profile that the bytes hold in a legacy format, as pprof reads
/// it, or nil when they begin like none of them.
///
/// - Parameter bytes: the whole file, decompressed.
/// - Complexity: linear in the number of bytes.
/// - Throws: ``LegacyProfileError`` when a format is recognised and the file damaged.
package func readLegacyProfile(_ bytes: [UInt8]) throws(LegacyProfileError) -> Profile? {
  try readLegacyProfile(bytes, options: LegacyOptions())?.profile
}

/// Returns the profile with what stands beside it, or nil when the bytes begin
/// like none of the legacy formats. See ``readLegacyProfile(_:)``.
package func readLegacyProfile(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  if let reading = try readSymbolSection(bytes, options: options) { return reading }
  guard var reading = try readPlainLegacyProfile(bytes, options: options) else { return nil }
  switch reading.format {
  case .heapText, .goCounts, .contention:
    reading.hasUnreadSymbols = !options.useGoSymbols && namesAddresses(bytes)
  default: break
  }
  return reading
}

/// Whether a text has lines as `#\t0x499a50\tfmt.Sprint+0x50\t/opt/go/src/fmt/print.go:280`.
private func namesAddresses(_ bytes: [UInt8]) -> Bool {
  var rest = bytes[...]
  while let sign = rest.firstIndex(of: UInt8(ascii: "#")) {
    let isFirst = sign == 0 || bytes[sign - 1] == UInt8(ascii: "\n")
    rest = rest[(sign + 1)...]
    if isFirst, rest.drop(while: isSpace).starts(with: "0x".utf8) { return true }
  }
  return false
}

/// The same, without a table of names in front.
func readPlainLegacyProfile(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  // pprof's order: a text may satisfy the loose beginnings of several.
  if let reading = try readBinaryCPU(bytes) { return reading }
  if let reading = try readHeapText(bytes, options: options) { return reading }
  if let reading = try readJemallocHeap(bytes) { return reading }
  if let reading = try readGoCounts(bytes, options: options) { return reading }
  if let reading = try readThreads(bytes) { return reading }
  if let reading = try readContention(bytes, options: options) { return reading }
  if let reading = try readJavaText(bytes) { return reading }
  var lines = LineReader(bytes)
  if lines.advance(), lines.hasPrefix("heap profile:") {
    throw LegacyProfileError(
      .heapText, .line(1),
      .unexpected(expected: "heap profile: objects: bytes [objects: bytes] @ KIND/RATE"))
  }
  return nil
}
