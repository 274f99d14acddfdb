/// The lines of a source file, as ranges of its bytes: with short lines, an array for each would
/// take many times the size of the file.
package struct SourceLines: Sendable {
  package let bytes: [UInt8]

  /// Where each line begins.
  private let starts: [UInt32]

  /// Where the last line ends.
  private let end: Int

  /// - Parameter bytes: less than 4 GiB.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let newline = UInt8(ascii: "\n")
    (starts, end) = bytes.withUnsafeBufferPointer { bytes in
      var starts: [UInt32] = []
      var count = 1
      for byte in bytes where byte == newline { count += 1 }
      starts.reserveCapacity(count)
      starts.append(0)
      for index in bytes.indices where bytes[index] == newline { starts.append(UInt32(index) + 1) }
      // The text after the last newline is a line only if it is not empty.
      let rest = bytes[Int(starts[count - 1])...]
      guard rest.isEmpty || rest.count == 1 && rest.last == UInt8(ascii: "\r") else {
        return (starts, bytes.count)
      }
      starts.removeLast()
      return (starts, max(0, rest.startIndex - 1))
    }
  }

  package var count: Int { starts.count }

  /// A line by the number that a profile gives: any 64-bit number, of which few exist.
  package func line(_ number: Int64) -> ArraySlice<UInt8>? {
    number >= 1 && number <= Int64(count) ? self[Int(number) - 1] : nil
  }

  /// A line without its end; the first is 0.
  package subscript(row: Int) -> ArraySlice<UInt8> {
    let start = Int(starts[row])
    var end = row + 1 < starts.count ? Int(starts[row + 1]) - 1 : self.end
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return bytes[start..<end]
  }
}
