import HeapDump
import HeapscopeTestSupport
import ProfileCodec
import Testing

@Suite("Heap dumps: reading")
struct DumpReaderTests {
  /// A dump with a list of three objects, and everything else that dumps contain.
  static func sample() -> DumpWriter {
    var writer = DumpWriter()
    writer.numbers(3, 0x48_0000, 16)
    writer.text("main.node")
    writer.numbers(1)
    writer.numbers(8, 0x48_1000, 0x48_0000)
    writer.object(heapStart, 64, [0: heapStart + 64, 8: 0])
    writer.object(heapStart + 64, 64, [0: heapStart + 8192 + 5])
    writer.object(heapStart + 8192, 1024)
    writer.goroutine(id: 1)
    writer.frame("runtime.gopark", at: 0xa000, depth: 0, size: 32)
    writer.frame("main.main", at: 0xa020, depth: 1, size: 32, [8: heapStart])
    writer.numbers(14, 0xc0ff, 0, 0xa020, 0, 0, 0, 0)
    writer.numbers(9, 0xc1ff, 1, 2)
    writer.data([0: heapStart])
    writer.bss([8: heapStart + 64])
    writer.finalizer(heapStart + 64, closure: heapStart, code: 0x40_2000)
    writer.statistics()
    writer.bucket(7, size: 1024, [("main.make", "/src/app/main.go", 12)])
    writer.sample(heapStart + 8192, bucket: 7)
    writer.end()
    return writer
  }

  @Test("reading a heap dump gives the objects, pointers, samples and counts that were written")
  func reads() throws {
    let dump = try dump(Self.sample().bytes)
    #expect(dump.goVersion == "go1.27.3")
    #expect(dump.objects.count == 3)
    #expect((0..<3).map { dump.objects.size(of: $0) } == [64, 64, 1024])
    // A pointer into the middle of an object is one to the object; nil is none.
    #expect(dump.objects.edges == [1, 2])
    #expect(dump.objects.object(at: heapStart + 127) == 1)
    #expect(dump.objects.object(at: heapStart + 128) == nil)
    #expect(dump.objects.object(at: heapStart + 8192 + 1023) == 2)
    #expect(dump.statistics?.heapBytes == 1152)
    #expect(dump.timeNanoseconds == 1_700_000_000_000_000_000)
    #expect(dump.samples.map(\.bucket) == [7])
    #expect(dump.stacks.map(\.count) == [1])
    #expect(dump.finalizers.map(\.code) == [0x40_2000])
    #expect(dump.truncation == nil)
  }

  @Test("a compressed heap dump reads the same, even in small pieces")
  func pieces() throws {
    let bytes = Self.sample().bytes
    let whole = try dump(bytes)
    for size in [1, 2, 3, 7, 64] {
      let read = try readHeapDump(from: PieceSource(bytes, size: size))
      #expect(read.objects.edges == whole.objects.edges, "\(size)")
      #expect(read.objects.words == whole.objects.words, "\(size)")
    }
  }

  @Test("every prefix of a heap dump is reported as truncated, with the offset of its end")
  func truncation() throws {
    let bytes = Self.sample().bytes
    for count in 1..<bytes.count {
      do throws(DumpError) {
        let read = try dump(Array(bytes[..<count]))
        #expect(read.truncation == count, "\(count)")
      } catch {
        guard case .truncated(let offset, _) = error else {
          Issue.record("\(count) bytes: \(error)")
          continue
        }
        #expect(offset == count)
      }
    }
  }

  @Test("a heap dump with one changed byte gives a result or an error")
  func flippedBytes() throws {
    let bytes = Self.sample().bytes
    for index in bytes.indices {
      for bit in [0, 3, 7] {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        guard let read = try? dump(changed) else { continue }
        #expect(read.objects.edgeEnds.count == read.objects.count)
        #expect(read.objects.edges.allSatisfy { $0 < read.objects.count })
      }
    }
  }

