/// The `Location` messages of a file, in columns, with ids as in the file.
///
/// A profile has hundreds of thousands of them, and nearly all are encoded as protobuf's own
/// writers do. Those are read here; protobuf-c reads the others.
struct LocationColumns {
  private(set) var ids: [UInt64] = []
  private(set) var mappings: [UInt64] = []
  private(set) var addresses: [UInt64] = []
  private(set) var foldedFlags: [Bool] = []
  private(set) var lineEnds: [Int] = []

  private(set) var lineFunctions: [UInt64] = []
  private(set) var lineNumbers: [Int64] = []

  /// Empty while all columns are 0, as most writers do not set them; else one per line.
  private var lineColumns: [Int64] = []

  func columnOfLine(_ line: Int) -> Int64 { lineColumns.isEmpty ? 0 : lineColumns[line] }

  /// Makes room for the rows that samples refer to, within reason.
  mutating func reserve(_ count: Int) {
    let count = min(count, 1 << 20)
    ids.reserveCapacity(count)
    mappings.reserveCapacity(count)
    addresses.reserveCapacity(count)
    foldedFlags.reserveCapacity(count)
    lineEnds.reserveCapacity(count)
    lineFunctions.reserveCapacity(count + count / 2)
    lineNumbers.reserveCapacity(count + count / 2)
  }

  mutating func appendLine(function: UInt64, line: Int64, column: Int64) {
    if column != 0, lineColumns.isEmpty {
      lineColumns = [Int64](repeating: 0, count: lineFunctions.count)
    }
    if column != 0 || !lineColumns.isEmpty { lineColumns.append(column) }
    lineFunctions.append(function)
    lineNumbers.append(line)
  }

  /// Adds a location with the lines that were added last.
  mutating func append(id: UInt64, mapping: UInt64, address: UInt64, isFolded: Bool) {
    ids.append(id)
    mappings.append(mapping)
    addresses.append(address)
    foldedFlags.append(isFolded)
    lineEnds.append(lineFunctions.count)
  }

  /// Adds a location from its message; false, with nothing changed, when anything about it is
  /// unusual or wrong.
  mutating func append(quickly payload: WireReader, limits: ReadLimits) -> Bool {
    var reader = QuickReader(payload)
    let firstLine = lineFunctions.count
    var id: UInt64 = 0
    var mapping: UInt64 = 0
    var address: UInt64 = 0
    var isFolded = false
    while reader.isGood, !reader.isAtEnd {
      switch reader.tag() {
      case 0x08: id = reader.varint()
      case 0x10: mapping = reader.varint()
      case 0x18: address = reader.varint()
      case 0x22: line(&reader)
      case 0x28: isFolded = reader.varint() != 0
      default: reader.giveUp()
      }
    }
    if !reader.isGood || id == 0 || lineFunctions.count - firstLine > limits.linesPerLocation {
      let extra = lineFunctions.count - firstLine
      lineFunctions.removeLast(extra)
      lineNumbers.removeLast(extra)
      if !lineColumns.isEmpty { lineColumns.removeLast(extra) }
      return false
    }
    append(id: id, mapping: mapping, address: address, isFolded: isFolded)
    return true
  }

  @inline(__always)
  private mutating func line(_ reader: inout QuickReader) {
    let outerEnd = reader.enter()
    var function: UInt64 = 0
    var line: UInt64 = 0
    var column: UInt64 = 0
    while reader.isGood, !reader.isAtEnd {
      switch reader.tag() {
      case 0x08: function = reader.varint()
      case 0x10: line = reader.varint()
      case 0x18: column = reader.varint()
      default: reader.giveUp()
      }
    }
    reader.leave(to: outerEnd)
    appendLine(
      function: function, line: Int64(bitPattern: line), column: Int64(bitPattern: column))
  }
}

/// The `Function` messages of a file, in columns, with string indexes as in the file.
struct FunctionColumns {
  private(set) var ids: [UInt64] = []
  private(set) var names: [Int64] = []
  private(set) var systemNames: [Int64] = []
  private(set) var files: [Int64] = []
  private(set) var startLines: [Int64] = []

  mutating func append(
    id: UInt64, name: Int64, systemName: Int64, file: Int64, startLine: Int64
  ) {
    ids.append(id)
    names.append(name)
    systemNames.append(systemName)
    files.append(file)
    startLines.append(startLine)
  }

  /// Adds a function from its message; false, with nothing changed, when anything about it is
  /// unusual or wrong.
  mutating func append(quickly payload: WireReader) -> Bool {
    var reader = QuickReader(payload)
    var fields: (id: UInt64, name: UInt64, systemName: UInt64, file: UInt64, startLine: UInt64) =
      (0, 0, 0, 0, 0)
    while reader.isGood, !reader.isAtEnd {
      switch reader.tag() {
      case 0x08: fields.id = reader.varint()
      case 0x10: fields.name = reader.varint()
      case 0x18: fields.systemName = reader.varint()
      case 0x20: fields.file = reader.varint()
      case 0x28: fields.startLine = reader.varint()
      default: reader.giveUp()
      }
    }
    if !reader.isGood || fields.id == 0 { return false }
    append(
      id: fields.id, name: Int64(bitPattern: fields.name),
      systemName: Int64(bitPattern: fields.systemName), file: Int64(bitPattern: fields.file),
      startLine: Int64(bitPattern: fields.startLine))
    return true
  }
}
