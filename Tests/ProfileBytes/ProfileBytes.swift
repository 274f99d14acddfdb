/// The encoded pieces of a `Profile` message, for tests to change, permute and break.
package struct ProfileBytes: Sendable {
  /// Contents of the messages, without their tags.
  package var sampleTypes: [[UInt8]] = []
  package var samples: [[UInt8]] = []
  package var mappings: [[UInt8]] = []
  package var locations: [[UInt8]] = []
  package var functions: [[UInt8]] = []
  package var strings: [[UInt8]] = [[]]

  /// Whole fields that follow the tables.
  package var rest: [UInt8] = []

  package init() {}

  /// Returns the string table's index of a text, adding it if necessary.
  package mutating func text(_ text: String) -> UInt64 { bytes(Array(text.utf8)) }

  package mutating func bytes(_ bytes: [UInt8]) -> UInt64 {
    if let index = strings.firstIndex(of: bytes) { return UInt64(index) }
    strings.append(bytes)
    return UInt64(strings.count - 1)
  }

  package mutating func addType(_ name: String, _ unit: String) {
    sampleTypes.append(number(1, text(name)) + number(2, text(unit)))
  }

  package mutating func addFunction(_ id: UInt64, _ name: String, file: String = "/src/app/main.go")
  {
    functions.append(number(1, id) + number(2, text(name)) + number(4, text(file)))
  }

  package mutating func addLocation(_ id: UInt64, functions: [UInt64], line: Int64 = 7) {
    let lines = functions.flatMap { block(4, number(1, $0) + number(2, line)) }
    locations.append(number(1, id) + number(3, 0x1000 + id % 0x1000) + lines)
  }

  package mutating func addSample(_ stack: [UInt64], _ values: [Int64], labels: [UInt8] = []) {
    samples.append(packed(1, stack) + packed(2, values) + labels)
  }

  /// The top-level fields, one element each.
  package var fields: [[UInt8]] {
    sampleTypes.map { block(1, $0) } + samples.map { block(2, $0) } + mappings.map { block(3, $0) }
      + locations.map { block(4, $0) } + functions.map { block(5, $0) }
      + strings.map { block(6, $0) }
  }

  /// The message.
  package var encoded: [UInt8] { fields.flatMap { $0 } + rest }

  /// A heap profile of Go's four sample types: two stacks, an inlined function,
  /// labels, a mapping, a time.
  package static var heap: ProfileBytes {
    var profile = ProfileBytes()
    for type in ["alloc", "inuse"] {
      profile.addType(type + "_objects", "count")
      profile.addType(type + "_space", "bytes")
    }
    profile.addFunction(1, "main.main")
    profile.addFunction(2, "main.(*Cache).fill", file: "/src/app/cache.go")
    profile.addFunction(3, "fmt.Sprintf", file: "/usr/local/go/src/fmt/print.go")
    profile.addLocation(1, functions: [1])
    profile.addLocation(2, functions: [3, 2])
    profile.addLocation(3, functions: [3], line: 12)
    profile.mappings.append(
      number(1, 1 as UInt64) + number(2, 0x1000 as UInt64) + number(3, 0x2000 as UInt64)
        + number(5, profile.text("/bin/app")) + number(7, 1 as UInt64))
    for row in profile.locations.indices { profile.locations[row] += number(2, 1 as UInt64) }
    let key = profile.text("bytes")
    let size = block(3, number(1, key) + number(3, 64 as UInt64))
    profile.addSample([2, 1], [100, 6400, 2, 128], labels: size)
    profile.addSample([3, 2, 1], [1, 512, 1, 512])
    let time = number(9, 1_700_000_000_000_000_000 as UInt64)
    let period = block(11, number(1, profile.text("space")) + number(2, profile.text("bytes")))
    profile.rest =
      time + period + number(12, 524_288 as UInt64) + packed(13, [profile.text("note")])
    return profile
  }
}
