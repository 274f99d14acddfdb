/// Names one text of a profile: a row of its ``StringTable``.
///
/// Two ids of one table are equal exactly when the bytes of their texts are.
package struct StringID: Hashable, Comparable, Sendable {
  package let rawValue: UInt32

  package init(_ index: Int) { rawValue = UInt32(index) }

  package var index: Int { Int(rawValue) }

  /// The empty text, row 0 of every table.
  package static let empty = StringID(0)

  package static func < (left: StringID, right: StringID) -> Bool { left.rawValue < right.rawValue }
}

/// Names one function: a row of the ``FunctionTable``.
package struct FunctionID: Hashable, Sendable {
  package let rawValue: UInt32

  package init(_ index: Int) { rawValue = UInt32(index) }

  package var index: Int { Int(rawValue) }
}

/// Names one location: a row of the ``LocationTable``.
package struct LocationID: Hashable, Sendable {
  package let rawValue: UInt32

  package init(_ index: Int) { rawValue = UInt32(index) }

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package var index: Int { Int(rawValue) }
}

/// Names one mapping, a row of ``Profile/mappings``, or none.
package struct MappingID: Hashable, Sendable {
  package let rawValue: UInt32

  package init(_ index: Int) { rawValue = UInt32(index) }

  /// The location belongs to no known mapping.
  package static let none = MappingID(rawValue: .max)

  private init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The row, or nil for ``none``.
  package var index: Int? { self == .none ? nil : Int(rawValue) }
}
