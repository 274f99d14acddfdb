/// Writes heap dumps as Go's runtime does, with the contents that a test needs.
package struct DumpWriter {
  package private(set) var bytes: [UInt8] = Array("go1.7 heap dump\n".utf8)

  /// The number that the runtime would have counted.
  package private(set) var objectCount: UInt64 = 0
  package private(set) var objectBytes: UInt64 = 0

  package static let heapStart: UInt64 = 0xc0_0000_0000
  package static let heapEnd: UInt64 = heapStart + (64 << 20)
  package static let dataStart: UInt64 = 0x50_0000
  package static let bssStart: UInt64 = 0x60_0000

  package init(goVersion: String = "go1.27.3", heap: Range<UInt64>? = nil) {
    let heap = heap ?? Self.heapStart..<Self.heapEnd
    numbers(6, 0, 8, heap.lowerBound, heap.upperBound)
    text("amd64")
    text(goVersion)
    numbers(2)
  }

  package mutating func numbers(_ values: UInt64...) {
    for value in values {
      var rest = value
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
  }

  package mutating func text(_ text: String) {
    numbers(UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// Contents with words at offsets, and the offsets as fields.
  package mutating func contents(
    _ size: UInt64, _ words: [UInt64: UInt64], unlisted: Set<UInt64> = []
  ) {
    var contents = [UInt8](repeating: 0, count: Int(size))
    for (offset, word) in words {
      for index in 0..<8 {
        contents[Int(offset) + index] = UInt8(truncatingIfNeeded: word >> (8 * UInt64(index)))
      }
    }
    numbers(size)
    bytes += contents
    fields(words.keys.filter { !unlisted.contains($0) }.sorted())
  }

  package mutating func fields(_ offsets: [UInt64]) {
    for offset in offsets { numbers(1, offset) }
    numbers(0)
  }

  package mutating func object(
    _ address: UInt64, _ size: UInt64, _ words: [UInt64: UInt64] = [:], isPhantom: Bool = false
  ) {
    numbers(1, address)
    contents(size, words)
    if !isPhantom {
      objectCount += 1
      objectBytes += size
    }
  }

  package mutating func goroutine(
    id: UInt64, address: UInt64 = 0, isSystem: Bool = false, reason: String = "chan receive",
    closure: UInt64 = 0, waitsSince: UInt64 = 0
  ) {
    numbers(4, address, 0, id, 0, 4, isSystem ? 1 : 0, 0, waitsSince)
    text(reason)
    numbers(closure, 0, 0, 0)
  }

  package mutating func frame(
    _ function: String, at stackPointer: UInt64, depth: UInt64, size: UInt64,
    _ words: [UInt64: UInt64] = [:], unlisted: Set<UInt64> = []
  ) {
    numbers(5, stackPointer, depth, 0)
    var fields = DumpWriter()
    fields.bytes = []
    fields.contents(size, words, unlisted: unlisted)
    // The name stands between contents and fields.
    var head = DumpWriter()
    head.bytes = []
    head.numbers(size)
    let contentEnd = head.bytes.count + Int(size)
    bytes += fields.bytes[..<contentEnd]
    numbers(0x40_0000, 0x40_0001, 0x40_0001)
    text(function)
    bytes += fields.bytes[contentEnd...]
  }

  package mutating func data(_ words: [UInt64: UInt64], size: UInt64 = 256) {
    numbers(12, Self.dataStart)
    contents(size, words)
  }

  package mutating func bss(_ words: [UInt64: UInt64], size: UInt64 = 256) {
    numbers(13, Self.bssStart)
    contents(size, words)
  }

  package mutating func finalizer(
    _ object: UInt64, closure: UInt64, code: UInt64, isQueued: Bool = false
  ) {
    numbers(isQueued ? 11 : 7, object, closure, code, 0, 0)
  }

  /// The runtime's counts, either correct or as a test needs them.
  package mutating func statistics(objects: UInt64? = nil, bytes heapBytes: UInt64? = nil) {
    numbers(10)
    for index in 0..<24 + 256 + 1 {
      switch index {
      case 6: numbers(heapBytes ?? objectBytes)
      case 11: numbers(objects ?? objectCount)
      case 22: numbers(1_700_000_000_000_000_000)
      default: numbers(0)
      }
    }
  }

  package mutating func bucket(_ id: UInt64, size: UInt64, _ stack: [(String, String, UInt64)]) {
    numbers(16, id, size, UInt64(stack.count))
    for (function, file, line) in stack {
      text(function)
      text(file)
      numbers(line)
    }
    numbers(1, 0)
  }

  package mutating func sample(_ object: UInt64, bucket: UInt64) { numbers(17, object, bucket) }

  package mutating func end() { numbers(0) }
}
