import LogText
import ProfileModel

/// Reads the stacks of all threads (`--- threadz 1 ---`), or returns nil.
///
/// Each thread has a line `--- Thread ID (name: NAME/PID) stack: ---`, followed by lines whose `0x`
/// numbers are its addresses; a memory map ends the list.
func readThreads(_ bytes: [UInt8]) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  lines.skipLeadingComments()
  if lines.startsThreadList {
    while lines.advance(), !lines.announcesMemoryMap, !lines.hasPrefix("-") {}
  } else if !lines.startsThread {
    return nil
  }
  func error(_ problem: LegacyProfileError.Problem) -> LegacyProfileError {
    LegacyProfileError(.threads, .line(lines.number), problem)
  }

  let type = ("thread", "count")
  var builder = LegacyProfileBuilder(sampleTypes: [type], periodType: type, period: 1)
  var stack: [UInt64] = []
  while !lines.announcesMemoryMap, !lines.hasTrimmedPrefix("---- no stack trace for") {
    guard lines.startsThread else {
      throw error(.unexpected(expected: "--- Thread ID (name: NAME/PID) stack: ---"))
    }
    stack.removeAll(keepingCapacity: true)
    var isRepeated = false
    var isComplete = false
    while !isComplete, lines.advance() {
      if lines.hasTrimmedPrefix("---") {
        isComplete = true
      } else if lines.contains("same as previous thread") {
        isRepeated = true
      } else if !bytes.appendAddresses(in: lines.line, to: &stack) {
        throw error(.outOfRange(what: "address"))
      }
    }
    guard isComplete else { throw error(.truncated(expected: "--- Memory map: ---")) }
    if isRepeated || stack.isEmpty {
      builder.countLastSampleAgain()
      continue
    }
    // Return addresses, except for the leaf: the call ends just before.
    for index in stack.indices.dropFirst() { stack[index] &-= 1 }
    builder.append(addresses: stack, values: [1])
  }

  var memoryMap = MemoryMap()
  if lines.skipToMemoryMap() {
    memoryMap = try MemoryMap(readingFrom: &lines, format: .threads)
  }
  builder.removeRepeatedLeaves()
  return LegacyReading(format: .threads, profile: try builder.finish(memoryMap: memoryMap))
}

extension LineReader {
  fileprivate var startsThreadList: Bool {
    var scanner = self.scanner
    while scanner.moveTo("--- threadz ") {
      _ = scanner.take("--- threadz ")
      if scanner.takeDigits() != nil, scanner.take(" ---") { return true }
    }
    return false
  }

  fileprivate var startsThread: Bool {
    var scanner = self.scanner
    while scanner.moveTo("--- Thread ") {
      _ = scanner.take("--- Thread ")
      guard scanner.takeHexDigits() != nil, scanner.take(" (name: ") else { continue }
      let nameStart = scanner.position
      // The name itself may contain any of this.
      while scanner.moveTo(") stack: ---") {
        let digits = bytes.run(before: scanner.position, from: nameStart, \.isDigit)
        if !digits.isEmpty, digits.lowerBound > nameStart,
          bytes[digits.lowerBound - 1] == UInt8(ascii: "/")
        {
          return true
        }
        _ = scanner.take(") stack: ---")
      }
      return false
    }
    return false
  }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// Returns the longest range that ends at an index and whose bytes all satisfy the test.
  func run(before end: Int, from start: Int, _ test: (UInt8) -> Bool) -> Range<Int> {
    var first = end
    while first > start, test(self[first - 1]) { first -= 1 }
    return first..<end
  }
}
