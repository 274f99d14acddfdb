/// A JSON value of any shape.
package enum JSONValue {
  /// Members are written in the order of their keys.
  case object([String: JSONValue])

  /// An object whose members keep this order.
  case members(KeyValuePairs<String, JSONValue>)
  case array([JSONValue])

  /// An array whose elements are made while it is written: a report may have a million rows, and
  /// each takes a kilobyte as a value.
  case rows(Int, (_ index: Int) -> JSONValue)
  case string(String)

  /// A text of bytes in base64 (RFC 4648, section 4).
  case base64([UInt8])
  case integer(Int64)
  case number(Double)

  /// A number, written as it is.
  case literal(String)
  case bool(Bool)
  case null

  /// Returns an object without the members that are nil.
  package static func present(_ members: [String: JSONValue?]) -> JSONValue {
    .object(members.compactMapValues(\.self))
  }

  package static func rows<Element>(
    _ elements: [Element], _ make: @escaping (Element) -> JSONValue
  ) -> JSONValue {
    .rows(elements.count) { make(elements[$0]) }
  }
}
