/// Finds the texts in JSON that a container, a logger or a log store wrapped them in: a line of
/// JSON, or a document of many lines.
///
/// A record is an object on its own or in a list. All texts in it are of one process and one time.
/// They are passed on when the record ends, since the names of the process may come after them.
struct JSONRecords {
  struct Text {
    var bytes: ArraySlice<UInt8>
    var number: Int

    /// The text contains its line ends.
    var isStream: Bool
  }

  enum Outcome: Equatable {
    /// The value ended, at this index.
    case complete(Int)
    /// The value continues in the next line.
    case open
    /// The line ends within a text.
    case cut
    /// This is not JSON.
    case broken
  }

  private struct Frame {
    var isArray: Bool
    var path: FieldName.Path
    var role: FieldRole
    var isRecord: Bool
    var textStart: Int
    var markStart: Int
    var hadTime: Bool
    /// The next text of an object is a name.
    var expectsName = true
    /// The value of `key` in a list of attributes.
    var attribute: FieldName.Path?
    /// A text that is written as a list of its bytes.
    var bytes: [UInt8] = []
  }

  private var stack: [Frame] = []
  private var name = FieldName.Path()
  private var nameRole = FieldRole(FieldName.Path())
  private var roles = FieldRoles()
  private var texts: [Text] = []
  private var marks = WriterMarks()
  private var time: ArraySlice<UInt8> = []

  /// Names of fields whose texts contained what a runtime writes.
  private var learnt: Set<UInt64> = []

  private static let depthLimit = 64
  private static let learntLimit = 64

  var isOpen: Bool { !stack.isEmpty }

  mutating func reset() {
    stack = []
    texts = []
    marks.cut(to: 0)
    time = []
  }

