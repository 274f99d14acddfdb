import Foundations

/// The state that is kept between objects while they are read.
struct ObjectReader {
  var phantoms = PhantomSlots()

  /// The page of the last small object, and the first object there.
  private(set) var page = UInt64.max
  private var pageFirst = 0

  /// The end of the last object, and its size.
  private var end: UInt64 = 0
  private var size: UInt64 = 0

  /// Words of the program that begin objects, or precede pointers.
  private var marks = NumberRows()

  /// A map header: of Go 1.24 and later, and of earlier versions.
  private let swissMap: ObjectShapes.Key
  private let hashMap: ObjectShapes.Key
  private(set) var swissShape: UInt32 = 0
  private(set) var hashMapShape: UInt32 = 0

  /// Type information helps the reader of a report; it need not be complete.
  private static let markLimit = Int(UInt16.max) - 1
  static let typedEdgeLimit = 1 << 22

  init() {
    swissMap = ObjectShapes.Key(size: 48, offsets: [16])
    hashMap = ObjectShapes.Key(size: 48, offsets: [16, 24, 40])
    // Rows as in the table of the dump: none, and a map.
    _ = marks.row(0)
    _ = marks.row(1)
  }

  mutating func prepare(_ dump: inout HeapDump) {
    swissShape = dump.objects.shapeTable.row(swissMap, size: 48)
    hashMapShape = dump.objects.shapeTable.row(hashMap, size: 48)
  }

  /// Returns the row of a word of the program, 0 when there are too many.
  @inline(__always)
  mutating func mark(_ word: UInt64, _ dump: inout HeapDump) -> UInt16 {
    if let row = marks.find(word) { return UInt16(row) }
    if marks.count >= Self.markLimit { return 0 }
    dump.marks.append(word)
    return UInt16(marks.row(word))
  }

  /// Checks that an object is in a valid place, after the previous one.
  mutating func begin(
    _ address: UInt64, _ size: UInt64, _ dump: inout HeapDump, heap: Range<UInt64>
  ) -> DumpDamage? {
    guard heap.contains(address), address % 8 == 0 else { return .objectAddress(address) }
    guard size > 0, size % 8 == 0, size <= heap.upperBound - address else {
      return .objectSize(size)
    }
    let first = (address - dump.objects.base) / PhantomSlots.pageSize
    let last = (address + size - 1 - dump.objects.base) / PhantomSlots.pageSize
    // Small objects have pages of their own.
    if size <= PhantomSlots.largestSize, first != last { return .objectAddress(address) }
    if dump.objects.pages.count <= last {
      let more = Int(last) + 1 - dump.objects.pages.count
      dump.objects.pages += repeatElement(HeapObjects.Page(), count: more)
    }
    if first == page {
      guard address >= end, size == self.size else { return .overlappingObject(address) }
    } else {
      finishPage(&dump)
      if dump.objects.pages[Int(first)].count > 0 { return .overlappingObject(address) }
    }
    self.size = size
    end = address + size
    return nil
  }

  /// Adds the object that was begun, after its pointers were added.
  @inline(__always)
  mutating func add(_ address: UInt64, shape: UInt32, mark: UInt16, _ dump: inout HeapDump)
    -> DumpDamage?
  {
    let row = dump.objects.words.count
    dump.objects.words.append(UInt32(truncatingIfNeeded: (address &- dump.objects.base) / 8))
    dump.objects.shapes.append(shape)
    dump.objects.marks.append(mark)
    dump.objects.edgeEnds.append(UInt32(truncatingIfNeeded: dump.objects.edges.count))
    let first = (address &- dump.objects.base) / PhantomSlots.pageSize
    let last = (end &- 1 &- dump.objects.base) / PhantomSlots.pageSize
    if first != page {
      page = first
      pageFirst = row
    }
    if first == last { return nil }
    // It covers several pages. All but the last are its own; the next object may share that one.
    finishPage(&dump)
    for index in first + 1...last {
      if dump.objects.pages[Int(index)].count > 0 { return .overlappingObject(address) }
      dump.objects.pages[Int(index)] = HeapObjects.Page(
        first: UInt32(row), count: 1, size: UInt32(size / 8))
    }
    page = last
    pageFirst = row
    return nil
  }

  /// Drops what is no object from the current page, and records the rest.
  mutating func finishPage(_ dump: inout HeapDump) {
    guard page != .max else { return }
    let index = Int(page)
    let first = pageFirst
    page = .max
    if size <= PhantomSlots.largestSize { dropPhantoms(from: first, index, &dump) }
    let count = dump.objects.words.count - first
    if count == 0 { return }
    dump.objects.pages[index] = HeapObjects.Page(
      first: UInt32(first), count: UInt32(count), size: UInt32(size / 8))
  }

  private func dropPhantoms(from first: Int, _ page: Int, _ dump: inout HeapDump) {
    let pageWord = UInt32(page) << HeapObjects.pageShift
    func slot(_ object: Int) -> UInt64 {
      UInt64(dump.objects.words[object] - pageWord) * 8 / size
    }
    let sure = phantoms.count(ofSize: size, hasPointers: true)
    let count = dump.objects.words.count
    let hasPointers = (first..<count).contains {
      slot($0) < sure && dump.objects.shapeTable.pointerSlots[Int(dump.objects.shapes[$0])] > 0
    }
    let slots = phantoms.count(ofSize: size, hasPointers: hasPointers)
    var kept = count
    while kept > first, slot(kept - 1) >= slots { kept -= 1 }
    if kept == count { return }
    dump.phantomCount += count - kept
    let edges = kept == 0 ? 0 : Int(dump.objects.edgeEnds[kept - 1])
    dump.objects.words.removeLast(count - kept)
    dump.objects.shapes.removeLast(count - kept)
    dump.objects.marks.removeLast(count - kept)
    dump.objects.edgeEnds.removeLast(count - kept)
    dump.objects.edges.removeLast(dump.objects.edges.count - edges)
    while let last = dump.typedEdges.last, Int(last.edge) >= edges {
      dump.typedEdges.removeLast()
    }
  }

