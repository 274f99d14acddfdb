import LogText
import ProfileModel

/// The executable mappings that a text lists, processed as pprof does.
struct MemoryMap {
  struct Entry {
    var start: UInt64
    var limit: UInt64
    var offset: UInt64
    var file: [UInt8]
    var buildID: [UInt8]
  }

  /// More than any process has (Linux allows 65,530 mappings of all kinds), and few enough for the
  /// steps that compare each one with each other.
  static let entryLimit = 32_768

  private(set) var entries: [Entry] = []

  init() {}

  /// Reads all remaining lines, and joins and orders the mappings.
  ///
  /// Other lines are skipped, except `NAME=VALUE`: after it, `$NAME` stands for the value.
  ///
  /// - Throws: ``LegacyProfileError/Problem/overLimit(what:limit:)``.
  init(readingFrom lines: inout LineReader, format: LegacyFormat) throws(LegacyProfileError) {
    var substitutions = MemoryMapSubstitutions()
    while lines.advance() {
      let line = lines.scanner.withoutLogPrefix
      guard let text = substitutions.apply(to: lines.bytes, line) else {
        throw LegacyProfileError(
          format, .line(lines.number),
          .overLimit(
            what: "steps to replace names", limit: MemoryMapSubstitutions.stepLimit))
      }
      switch memoryMapLine(text.bytes, text.range) {
      case .executable(let entry): append(entry)
      case .other: break
      case .unrecognized: substitutions.define(by: text.bytes, text.range)
      }
      if entries.count > Self.entryLimit {
        throw LegacyProfileError(
          format, .line(lines.number),
          .overLimit(what: "executable mappings", limit: Self.entryLimit))
      }
    }
    moveMainBinaryToFront()
  }

  /// Adds an entry, or extends the last one when it continues it.
  private mutating func append(_ entry: Entry) {
    guard let last = entries.last, entry.continues(last) else { return entries.append(entry) }
    let index = entries.count - 1
    entries[index].limit = entry.limit
    if !entry.file.isEmpty { entries[index].file = entry.file }
    if !entry.buildID.isEmpty { entries[index].buildID = entry.buildID }
  }

  /// Swaps the first mapping that looks like a program with the very first.
  private mutating func moveMainBinaryToFront() {
    if let main = entries.firstIndex(where: { $0.isMainBinary }) { entries.swapAt(0, main) }
  }

  /// Corrects how profilers write the main program.
  private mutating func correctMainBinary() {
    if entries.count > 1, entries[0].file.starts(with: "/anon_hugepage".utf8),
      entries[0].limit == entries[1].start
    {
      // The program's first pages, copied to huge pages.
      entries.removeFirst()
    }
    if let main = entries.first, main.start &- main.offset == 0x400000 {
      // The linker's address for a program that is not relocatable.
      entries[0].start = 0x400000
      entries[0].offset = 0
    }
  }

  /// Returns the mapping of each location, and none for the address 0.
  ///
  /// The first mapping with the address is used. Otherwise the first one whose offset allows it to
  /// begin that much lower is extended. All remaining addresses share a mapping without a name,
  /// added at the end.
  mutating func assign(to addresses: [UInt64]) -> [MappingID] {
    correctMainBinary()
    var index = MappingIndex(entries)
    var hasUnnamed = false
    return addresses.map { address in
      if address == 0 { return .none }
      if let found = index.first(containing: address) { return MappingID(found) }
      if !hasUnnamed {
        if let lowered = entries.firstIndex(where: { $0.couldBeginBefore(address) }) {
          entries[lowered].start &-= entries[lowered].offset
          entries[lowered].offset = 0
          // A limit below the start, and so perhaps below the address, stays as it is.
          if entries[lowered].start < entries[lowered].limit {
            index.add(entries[lowered].start..<entries[lowered].limit, to: lowered)
          }
          return MappingID(lowered)
        }
        hasUnnamed = true
        entries.append(Entry(start: 0, limit: .max, offset: 0, file: [], buildID: []))
      }
      return MappingID(entries.count - 1)
    }
  }

  /// Returns the mappings, numbered from 1.
  func mappings(internedIn strings: inout StringTable) -> [Mapping] {
    entries.enumerated().map { index, entry in
      Mapping(
        id: UInt64(index) + 1, start: entry.start, limit: entry.limit, offset: entry.offset,
        file: strings.intern(entry.file), buildID: strings.intern(entry.buildID))
    }
  }
}

extension MemoryMap.Entry {
  /// Whether this is the second piece of a mapping that was listed in two pieces.
  fileprivate func continues(_ other: MemoryMap.Entry) -> Bool {
    func agree(_ left: [UInt8], _ right: [UInt8]) -> Bool {
      left.isEmpty || right.isEmpty || left == right
    }
    guard agree(file, other.file), agree(buildID, other.buildID), start == other.limit else {
      return false
    }
    let expectedOffset = other.offset &+ (other.limit &- other.start)
    return offset == 0 || other.offset == 0 || offset == expectedOffset
  }

  fileprivate func couldBeginBefore(_ address: UInt64) -> Bool {
    offset != 0 && start &- offset <= address && address < start
  }

  /// Whether the entry has a file that is neither a library nor one of the kernel's names in
  /// brackets.
  fileprivate var isMainBinary: Bool {
    let name = file.withoutDeletedMark
    let range = name.trimmed(name.indices)
    guard let first = range.first, name[first] != UInt8(ascii: "[") else { return false }
    return !name.isLibraryName(range)
  }
}

extension [UInt8] {
  /// Linux appends `(deleted)` to the name of a deleted file.
  fileprivate var withoutDeletedMark: [UInt8] {
    var scanner = ByteCursor(self[...])
    var kept: [UInt8] = []
    var start = 0
    while scanner.moveTo("(deleted)") {
      kept += self[start..<scanner.position]
      _ = scanner.take("(deleted)")
      start = scanner.position
    }
    return start == 0 ? self : kept + self[start...]
  }

  /// Whether the name ends in `.so`, or contains `.so.` or `.so_` and a digit.
  fileprivate func isLibraryName(_ range: Range<Int>) -> Bool {
    var scanner = ByteCursor(self[range])
    while scanner.moveTo(".so") {
      _ = scanner.take(".so")
      guard let next = scanner.next else { return true }
      if next == UInt8(ascii: ".") || next == UInt8(ascii: "_"),
        scanner.position + 1 < scanner.bytes.endIndex, self[scanner.position + 1].isDigit
      {
        return true
      }
    }
    return false
  }
}
