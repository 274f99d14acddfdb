package import ProfileCodec
import Foundations
import ProfileModel

/// Reads a heap dump in the format of Go 1.7 and later, which may be compressed with gzip or zstd.
///
/// The bytes flow through a window once: contents are searched for pointers, then dropped.
///
/// - Throws: ``DumpError``, which says what is wrong and where.
package func readHeapDump(
  from source: any ByteSource, limits: ReadLimits = ReadLimits()
) throws(DumpError) -> HeapDump {
  let plain: (source: any ByteSource, front: [UInt8])
  do throws(CodecError) { plain = try unpacked(source, limits: limits) } catch {
    throw .codec(error)
  }
  guard plain.front.starts(with: DumpReader.header) else {
    // A dump that ends within its first line still is one.
    if !plain.front.isEmpty, DumpReader.header.starts(with: plain.front) {
      throw .truncated(offset: plain.front.count, within: .header)
    }
    throw .notADump(ContentKind(sniffing: plain.front[...]))
  }
  var reader = DumpReader(plain.source)
  return try reader.read()
}

struct DumpReader: ~Copyable {
  static let header = Array("go1.7 heap dump\n".utf8)

  var stream: DumpStream
  var dump = HeapDump()
  var objects = ObjectReader()
  var goroutine = GoroutineReader()

  /// The addresses of the heap.
  var heap: Range<UInt64> = 0..<0

  /// The range of the program's types, itabs, functions and variables, as far as types show it.
  var program: Range<UInt64> = 0..<0

  init(_ source: any ByteSource) { stream = DumpStream(source) }

  enum Tag {
    static let end: UInt64 = 0
    static let object: UInt64 = 1
    static let otherRoot: UInt64 = 2
    static let type: UInt64 = 3
    static let goroutine: UInt64 = 4
    static let frame: UInt64 = 5
    static let parameters: UInt64 = 6
    static let finalizer: UInt64 = 7
    static let itab: UInt64 = 8
    static let thread: UInt64 = 9
    static let statistics: UInt64 = 10
    static let queuedFinalizer: UInt64 = 11
    static let data: UInt64 = 12
    static let bss: UInt64 = 13
    static let deferral: UInt64 = 14
    static let panic: UInt64 = 15
    static let bucket: UInt64 = 16
    static let sample: UInt64 = 17
  }

  mutating func read() throws(DumpError) -> HeapDump {
    try stream.need(Self.header.count)
    stream.advance(Self.header.count)
    let first = try stream.number()
    if first != Tag.parameters { throw stream.damage(.misplacedRecord(first)) }
    try readParameters()
    stream.part = .types
    do {
      try readRecords()
    } catch .truncated(let offset, let part) {
      // Once there are global variables, the dump shows who holds something, though not how much.
      if dump.segments.isEmpty { throw .truncated(offset: offset, within: part) }
      dump.truncation = offset
    }
    dump.byteCount = stream.offset
    objects.finish(&dump)
    goroutine.finish(&dump)
    return dump
  }

  private mutating func readRecords() throws(DumpError) {
    while true {
      let tag = try stream.number()
      if tag == Tag.object {
        stream.part = .objects
        try readObjects()
        continue
      }
      switch tag {
      case Tag.type: try readType()
      case Tag.itab:
        let itab = try stream.number()
        dump.itabTypes[itab] = try stream.number()
        widenProgram(itab)
      case Tag.goroutine: try readGoroutine()
      case Tag.frame: try readFrame()
      case Tag.deferral: try readDefer()
      case Tag.panic: try readPanic()
      case Tag.thread:
        dump.runtimeRecords.append(try stream.number())
        for _ in 0..<2 { _ = try stream.number() }
      case Tag.data, Tag.bss: try readSegment(isBSS: tag == Tag.bss)
      case Tag.finalizer, Tag.queuedFinalizer:
        let object = try stream.number()
        let closure = try stream.number()
        dump.finalizers.append(
          HeapDump.Finalizer(
            isQueued: tag == Tag.queuedFinalizer, object: object, closure: closure,
            code: try stream.number()))
        for _ in 0..<2 { _ = try stream.number() }
      case Tag.otherRoot:
        let name = try stream.name()
        dump.otherRoots.append((String(decoding: name, as: UTF8.self), try stream.number()))
      case Tag.statistics: try readStatistics()
      case Tag.bucket: try readBucket()
      case Tag.sample:
        let object = try stream.number()
        dump.samples.append(HeapDump.Sample(object: object, bucket: try stream.number()))
      case Tag.end:
        guard try stream.isAtEnd else { throw stream.damage(.bytesAfterEnd) }
        return
      case Tag.parameters: throw stream.damage(.misplacedRecord(tag))
      default: throw stream.damage(.unknownRecord(tag))
      }
    }
  }

  private mutating func readParameters() throws(DumpError) {
    if try stream.flag() { throw .unsupported(.bigEndian) }
    let pointerSize = try stream.number()
    if pointerSize != 8 { throw .unsupported(.pointerSize(pointerSize)) }
    let start = try stream.number()
    let end = try stream.number()
    _ = try stream.name()
    dump.goVersion = String(decoding: try stream.name(), as: UTF8.self)
    _ = try stream.number()
    guard start <= end, start % 8 == 0 else { throw stream.damage(.segment(start)) }
    // Addresses are kept in 32 bits, as words.
    if (end - start) / 8 > UInt64(UInt32.max) { throw .limit(.heapAddresses) }
    heap = start..<end
    dump.objects.base = start & ~(PhantomSlots.pageSize - 1)
    objects.phantoms = PhantomSlots(goVersion: dump.goVersion)
  }

