import LogText
import ProfileModel

/// Reads the `#` lines after a sample of Go's text profiles, and builds the same stack from them as
/// the protobuf form has.
///
/// ```
/// #\t0x499a50\tfmt.Sprint+0x50\t/opt/go/src/fmt/print.go:280
/// ```
///
/// The lines omit `runtime.goexit` at the root and the runtime's frames at the leaf. Such unnamed
/// frames would be the leaf of most stacks, so they are left out here too: flat belongs to the
/// function that called the runtime.
struct GoSymbolReader {
  private struct Frame {
    var address: UInt64

    /// Where the machine code containing the address begins. Functions inlined into one another
    /// share it.
    var entry: UInt64?

    /// Nil when the runtime had no symbol.
    var name: Range<Int>?
    var file: Range<Int>
    var line: Int64
  }

  /// Whether any line had a name.
  private(set) var hasFoundSymbols = false
  private var frames: [Frame] = []

  /// Whether lines were read since the last sample.
  var hasFrames: Bool { !frames.isEmpty }

  mutating func forgetFrames() { frames.removeAll(keepingCapacity: true) }

  /// Reads a comment; comments without an address are ignored.
  mutating func read(_ lines: LineReader) {
    guard let line = SymbolLine(lines.bytes[lines.line]) else { return }
    if !line.name.isEmpty { hasFoundSymbols = true }
    frames.append(
      Frame(
        address: line.address, entry: line.offset.map { line.address &- $0 },
        name: line.name.isEmpty ? nil : line.name, file: line.file, line: line.line ?? 0))
  }

  /// Returns the stack of the sample whose lines were read, and forgets the lines.
  ///
  /// - Parameter addresses: what the sample lists, each lowered by 1. Addresses without a `#` line
  ///   stay in the stack without symbols, except the last one and the leading ones.
  /// - Returns: nil when a line does not belong to the next of these addresses.
  mutating func takeStack(
    of addresses: [UInt64], bytes: [UInt8], in builder: inout LegacyProfileBuilder
  ) -> [LocationID]? {
    defer { forgetFrames() }
    var stack: [LocationID] = []
    var nextAddress = 0
    var groupStart = 0
    for index in frames.indices {
      let address = frames[index].address
      // The runtime lowers an address by 1 unless a function begins there.
      func isAt(_ row: Int) -> Bool { addresses[row] == address || addresses[row] &+ 1 == address }
      if nextAddress < addresses.count, isAt(nextAddress) {
        nextAddress += 1
        continue
      }
      // Old Go versions write several lines for one address, when functions are inlined there.
      if index > 0, nextAddress > 0, isAt(nextAddress - 1) { continue }
      let gapStart = nextAddress
      while nextAddress < addresses.count, !isAt(nextAddress) { nextAddress += 1 }
      if nextAddress == addresses.count { return nil }
      if index > 0 {
        appendLocations(of: groupStart..<index, bytes, to: &stack, in: &builder)
        groupStart = index
        for row in gapStart..<nextAddress { stack.append(builder.location(at: addresses[row])) }
      }
      nextAddress += 1
    }
    appendLocations(of: groupStart..<frames.count, bytes, to: &stack, in: &builder)
    for address in addresses[nextAddress...].dropLast() {
      stack.append(builder.location(at: address))
    }
    return stack
  }

  /// Adds the locations of consecutive frames.
  ///
  /// Functions inlined into one another become the lines of one location. In a run of frames with
  /// one entry, the last is the function that the code was compiled for, and each frame of that
  /// name completes a call of it.
  private func appendLocations(
    of range: Range<Int>, _ bytes: [UInt8], to stack: inout [LocationID],
    in builder: inout LegacyProfileBuilder
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      guard let entry = frames[start].entry else {
        stack.append(location(of: start..<(start + 1), bytes, in: &builder))
        start += 1
        continue
      }
      var end = start + 1
      while end < range.upperBound, frames[end].entry == entry { end += 1 }
      let outermost = frames[end - 1].name.map { bytes[$0] }
      for index in start..<end where frames[index].name.map({ bytes[$0] }) == outermost {
        stack.append(location(of: start..<(index + 1), bytes, in: &builder))
        start = index + 1
      }
    }
  }

  private func location(
    of range: Range<Int>, _ bytes: [UInt8], in builder: inout LegacyProfileBuilder
  ) -> LocationID {
    let address = frames[range.lowerBound].address
    let lines = frames[range].compactMap { frame -> SourceLine? in
      guard let name = frame.name else { return nil }
      let nameID = builder.header.strings.intern(bytes[name])
      let fileID = builder.header.strings.intern(bytes[frame.file])
      return SourceLine(
        function: builder.function(name: nameID, file: fileID), line: frame.line)
    }
    return lines.isEmpty
      ? builder.location(at: address) : builder.location(at: address, lines: lines)
  }
}

extension Profile {
  /// Records that functions, files and lines are known. Go does so in the protobuf form, which
  /// drops no frames either.
  mutating func markGoSymbols(areComplete: Bool) {
    dropFrames = .empty
    keepFrames = .empty
    for index in mappings.indices where areComplete {
      mappings[index].hasFunctions = true
      mappings[index].hasFilenames = true
      mappings[index].hasLineNumbers = true
    }
  }
}