  /// Reads a line; passes on the records that end in it.
  mutating func feed(
    _ line: ArraySlice<UInt8>, number: Int,
    _ emit: ([Text], _ process: String, _ time: ArraySlice<UInt8>) -> Void
  ) -> Outcome {
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      switch byte {
      case 0x20, 0x09, 0x0d, UInt8(ascii: ","):
        if byte == UInt8(ascii: ","), !stack.isEmpty { stack[stack.count - 1].expectsName = true }
        index += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard push(isArray: byte == UInt8(ascii: "[")) else { return .broken }
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard let frame = stack.last, frame.isArray == (byte == UInt8(ascii: "]")) else {
          return .broken
        }
        pop(number, emit)
        index += 1
        if stack.isEmpty { return .complete(index) }
      case UInt8(ascii: "\""):
        guard !stack.isEmpty else { return .broken }
        let start = index + 1
        guard let end = Self.textEnd(line, start) else {
          // An incomplete text is better than none.
          if !nextIsName { take(line[start...], hasEscapes: true, number) }
          while !stack.isEmpty { pop(number, emit) }
          return .cut
        }
        index = end + 1
        if nextIsName {
          while index < line.endIndex, line[index].isBlank { index += 1 }
          guard index < line.endIndex, line[index] == UInt8(ascii: ":") else { return .broken }
          index += 1
          let raw = line[start..<end]
          let outer = stack.count > 1 ? stack[stack.count - 1].path.last : nil
          name = FieldName.path(
            raw.position(of: UInt8(ascii: "\\")) == nil ? raw : JSONRecords.unescaped(raw)[...],
            in: outer)
          nameRole = roles.role(of: name)
          stack[stack.count - 1].expectsName = false
        } else {
          take(line[start..<end], hasEscapes: nil, number)
          if stack.count == 1, stack[0].isArray, !texts.isEmpty {
            // A list of lines.
            emit(texts, marks.name(), time)
            texts = []
          }
        }
      case UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
        guard !stack.isEmpty, !nextIsName else { return .broken }
        let start = index
        while index < line.endIndex, Self.isLiteralByte(line[index]) { index += 1 }
        takeNumber(line[start..<index])
      default: return .broken
      }
    }
    return stack.isEmpty ? .broken : .open
  }

  private var nextIsName: Bool {
    guard let frame = stack.last else { return false }
    return !frame.isArray && frame.expectsName
  }

  private static func isLiteralByte(_ byte: UInt8) -> Bool {
    byte.isDigit || byte.isLetter || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".")
  }

  /// The index of the quote that ends a text.
  private static func textEnd(_ line: ArraySlice<UInt8>, _ start: Int) -> Int? {
    var from = start
    while let quote = line.position(of: UInt8(ascii: "\""), from: from) {
      var slashes = quote
      while slashes > start, line[slashes - 1] == UInt8(ascii: "\\") { slashes -= 1 }
      if (quote - slashes) % 2 == 0 { return quote }
      from = quote + 1
    }
    return nil
  }

  private mutating func push(isArray: Bool) -> Bool {
    guard stack.count < Self.depthLimit, !nextIsName else { return false }
    // An element of a list has the list's name.
    let (path, role) = stack.isEmpty ? (FieldName.Path(), roles.role(of: FieldName.Path())) : here
    let isRecord =
      !isArray && (stack.last.map { $0.isArray && !$0.role.isAttributeList } ?? true)
    stack.append(
      Frame(
        isArray: isArray, path: path, role: role, isRecord: isRecord, textStart: texts.count,
        markStart: marks.count, hadTime: !time.isEmpty))
    return true
  }

  private mutating func pop(
    _ number: Int, _ emit: ([Text], String, ArraySlice<UInt8>) -> Void
  ) {
    let frame = stack.removeLast()
    if !frame.bytes.isEmpty {
      texts.append(Text(bytes: frame.bytes[...], number: number, isStream: false))
    }
    guard frame.isRecord else { return }
    if texts.count > frame.textStart {
      if frame.textStart == 0 {
        emit(Self.distinct(texts), marks.name(), time)
        texts = []
      } else {
        emit(Self.distinct(Array(texts[frame.textStart...])), marks.name(), time)
        texts.removeLast(texts.count - frame.textStart)
      }
    }
    marks.cut(to: frame.markStart)
    if !frame.hadTime { time = [] }
  }

  /// Removes texts that another one begins with, such as a short message.
  private static func distinct(_ texts: [Text]) -> [Text] {
    if texts.count < 2 || texts.count > 16 { return texts }
    return texts.enumerated().filter { index, text in
      !texts.enumerated().contains { other, longer in
        index != other && longer.bytes.starts(with: text.bytes)
          && (longer.bytes.count > text.bytes.count || other < index)
      }
    }.map(\.element)
  }

  /// The path and the purpose of a value at this place.
  private var here: (path: FieldName.Path, role: FieldRole) {
    if let frame = stack.last, frame.isArray { return (frame.path, frame.role) }
    return (name, nameRole)
  }

  private mutating func take(_ raw: ArraySlice<UInt8>, hasEscapes: Bool?, _ number: Int) {
    var (path, role) = here
    let hasEscapes = hasEscapes ?? (raw.position(of: UInt8(ascii: "\\")) != nil)
    func value() -> ArraySlice<UInt8> { hasEscapes ? Self.unescaped(raw)[...] : raw }
    if role.isKey, raw.count < 128 {
      stack[stack.count - 1].attribute = FieldName.path(value(), in: nil)
      return
    }
    if role.isValue, let attribute = stack.suffix(2).compactMap(\.attribute).last {
      path = attribute
      role = roles.role(of: path)
    }
    if let rank = role.rank {
      marks.add(rank, value())
    } else if role.isTime {
      if time.isEmpty { time = value() }
    } else if role.isText || stack.count == 1 && stack[0].isArray
      || !learnt.isEmpty && learnt.contains(path.last)
    {
      // Loki writes pairs of a time and a line: this is such a time.
      if raw.count >= 16, raw.allSatisfy(\.isDigit) { return }
      texts.append(
        Text(bytes: value(), number: number, isStream: role.isStream))
    } else if raw.count > 8, Anchor.stands(in: raw) {
      if learnt.count < Self.learntLimit { learnt.insert(path.last) }
      texts.append(Text(bytes: value(), number: number, isStream: false))
    }
  }

  private mutating func takeNumber(_ raw: ArraySlice<UInt8>) {
    let role = here.role
    if stack.last?.isArray ?? false {
      // journald writes a text with control characters as a list of bytes.
      if role.isText, let byte = UInt8(raw.text) { stack[stack.count - 1].bytes.append(byte) }
    } else if let rank = role.rank {
      marks.add(rank, raw)
    } else if role.isTime, time.isEmpty {
      time = raw
    }
  }

  /// Decodes the escapes of RFC 8259, 7.
  static func unescaped(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var index = raw.startIndex
    while index < raw.endIndex {
      guard let slash = raw.position(of: UInt8(ascii: "\\"), from: index),
        slash + 1 < raw.endIndex
      else {
        result += raw[index...]
        break
      }
      result += raw[index..<slash]
      index = slash + 1
      let escape = raw[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "u"): appendScalar(raw, &index, to: &result)
      default: result.append(escape)
      }
    }
    return result
  }

  /// Decodes the four digits after `\u`, perhaps with the second half of a surrogate pair. Anything
  /// else is replaced with U+FFFD.
  private static func appendScalar(
    _ raw: ArraySlice<UInt8>, _ index: inout Int, to result: inout [UInt8]
  ) {
    func unit() -> UInt32? {
      guard raw.endIndex - index >= 4 else { return nil }
      var value: UInt32 = 0
      for byte in raw[index..<index + 4] {
        guard let digit = byte.hexDigit else { return nil }
        value = value << 4 | UInt32(digit)
      }
      index += 4
      return value
    }
    var value = unit() ?? 0xfffd
    if value & 0xfc00 == 0xd800, raw.has("\\u", at: index) {
      index += 2
      if let low = unit(), low & 0xfc00 == 0xdc00 {
        value = 0x10000 + ((value & 0x3ff) << 10 | (low & 0x3ff))
      }
    }
    result.append(contentsOf: Array(String(Character(Unicode.Scalar(value) ?? "\u{fffd}")).utf8))
  }
}