  /// Ends the last page.
  mutating func finish(_ dump: inout HeapDump) {
    finishPage(&dump)
    markTypedTargets(&dump)
    dump.objects.resolveEdges()
  }

  /// Gives the target of an interface the type that the interface states.
  private func markTypedTargets(_ dump: inout HeapDump) {
    for typed in dump.typedEdges {
      let word = dump.objects.edges[Int(typed.edge)]
      let target = dump.objects.words.withUnsafeBufferPointer { words in
        dump.objects.pages.withUnsafeBufferPointer { HeapObjects.object(at: word, words, $0) }
      }
      // A pointer into an object gives the type of that part.
      guard target != .max, dump.objects.words[Int(target)] == word else { continue }
      let own = Int(dump.objects.marks[Int(target)])
      // An object that begins with an interface says nothing about itself.
      if own == 0 || dump.itabTypes[dump.marks[own]] != nil {
        dump.objects.marks[Int(target)] = typed.mark
      }
    }
    dump.typedEdges = []
  }
}

extension DumpReader {
  /// The longest contents that are examined as a whole.
  private static let wholeSize: UInt64 = 1 << 17

  /// Reads consecutive objects; the tag of the first was read.
  mutating func readObjects() throws(DumpError) {
    if objects.page == .max { objects.prepare(&dump) }
    repeat {
      let address = try stream.number()
      let size = try stream.number()
      if let damage = objects.begin(address, size, &dump, heap: heap) {
        throw stream.damage(damage)
      }
      if size <= Self.wholeSize {
        try readObject(address, size)
      } else {
        try readLargeObject(address, size)
      }
      if dump.objects.edges.count > Int(UInt32.max) - 1 || dump.objects.count > Int(Int32.max) {
        throw .limit(.edges)
      }
      try stream.need(1)
    } while takeObjectTag()
  }

  @inline(__always)
  private mutating func takeObjectTag() -> Bool {
    guard stream.next.load(as: UInt8.self) == UInt8(Tag.object) else { return false }
    stream.advance(1)
    return true
  }

  private mutating func readObject(_ address: UInt64, _ size: UInt64) throws(DumpError) {
    try stream.need(Int(size) + 1)
    stream.keep()
    stream.advance(Int(size))
    var key = ObjectShapes.Key(size: size)
    var last: UInt64?
    while let offset = try readField(size: size, after: last) {
      key.add(offset)
      let value = stream.keptBytes.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self)
      if heap.contains(value) {
        if offset >= 8, last != offset &- 8 {
          let before = stream.keptBytes.loadUnaligned(
            fromByteOffset: Int(offset) &- 8, as: UInt64.self)
          if program.contains(before) { noteType(before) }
        }
        dump.objects.edges.append(
          UInt32(truncatingIfNeeded: (value &- dump.objects.base) / 8))
      }
      last = offset
    }
    let shape = dump.objects.shapeTable.row(key, size: size)
    let first = stream.keptBytes.loadUnaligned(as: UInt64.self)
    var mark: UInt16 = 0
    if shape == objects.hashMapShape
      || shape == objects.swissShape && isSwissMap(stream.keptBytes)
    {
      mark = UInt16(HeapDump.mapMark)
    } else if last != nil, program.contains(first) {
      mark = objects.mark(first, &dump)
    }
    stream.release()
    if let damage = objects.add(address, shape: shape, mark: mark, &dump) {
      throw stream.damage(damage)
    }
  }

  /// A map header of Go 1.24: the directory's length agrees with its logarithm.
  private func isSwissMap(_ bytes: UnsafeRawPointer) -> Bool {
    let length = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    let depth = bytes.load(fromByteOffset: 32, as: UInt8.self)
    let shift = bytes.load(fromByteOffset: 33, as: UInt8.self)
    if length == 0 { return depth == 0 }
    return depth < 48 && length == 1 << UInt64(depth) && (depth == 0 || shift == 64 - depth)
  }

  private mutating func noteType(_ word: UInt64) {
    guard dump.typedEdges.count < ObjectReader.typedEdgeLimit else { return }
    let mark = objects.mark(word | HeapDump.typeFlag, &dump)
    if mark == 0 { return }
    dump.typedEdges.append(
      HeapDump.TypedEdge(edge: UInt32(dump.objects.edges.count), mark: mark))
  }

  private mutating func readLargeObject(
    _ address: UInt64, _ size: UInt64
  ) throws(DumpError) {
    let heap = heap
    let program = program
    let words = try readWords(size) { heap.contains($0) || program.contains($0) }
    var key = ObjectShapes.Key(size: size)
    var fields = WordFields(words)
    var last: UInt64?
    while let offset = try readField(size: size, after: last) {
      key.add(offset)
      if let value = fields.word(at: offset), heap.contains(value) {
        if let before = fields.wordBefore(offset, previousField: last), program.contains(before) {
          noteType(before)
        }
        dump.objects.edges.append(
          UInt32(truncatingIfNeeded: (value - dump.objects.base) / 8))
      }
      last = offset
    }
    let shape = dump.objects.shapeTable.row(key, size: size)
    if let damage = objects.add(address, shape: shape, mark: 0, &dump) {
      throw stream.damage(damage)
    }
  }
}
