/// A table of comma-separated values (RFC 4180), as log stores export them. The first line of the
/// file names the columns: one has the texts, and others the time or the process.
struct SeparatedValues {
  enum Outcome {
    /// This is not a line of a table.
    case none
    case taken
    case record(LogLine)
  }

  /// The purposes of the columns; empty when the file is not a table.
  private var roles: [FieldRole] = []
  private var text = 0
  private var separator = UInt8(ascii: ",")
  private var isBegun = false

  /// A record with a value that continues in the next line, and the line where it began.
  private var open: [UInt8] = []
  private var number = 0

  private static let recordLimit = 1 << 20
  private static let columnLimit = 256

  /// Names of texts, the likeliest first, and of times that only tables use.
  private static let textNames = [
    "message", "content", "line", "raw", "log", "msg", "textpayload", "jsonpayload.message", "body",
    "event", "text",
  ].map(hash)
  private static let timeNames = ["date", "tsns", "timens"].map(hash)

  private static func hash(_ name: String) -> UInt64 {
    FieldName.path(Array(name.utf8)[...], in: nil).last
  }

  var isTable: Bool { !roles.isEmpty }

  mutating func add(_ line: ArraySlice<UInt8>, _ number: Int) -> Outcome {
    if !isBegun {
      if line.trimmed.isEmpty { return .none }
      isBegun = true
      return readNames(line) ? .taken : .none
    }
    guard isTable else { return .none }
    if open.isEmpty { self.number = number } else { open.append(0x0a) }
    let isContinued = !open.isEmpty
    if isContinued { open += line }
    guard let values = values(isContinued ? open[...] : line) else {
      if !isContinued { open = Array(line) }
      // A quote that is never closed is not one.
      if open.count > Self.recordLimit { return finish().map { .record($0) } ?? .taken }
      return .taken
    }
    open = []
    guard values.count > text else { return isContinued ? .taken : .none }
    return .record(record(values))
  }

  /// The incomplete last record.
  mutating func finish() -> LogLine? {
    if open.isEmpty { return nil }
    defer { open = [] }
    return LogLine(open[...], number: number)
  }

  private func record(_ values: [ArraySlice<UInt8>]) -> LogLine {
    var marks = WriterMarks()
    var time: ArraySlice<UInt8> = []
    for (role, value) in zip(roles, values) {
      if let rank = role.rank { marks.add(rank, value) }
      if role.isTime, time.isEmpty { time = value }
    }
    return LogLine(values[text], number: number, process: marks.name(), time: time)
  }

  /// Reads the first line: names, one of them of texts, and at least one of times or processes.
  private mutating func readNames(_ line: ArraySlice<UInt8>) -> Bool {
    for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09] {
      self.separator = separator
      guard let names = values(line), names.count > 1,
        names.allSatisfy({ Self.isName($0.trimmed) })
      else { continue }
      let paths = names.map { FieldName.path($0.trimmed, in: nil) }
      let column = Self.textNames.lazy.compactMap { name in
        paths.firstIndex { $0.last == name }
      }.first
      guard let column else { continue }
      var roles = paths.map { FieldRole($0) }
      for index in roles.indices where Self.timeNames.contains(paths[index].last) {
        roles[index].isTime = true
      }
      roles[column].rank = nil
      guard roles.contains(where: { $0.isTime || $0.rank != nil }) else { continue }
      self.roles = roles
      text = column
      return true
    }
    return false
  }

  private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    !text.isEmpty && text.count <= 64 && text.contains { $0.isLetter }
      && text.allSatisfy { byte in
        byte.isLetter || byte.isDigit || " _@.-/".utf8.contains(byte)
      }
  }

  /// The values of a record; nil when the last one continues.
  private func values(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    var result: [ArraySlice<UInt8>] = []
    var index = line.startIndex
    repeat {
      if result.count == Self.columnLimit { return result }
      if index < line.endIndex, line[index] == UInt8(ascii: "\"") {
        guard let (value, end) = Self.quoted(line, index + 1) else { return nil }
        result.append(value)
        // What is between a quote and the separator is not part of the table.
        index = line.position(of: separator, from: end) ?? line.endIndex
      } else {
        let end = line.position(of: separator, from: index) ?? line.endIndex
        result.append(line[index..<end])
        index = end
      }
      index += 1
    } while index <= line.endIndex
    return result
  }

  /// The value after a quote, and the index after its closing quote.
  private static func quoted(
    _ line: ArraySlice<UInt8>, _ start: Int
  ) -> (value: ArraySlice<UInt8>, end: Int)? {
    guard var quote = line.position(of: UInt8(ascii: "\""), from: start) else { return nil }
    if !line.has("\"\"", at: quote) { return (line[start..<quote], quote + 1) }
    var value: [UInt8] = []
    var from = start
    while line.has("\"\"", at: quote) {
      value += line[from...quote]
      from = quote + 2
      guard let next = line.position(of: UInt8(ascii: "\""), from: from) else { return nil }
      quote = next
    }
    return ((value + line[from..<quote])[...], quote + 1)
  }
}
