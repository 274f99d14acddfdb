/// The entries of `journalctl -o export`: lines of `FIELD=text` up to an empty one. A text with
/// line ends comes after its length, which is eight bytes.
struct JournalExport {
  enum Outcome {
    /// This is not an entry.
    case none
    case taken
    case entry(LogLine)
  }

  private var isInside = false
  private var message: [UInt8] = []
  private var marks = WriterMarks()
  private var time: ArraySlice<UInt8> = []
  private var number = 0

  /// The field whose length and bytes are being read.
  private var field: [UInt8]?
  private var bytes: [UInt8] = []
  private static let lengthLimit = 64 << 20

  mutating func add(_ line: ArraySlice<UInt8>, _ number: Int) -> Outcome {
    guard isInside else {
      guard line.hasPrefix("__CURSOR=") else { return .none }
      isInside = true
      self.number = number
      return .taken
    }
    if field != nil {
      bytes += line + [0x0a]
      takeBytes()
      return .taken
    }
    if line.isEmpty {
      isInside = false
      return finish().map { .entry($0) } ?? .taken
    }
    if let sign = line.position(of: UInt8(ascii: "=")) {
      take(line[..<sign], line[(sign + 1)...])
    } else {
      field = Array(line)
      bytes = []
    }
    return .taken
  }

  /// The last entry.
  mutating func finish() -> LogLine? {
    defer {
      message = []
      marks.cut(to: 0)
      time = []
    }
    if message.isEmpty { return nil }
    return LogLine(message[...], number: number, process: marks.name(), time: time)
  }

  private mutating func takeBytes() {
    guard bytes.count >= 8, let name = field else { return }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // An impossible length ends the field at once.
    guard length <= Self.lengthLimit else {
      field = nil
      return
    }
    if bytes.count > 8 + Int(length) {
      field = nil
      take(name[...], bytes[8..<(8 + Int(length))])
    }
  }

  private mutating func take(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
    if name.equals("MESSAGE") {
      message = Array(value)
    } else if name.equals("__REALTIME_TIMESTAMP") {
      time = Array(value)[...]
    } else if name.equals("_PID") || name.equals("SYSLOG_IDENTIFIER") || name.equals("_HOSTNAME")
      || name.hasPrefix("CONTAINER_NAME")
    {
      if let rank = FieldName.rank(FieldName.path(name, in: nil)) {
        marks.add(rank, Array(value)[...])
      }
    }
  }
}
