import Foundation

/// Checks JSON against the part of JSON Schema that docs/schemas uses: `type`,
/// `properties`, `required`, `additionalProperties: false`, `items` and `enum`.
struct JSONSchema {
  private let root: [String: Any]

  init(_ text: String) throws {
    root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  /// Returns all errors, each with its place; empty when the document is valid.
  func problems(in document: [UInt8]) throws -> [String] {
    let value = try JSONSerialization.jsonObject(with: Data(document))
    return Self.problems(value, root, "$")
  }

  /// Returns the keywords in the schema that this validator does not know.
  var unknownKeywords: Set<String> {
    let known: Set<String> = [
      "$schema", "title", "description", "type", "properties", "required",
      "additionalProperties", "items", "enum",
    ]
    func keywords(_ schema: [String: Any]) -> Set<String> {
      var result = Set(schema.keys).subtracting(known)
      for case let inner as [String: Any] in (schema["properties"] as? [String: Any] ?? [:]).values
      {
        result.formUnion(keywords(inner))
      }
      if let items = schema["items"] as? [String: Any] { result.formUnion(keywords(items)) }
      return result
    }
    return keywords(root)
  }

  private static func problems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
    var result: [String] = []
    let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
    if !types.isEmpty, !types.contains(where: { isType(value, $0) }) {
      return ["\(place) is \(value), not \(types.joined(separator: " or "))"]
    }
    if let choices = schema["enum"] as? [Any],
      !choices.contains(where: { "\($0)" == "\(value)" })
    {
      result.append("\(place) is \(value), not one of \(choices)")
    }
    if let object = value as? [String: Any] {
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        result.append("\(place) has no \(name)")
      }
      for (name, part) in object {
        if let inner = properties[name] as? [String: Any] {
          result += problems(part, inner, "\(place).\(name)")
        } else if schema["additionalProperties"] != nil {
          result.append("\(place) has \(name), which the schema does not know")
        }
      }
    }
    if let list = value as? [Any], let items = schema["items"] as? [String: Any] {
      for (index, part) in list.enumerated() {
        result += problems(part, items, "\(place)[\(index)]")
      }
    }
    return result
  }

  private static func isType(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "null": value is NSNull
    case "boolean": isBoolean(value)
    case "integer":
      !isBoolean(value)
        && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } ?? false
    case "number": !isBoolean(value) && value is NSNumber
    default: false
    }
  }

  private static func isBoolean(_ value: Any) -> Bool {
    if type(of: value) == Bool.self { return true }
    guard let number = value as? NSNumber else { return false }
    return String(cString: number.objCType) == "c"
  }
}