  @Test("errors in a heap dump name the damage and its place")
  func damage() throws {
    func error(_ body: (inout DumpWriter) -> Void) -> DumpError? {
      var writer = DumpWriter()
      body(&writer)
      do throws(DumpError) {
        _ = try dump(writer.bytes)
        return nil
      } catch { return error }
    }
    func offset(_ writer: DumpWriter) -> Int { writer.bytes.count }
    let start = DumpWriter().bytes.count
    #expect(error({ $0.numbers(99) }) == .damaged(.unknownRecord(99), offset: start + 1))
    #expect(error { $0.numbers(6) } == .damaged(.misplacedRecord(6), offset: start + 1))
    guard case .damaged(.objectAddress(8), _) = error({ $0.object(8, 16) }) else {
      Issue.record("an object below the heap is read")
      return
    }
    #expect(
      error {
        $0.object(heapStart, 64)
        $0.object(heapStart + 32, 64)
      } != nil, "objects lie over each other")
    #expect(
      error {
        $0.object(heapStart + 64, 64)
        $0.object(heapStart, 64)
      } != nil, "objects of a page go down")
    #expect(
      error {
        $0.object(heapStart, 64)
        $0.object(heapStart + 8192, 64)
        $0.object(heapStart + 64, 64)
      } != nil, "a page comes twice")
    #expect(error { $0.object(heapStart, 12) } != nil, "a size that is none")
    #expect(error { $0.object(heapStart, 0) } != nil)
    #expect(
      error {
        $0.numbers(1, heapStart, 16)
        $0.numbers(0, 0)
        $0.numbers(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        $0.numbers(1, 12, 0)
      } != nil, "a pointer beyond the end")
    #expect(
      error {
        $0.end()
        $0.end()
      } == .damaged(.bytesAfterEnd, offset: start + 1))
    #expect(error { $0.numbers(.max, .max) } != nil)
  }

  @Test("a file that is no heap dump is refused, and its kind is named")
  func foreign() {
    func error(_ bytes: [UInt8]) -> DumpError? {
      do throws(DumpError) {
        _ = try dump(bytes)
        return nil
      } catch { return error }
    }
    #expect(error([]) == .codec(.empty))
    #expect(error([0x7f, 0x45, 0x4c, 0x46, 0, 0]) == .notADump(.elf))
    #expect(error(Array("go1".utf8)) == .truncated(offset: 3, within: .header))
    #expect(error(DumpWriter(heap: 0..<1 << 40).bytes) == .limit(.heapAddresses))
  }

  @Test(
    "records after the slots of a page are not objects",
    arguments: [
      // Of 64 bytes: 128 slots, of which the collector's bits take some.
      ("go1.21.5", false, 128), ("go1.21.5", true, 128), ("go1.22.10", false, 128),
      ("go1.22.10", true, 126), ("go1.25.1", true, 126), ("go1.25.1 X:greenteagc", true, 124),
      ("go1.26.0", false, 126), ("go1.27.3", true, 124), ("go1.27.3 X:nogreenteagc", true, 126),
      ("go1.27.3 X:nogreenteagc", false, 128), ("devel +abc", true, 124),
    ])
  func phantoms(version: String, hasPointers: Bool, count: Int) throws {
    var writer = DumpWriter(goVersion: version)
    for slot in 0..<128 as Range<UInt64> {
      let words: [UInt64: UInt64] = hasPointers && slot < 100 ? [0: heapStart] : [:]
      writer.object(heapStart + slot * 64, 64, words)
    }
    writer.object(heapStart + 8192, 64)
    writer.end()
    let dump = try dump(writer.bytes)
    #expect(dump.objects.count == count + 1)
    #expect(dump.phantomCount == 128 - count)
    #expect(dump.objects.object(at: heapStart + 8192) == count)
  }

  @Test("an object over several pages is found by any address in it")
  func largeObjects() throws {
    var writer = DumpWriter()
    // Three of 24,576 bytes and one of half a megabyte, with pointers at its end.
    for index in 0..<3 as Range<UInt64> { writer.object(heapStart + index * 24576, 24576) }
    writer.object(heapStart + (1 << 20), 1 << 19, [(1 << 19) - 8: heapStart + 24576 + 9999])
    writer.end()
    let dump = try dump(writer.bytes)
    #expect(dump.objects.object(at: heapStart + 24576) == 1)
    #expect(dump.objects.object(at: heapStart + 3 * 24576 - 1) == 2)
    #expect(dump.objects.object(at: heapStart + 3 * 24576) == nil)
    #expect(dump.objects.object(at: heapStart + (1 << 20) + 300_000) == 3)
    #expect(dump.objects.edges == [1])
  }
}

/// Delivers this many bytes at a time.
private final class PieceSource: ByteSource {
  private var rest: ArraySlice<UInt8>
  private let size: Int

  init(_ bytes: [UInt8], size: Int) {
    rest = bytes[...]
    self.size = size
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let piece = rest.prefix(min(size, buffer.count))
    for (index, byte) in piece.enumerated() { buffer[index] = byte }
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}
