import ProfileModel
import StackGraph

/// JSON with a schema (docs/schema.md).
struct JSONFormat: FormatWriter {
  let name = "json"

  func write(_ report: ReportForms) throws -> TextOutput? {
    if let own = report.json { return try own() }
    return try report.document?().json()
  }
}

extension ReportFormat {
  package static let json = ReportFormat(JSONFormat())
}

extension ReportDocument {
  /// Returns the document as JSON: `schema`, `profile` or the facts, and an array per table.
  package func json() -> TextOutput {
    var head: [String: JSONValue] = ["schema": .string(schema)]
    switch subject {
    case .profile(let context): head["profile"] = .object(Self.profileObject(context))
    case .facts(let facts): for (name, cell) in facts { head[name] = Self.value(cell) }
    }
    // A table replaces a fact of the same name.
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
    let sum = selection.sum
    if sum.lost < 0 {
      object["gained"] = .integer(context.divided(sum.gained))
      object["lost"] = .integer(context.divided(sum.lost))
    }
    let gaps = selection.gaps
    if let limit = gaps.stackLimit {
      object["cutStacks"] = .object([
        "limit": .integer(Int64(limit)), "value": .integer(context.divided(gaps.cut)),
        "share": .number(gaps.cutShare),
      ])
    }
    if gaps.withoutStack > 0 {
      object["withoutStack"] = .integer(context.divided(gaps.withoutStack))
    }
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
