/// Writes profiles of a shape, as Go's runtime/pprof lays them out.
struct ProfileMaker {
  private let shape: ProfileShape
  private let file: GzipFile
  private var random: SeededGenerator
  private let program: MadeProgram

  private var texts: [String: Int] = ["": 0]
  private var textList: [String] = [""]

  init(_ shape: ProfileShape, path: String) {
    self.shape = shape
    file = GzipFile(path)
    random = SeededGenerator(seed: shape.seed)
    program = MadeProgram(shape, &random)
  }

  /// Writes the file; returns its uncompressed size.
  mutating func make() -> Int {
    for type in [
      ("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"),
      ("inuse_space", "bytes"),
    ] {
      let (name, unit) = (text(type.0), text(type.1))
      file.write(
        Message.field(1) {
          $0.number(1, name); $0.number(2, unit)
        })
    }
    let label = text("bytes")
    if shape.tablesFirst { writeTables() }
    writeSamples(label: label)
    if !shape.tablesFirst { writeTables() }
    let (kind, unit) = (text("space"), text("bytes"))
    file.write(
      Message.field(11) {
        $0.number(1, kind); $0.number(2, unit)
      })
    var tail = Message()
    tail.number(9, 1_700_000_000_000_000_000)
    tail.number(12, 524_288)
    file.write(tail.bytes)
    writeTexts(from: shape.tablesFirst ? writtenTexts : 0)
    file.finish()
    return file.inflatedBytes
  }

  private var writtenTexts = 0

  private mutating func text(_ text: String) -> Int {
    if let row = texts[text] { return row }
    texts[text] = textList.count
    textList.append(text)
    return textList.count - 1
  }

  private static let sizeClasses = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 192, 256, 384, 512, 1024, 2048, 4096, 8192, 16384,
    32768,
  ]

  private mutating func writeSamples(label: Int) {
    // Stacks to share prefixes with: neighbours in a real profile are often related, but not
    // always.
    var pool: [[Int]] = []
    var last: [Int] = []
    var shuffled: [[Int]] = []
    for _ in 0..<shape.samples {
      let depth = 2 + random.below(shape.meanDepth) + random.below(shape.meanDepth - 1)
      let model = random.chance(60) || pool.isEmpty ? last : pool[random.below(pool.count)]
      var shared = model.count - 1 - random.skewed(max(1, model.count - 1))
      if shape.traits.contains(.distinct) { shared = min(shared, random.below(2)) }
      let stack = program.stack(
        after: model.prefix(max(0, min(shared, depth - 1))), depth: depth, &random)
      if pool.count < 512 { pool.append(stack) } else { pool[random.below(512)] = stack }
      last = stack
      if shape.traits.contains(.shuffled) {
        shuffled.append(stack)
      } else {
        writeSample(stack, label: label)
      }
    }
    shuffled.shuffle(using: &random)
    for stack in shuffled { writeSample(stack, label: label) }
  }

  private static let labelKeys = [
    "endpoint", "tenant", "request", "region", "job", "user", "shard", "attempt",
  ]

  private mutating func writeSample(_ stack: [Int], label: Int) {
    let size = Self.sizeClasses[random.skewed(Self.sizeClasses.count)]
    let objects = 1 + random.skewed(1 + random.skewed(200_000)) + 524_288 / size / 4
    let live = random.chance(30) ? random.skewed(objects) : 0
    var more: [(key: Int, value: Int)] = []
    if shape.traits.contains(.labels) {
      for (place, key) in Self.labelKeys.enumerated() where random.chance(60) {
        // From a few values to many thousands.
        more.append((text(key), text("\(key)-\(random.below(4 << (place * 2)))")))
      }
    }
    file.write(
      Message.field(2) {
        $0.packed(1, stack.reversed().lazy.map { $0 + 1 })
        $0.packed(2, [objects, objects * size, live, live * size])
        $0.message(3) {
          $0.number(1, label); $0.number(3, size)
        }
        for (key, value) in more {
          $0.message(3) {
            $0.number(1, key); $0.number(2, value)
          }
        }
      })
  }

  private mutating func writeTables() {
    let binary = text("/usr/local/bin/shop")
    let buildID = text("0123456789abcdef0123456789abcdef01234567")
    file.write(
      Message.field(3) {
        $0.number(1, 1); $0.number(2, 0x400000); $0.number(3, 0x4000000)
        $0.number(5, binary); $0.number(6, buildID); $0.number(7, 1)
      })
    for (row, location) in program.locations.enumerated() {
      file.write(
        Message.field(4) {
          $0.number(1, row + 1); $0.number(2, 1); $0.number(3, 0x401000 + row * 37)
          for line in location.lines {
            $0.message(4) {
              $0.number(1, line.function + 1); $0.number(2, line.line)
            }
          }
        })
    }
    for (row, function) in program.functions.enumerated() {
      let (name, path) = (text(function.name), text(function.file))
      file.write(
        Message.field(5) {
          $0.number(1, row + 1); $0.number(2, name); $0.number(3, name); $0.number(4, path)
          $0.number(5, function.startLine)
        })
    }
    if shape.tablesFirst {
      writeTexts(from: 0)
      writtenTexts = textList.count
    }
  }

  private func writeTexts(from first: Int) {
    for text in textList[first...] {
      var message = Message()
      message.text(6, text)
      file.write(message.bytes)
    }
  }
}

/// The bytes of a protobuf message.
struct Message {
  private(set) var bytes: [UInt8] = []

  static func field(_ field: Int, _ fill: (inout Message) -> Void) -> [UInt8] {
    var outer = Message()
    outer.message(field, fill)
    return outer.bytes
  }

  private mutating func varint(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func number(_ field: Int, _ value: Int) {
    varint(field << 3)
    varint(value)
  }

  private mutating func content(_ field: Int, _ content: some Collection<UInt8>) {
    varint(field << 3 | 2)
    varint(content.count)
    bytes.append(contentsOf: content)
  }

  mutating func text(_ field: Int, _ text: String) { content(field, text.utf8) }

  mutating func message(_ field: Int, _ fill: (inout Message) -> Void) {
    var inner = Message()
    fill(&inner)
    content(field, inner.bytes)
  }

  mutating func packed(_ field: Int, _ values: some Sequence<Int>) {
    var inner = Message()
    for value in values { inner.varint(value) }
    content(field, inner.bytes)
  }
}