  private mutating func readType() throws(DumpError) {
    let address = try stream.number()
    _ = try stream.number()
    let name = try stream.name()
    _ = try stream.flag()
    // For pointers the name has only the package.
    if name.last != UInt8(ascii: "."), dump.typeNames.count < 1 << 20 {
      dump.typeNames[address] = String(decoding: name, as: UTF8.self)
    }
    widenProgram(address)
  }

  /// A program's types, functions and variables are close together. What is far from its types is a
  /// number.
  private mutating func widenProgram(_ address: UInt64) {
    let reach: UInt64 = 256 << 20
    // Linux maps nothing below this.
    let low = max(1 << 16, address - min(address, reach))
    let high = saturatingSum(address, reach)
    program =
      program.isEmpty
      ? low..<max(low, high) : min(program.lowerBound, low)..<max(program.upperBound, high)
  }

  private mutating func readSegment(isBSS: Bool) throws(DumpError) {
    stream.part = .globals
    let address = try stream.number()
    let size = try stream.number()
    guard address <= UInt64.max - size, size <= 8 << 30 else {
      throw stream.damage(.segment(address))
    }
    var segment = HeapDump.Segment(isBSS: isBSS, address: address, size: size)
    // Variables point to the heap and to each other.
    let reach: UInt64 = 1 << 30
    let near =
      address - min(address, reach)..<saturatingSum(address, reach)
    let heap = heap
    let words = try readWords(size) { heap.contains($0) || near.contains($0) }
    var fields = WordFields(words)
    while let field = try readField(size: size, after: fields.last) {
      if let pointer = fields.word(at: field) { segment.slots.append((address + field, pointer)) }
    }
    dump.segments.append(segment)
  }

  /// Words of a record's contents that may be pointers, with their offsets.
  typealias Words = [(offset: UInt64, value: UInt64)]

  /// Reads contents of any length, and keeps some of their words.
  mutating func readWords(
    _ size: UInt64, where keeps: (UInt64) -> Bool
  ) throws(DumpError) -> Words {
    var words: Words = []
    var offset: UInt64 = 0
    while offset < size {
      let rest = size - offset
      if rest < 8 {
        try stream.need(Int(rest))
        stream.advance(Int(rest))
        break
      }
      let wanted = Int(min(rest & ~7, 1 << 16))
      try stream.need(min(wanted, 8))
      let bytes = try stream.some(wanted)
      let count = bytes.count & ~7
      for place in stride(from: 0, to: count, by: 8) {
        let value = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        if keeps(value) { words.append((offset + UInt64(place), value)) }
      }
      stream.advance(count)
      offset += UInt64(count)
    }
    return words
  }

  /// Reads a field of a record, which is the offset of a possible pointer; nil at their end.
  ///
  /// - Parameter last: the previous field, or nil.
  @inline(__always)
  mutating func readField(size: UInt64, after last: UInt64?) throws(DumpError) -> UInt64? {
    let kind = try stream.number()
    if kind == 0 { return nil }
    if kind != 1 { throw stream.damage(.field(kind: kind)) }
    let offset = try stream.number()
    guard offset < size, size - offset >= 8, last.map({ offset > $0 }) ?? true else {
      throw stream.damage(.fieldOffset(offset))
    }
    return offset
  }

  private mutating func readStatistics() throws(DumpError) {
    stream.part = .statistics
    var values: [UInt64] = []
    for _ in 0..<24 + 256 + 1 { values.append(try stream.number()) }
    dump.statistics = HeapDump.Statistics(heapBytes: values[6], heapObjects: values[11])
    dump.timeNanoseconds = Int64(clamping: values[22])
  }

  private mutating func readBucket() throws(DumpError) {
    let id = try stream.number()
    let size = try stream.number()
    let frameCount = try stream.number()
    // Each takes at least three bytes, and the runtime keeps a few hundred.
    guard frameCount <= 1 << 16 else { throw stream.damage(.nameLength(frameCount)) }
    for _ in 0..<frameCount {
      let function = try stream.name()
      let file = try stream.name()
      let line = Int64(clamping: try stream.number())
      dump.bucketFrames.append(dump.names.location(function[...], file: file[...], line: line))
    }
    for _ in 0..<2 { _ = try stream.number() }
    dump.buckets.append(
      HeapDump.Bucket(id: id, size: size, end: dump.bucketFrames.count))
  }
}

/// Looks up the words of contents in the order of a record's fields.
struct WordFields {
  private let words: DumpReader.Words
  private var index = 0

  /// The field that was requested last.
  private(set) var last: UInt64?

  init(_ words: DumpReader.Words) { self.words = words }

  /// The word at a field, if it was kept.
  mutating func word(at offset: UInt64) -> UInt64? {
    last = offset
    while index < words.count, words[index].offset < offset { index += 1 }
    return index < words.count && words[index].offset == offset ? words[index].value : nil
  }

  /// The word before the one that was looked up last, unless it is a pointer too.
  func wordBefore(_ offset: UInt64, previousField: UInt64?) -> UInt64? {
    guard offset >= 8, previousField != offset - 8, index > 0, words[index - 1].offset == offset - 8
    else { return nil }
    return words[index - 1].value
  }
}
