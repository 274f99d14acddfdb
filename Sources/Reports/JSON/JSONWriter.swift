import FoundationEssentials
import ProfileModel
import StackGraph

/// A JSON value of any shape.
enum JSONValue: Encodable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case integer(Int64)
  case number(Double)
  case bool(Bool)
  case null

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let value): try value.encode(to: encoder)
    case .array(let value): try value.encode(to: encoder)
    case .string(let value): try value.encode(to: encoder)
    case .integer(let value): try value.encode(to: encoder)
    case .number(let value): try value.encode(to: encoder)
    case .bool(let value): try value.encode(to: encoder)
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }
}

/// Returns a value as indented JSON with sorted keys and a newline at the end.
func jsonText(_ value: some Encodable) -> TextOutput {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  var output = TextOutput()
  // Plain structs of finite numbers and texts always encode.
  guard let data = try? encoder.encode(value) else { return output }
  output.write(data)
  output.newline()
  return output
}

/// The same, written as it goes.
func jsonText(_ value: JSONValue) -> TextOutput {
  var writer = JSONWriter()
  writer.write(value)
  return writer.finished()
}

/// Writes JSON in the form of `JSONEncoder`, without holding more than the text: an
/// encoder takes a kilobyte a row, and a report may have a million.
struct JSONWriter {
  private(set) var output = TextOutput()
  private var depth = 0

  /// What is written behind the limit is lost, so that no more need be made.
  var isOverLimit: Bool { output.isOverLimit }

  mutating func finished() -> TextOutput {
    output.newline()
    return output
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let members):
      writeObject(members.keys.sorted()) { $0.write(members[$1] ?? .null) }
    case .array(let elements): writeArray(elements) { $0.write($1) }
    case .string(let text): write(text)
    case .integer(let number): output.write("\(number)")
    // JSON has no infinity.
    case .number(let number) where !number.isFinite: output.write("null")
    case .number(let number):
      let text = number.description
      output.write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    case .bool(let flag): output.write(flag ? "true" : "false")
    case .null: output.write("null")
    }
  }

  /// - Parameter keys: in their order.
  mutating func writeObject(
    _ keys: [String], _ body: (inout JSONWriter, _ key: String) -> Void
  ) {
    writeList(keys, "{", "}") { writer, key in
      writer.write(key)
      writer.output.write(" : ")
      body(&writer, key)
    }
  }

  mutating func writeArray<Elements: Sequence>(
    _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    writeList(elements, "[", "]", body)
  }

  private mutating func writeList<Elements: Sequence>(
    _ elements: Elements, _ open: String, _ close: String,
    _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    output.write(open)
    depth += 1
    var isFirst = true
    for element in elements {
      if isOverLimit { return }
      if !isFirst { output.write(",") }
      isFirst = false
      newline()
      body(&self, element)
    }
    depth -= 1
    if isFirst { output.newline() }
    newline()
    output.write(close)
  }

  private mutating func newline() {
    output.newline()
    output.blanks(2 * depth)
  }

  private mutating func write(_ text: String) {
    var text = text
    output.write("\"")
    text.withUTF8 { bytes in
      var start = 0
      for (index, byte) in bytes.enumerated() {
        guard let escape = Self.escape(byte) else { continue }
        output.write(UnsafeBufferPointer(rebasing: bytes[start..<index]))
        output.write(escape)
        start = index + 1
      }
      output.write(UnsafeBufferPointer(rebasing: bytes[start...]))
    }
    output.write("\"")
  }

  private static func escape(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case 0x20...: nil
    case 0x08: "\\b"
    case 0x09: "\\t"
    case 0x0a: "\\n"
    case 0x0c: "\\f"
    case 0x0d: "\\r"
    default: (byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16)
    }
  }
}

extension ReportDocument {
  /// Returns the document as JSON: `schema`, `profile` or the facts, and an array a table.
  package func json() -> TextOutput {
    var head: [String: JSONValue] = ["schema": .string(schema)]
    switch subject {
    case .profile(let context): head["profile"] = .object(Self.profileObject(context))
    case .facts(let facts): for (name, cell) in facts { head[name] = Self.value(cell) }
    }
    // A table stands for a fact of its name.
    for table in tables { head[table.name] = .null }
    var writer = JSONWriter()
    writer.writeObject(head.keys.sorted()) { writer, key in
      guard let table = tables.last(where: { $0.name == key }) else {
        return writer.write(head[key] ?? .null)
      }
      let columns = Dictionary(uniqueKeysWithValues: zip(table.columns, table.columns.indices))
      let names = table.columns.sorted()
      writer.writeArray(0..<table.rowCount) { writer, index in
        let row = table.row(index)
        writer.writeObject(names) { writer, name in
          guard let column = columns[name], row.indices.contains(column) else { return }
          writer.write(Self.value(row[column]))
        }
      }
    }
    return writer.finished()
  }

  private static func profileObject(_ context: ReportContext) -> [String: JSONValue] {
    let selection = context.selection
    let profile = context.profile
    var object: [String: JSONValue] = [
      "sampleType": .string(selection.sampleType), "unit": .string(selection.unit),
      "total": .integer(context.divided(selection.total)),
      "filters": .array(selection.activeFilters.map { .string($0) }),
      "timeNanoseconds": .integer(profile.timeNanoseconds),
      "durationNanoseconds": .integer(profile.durationNanoseconds),
      "sampleTypes": .array(
        profile.sampleTypes.indices.map { column in
          .object([
            "name": .string(profile.sampleTypeName(column)),
            "unit": .string(profile.strings[profile.sampleTypes[column].unit]),
          ])
        }),
    ]
    if let mapping = profile.mappings.first, mapping.file != .empty {
      object["program"] = .string(
        documentName(lastPathElement(profile.strings[bytesOf: mapping.file])))
    }
    return object
  }

  private static func value(_ cell: Cell) -> JSONValue {
    switch cell {
    case .text(let text): .string(text)
    case .name(let name): .string(documentName(name))
    case .integer(let number), .value(let number), .measure(let number, _): .integer(number)
    case .share(let number), .number(let number): .number(number)
    case .flag(let flag): .bool(flag)
    case .list(let list): .array(list.map(value))
    case .none: .null
    }
  }
}
