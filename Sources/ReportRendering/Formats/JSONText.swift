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

extension ReportDocument {
  /// Returns the document as JSON: `schema`, `profile` or the facts, and an array a table.
  package func json() -> TextOutput {
    var object: [String: JSONValue] = ["schema": .string(schema)]
    switch subject {
    case .profile(let context): object["profile"] = .object(Self.profileObject(context))
    case .facts(let facts): for (name, cell) in facts { object[name] = Self.value(cell) }
    }
    for table in tables {
      object[table.name] = .array(
        table.rows.map { row in
          .object(Dictionary(uniqueKeysWithValues: zip(table.columns, row.map(Self.value))))
        })
    }
    return jsonText(JSONValue.object(object))
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
    // JSON has no infinity.
    case .share(let number), .number(let number): number.isFinite ? .number(number) : .null
    case .flag(let flag): .bool(flag)
    case .list(let list): .array(list.map(value))
    case .none: .null
    }
  }
}
