/// Functions and lines of code by name, each stored once, for dumps that are not profiles
/// themselves.
package struct NamedLines: Sendable {
  /// Strings, functions and locations, one location per line of code. It has no samples.
  package private(set) var profile = Profile()

  private var functions: [FunctionKey: FunctionID] = [:]
  private var locations: [SourceLine: LocationID] = [:]

  private struct FunctionKey: Hashable {
    var name: StringID
    var file: StringID
  }

  /// No program has more bytes of names.
  private static let nameLimit = 256 << 20

  /// Longer names are cut, since a crafted dump may have lines of megabytes.
  private static let nameLength = 2048

  package init() {}

  /// Returns the row of a function.
  package mutating func function(
    _ name: some Collection<UInt8>, file: some Collection<UInt8> = EmptyCollection()
  ) -> FunctionID {
    let isFull = profile.strings.bytes.count > Self.nameLimit
    let name = isFull ? .empty : profile.strings.intern(name.prefix(Self.nameLength))
    let file = isFull ? .empty : profile.strings.intern(file.prefix(Self.nameLength))
    let key = FunctionKey(name: name, file: file)
    if let known = functions[key] { return known }
    let function = profile.functions.append(
      id: UInt64(functions.count + 1), name: name, systemName: name, file: file, startLine: 0)
    functions[key] = function
    return function
  }

  /// Returns the row of a line of code.
  package mutating func location(
    _ name: some Collection<UInt8>, file: some Collection<UInt8>, line: Int64
  ) -> LocationID {
    let source = SourceLine(function: function(name, file: file), line: line)
    if let known = locations[source] { return known }
    let location = profile.locations.append(
      id: UInt64(locations.count + 1), mapping: .none, address: 0, lines: [source])
    locations[source] = location
    return location
  }
}
