import Foundations

/// Functions and lines of code by name, each stored once, for dumps that are not profiles
/// themselves.
package struct NamedLines: Sendable {
  /// Strings, functions and locations, one location per line of code. It has no samples.
  package private(set) var profile = Profile()

  /// By the rows of name and file, and by the rows of functions with their lines.
  private var functions = NumberRows()
  private var locations = NumberRows()

  /// No program has more bytes of names.
  private static let nameLimit = 256 << 20

  /// Longer names are cut, since a crafted dump may have lines of megabytes.
  private static let nameLength = 2048

  package init() {}

  /// Returns the row of a function.
  package mutating func function(
    _ name: ArraySlice<UInt8>, file: ArraySlice<UInt8> = []
  ) -> FunctionID {
    let isFull = profile.strings.bytes.count > Self.nameLimit
    let name = isFull ? .empty : profile.strings.intern(name.prefix(Self.nameLength))
    let file = isFull ? .empty : profile.strings.intern(file.prefix(Self.nameLength))
    let count = functions.count
    let row = functions.row(UInt64(name.rawValue) << 32 | UInt64(file.rawValue))
    if row < count { return FunctionID(row) }
    return profile.functions.append(
      id: UInt64(row + 1), name: name, systemName: name, file: file, startLine: 0)
  }

  /// Returns the row of a line of code; no file has four thousand million lines.
  package mutating func location(
    _ name: ArraySlice<UInt8>, file: ArraySlice<UInt8>, line: Int64
  ) -> LocationID {
    let function = function(name, file: file)
    let line = UInt32(clamping: line)
    let count = locations.count
    let row = locations.row(UInt64(function.rawValue) << 32 | UInt64(line))
    if row < count { return LocationID(row) }
    return profile.locations.append(
      id: UInt64(row + 1), mapping: .none, address: 0,
      lines: [SourceLine(function: function, line: Int64(line))])
  }
}
