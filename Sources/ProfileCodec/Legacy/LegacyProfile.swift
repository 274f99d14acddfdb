import LogText
package import ProfileModel

/// What to read from a text beyond what pprof reads.
package struct LegacyOptions: Sendable, Equatable {
  /// Read the `#` lines of Go's texts, which name the function, file and line of every address. The
  /// profile then equals the protobuf form: leading runtime frames are gone, inlined functions
  /// share a location, a heap has all four sample types, and no frames are dropped by name. pprof
  /// ignores these lines.
  ///
  /// The text does not give the time, the program's file, or where functions begin; these stay
  /// unknown. It writes the type arguments of generic functions as `[...]`.
  package var useGoSymbols: Bool

  package init(useGoSymbols: Bool = false) { self.useGoSymbols = useGoSymbols }
}

/// A profile read from a legacy format.
package struct LegacyReading: Sendable {
  package var format: LegacyFormat

  /// Its ``Profile/mappings`` are empty when the file has no memory map and no location has an
  /// address, as in Java profiles.
  package var profile: Profile

  /// The counters at the end of Go's text heap profile, if it has them.
  package var goMemStats: GoMemStats?

  /// The text has names for its addresses, but they were not read.
  package var hasUnreadSymbols = false

  /// Nil when all records are in the profile.
  package var leftOut: LeftOutRecords?
}

/// Returns the profile in a legacy format, as pprof reads it, or nil when the bytes begin like none
/// of these formats.
///
/// - Parameter bytes: the whole file, decompressed.
/// - Complexity: linear in the number of bytes.
/// - Throws: ``LegacyProfileError`` when the format is recognized but the file is damaged.
package func readLegacyProfile(_ bytes: [UInt8]) throws(LegacyProfileError) -> Profile? {
  try readLegacyProfile(bytes, options: LegacyOptions())?.profile
}

/// Returns the profile with its accompanying information, or nil when the bytes begin like none of
/// the legacy formats. See ``readLegacyProfile(_:)``.
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

/// Whether a text has lines like `#\t0x499a50\tfmt.Sprint+0x50\t/opt/go/src/fmt/print.go:280`.
private func namesAddresses(_ bytes: [UInt8]) -> Bool {
  var rest = bytes[...]
  while let sign = rest.firstIndex(of: UInt8(ascii: "#")) {
    let isFirst = sign == 0 || bytes[sign - 1] == UInt8(ascii: "\n")
    rest = rest[(sign + 1)...]
    if isFirst, rest.drop(while: isSpace).starts(with: "0x".utf8) { return true }
  }
  return false
}

/// The same, without a table of names before the profile.
func readPlainLegacyProfile(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  // In pprof's order, since a text may match the loose beginnings of several formats.
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
