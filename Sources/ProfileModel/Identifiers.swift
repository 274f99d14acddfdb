// Public, though no other package uses it: only public code is compiled into the modules that use
// it, and rows are read for every frame.

/// Identifies a text of a profile: a row of its ``StringTable``.
///
/// Two ids of one table are equal exactly when the bytes of their texts are.
public struct StringID: Hashable, Comparable, Sendable {
  /// The row.
  public let rawValue: UInt32

  /// Names a row.
  public init(_ index: Int) { rawValue = UInt32(index) }

  /// The row.
  public var index: Int { Int(rawValue) }

  /// The empty text, row 0 of every table.
  public static var empty: StringID { StringID(0) }

  /// True when the left row comes before the right one.
  public static func < (left: StringID, right: StringID) -> Bool { left.rawValue < right.rawValue }
}

/// Identifies a function: a row of the ``FunctionTable``.
public struct FunctionID: Hashable, Sendable {
  /// The row.
  public let rawValue: UInt32

  /// Names a row.
  public init(_ index: Int) { rawValue = UInt32(index) }

  /// The row.
  public var index: Int { Int(rawValue) }
}

/// Identifies a location: a row of the ``LocationTable``.
public struct LocationID: Hashable, Sendable {
  /// The row.
  public let rawValue: UInt32

  /// Names a row.
  public init(_ index: Int) { rawValue = UInt32(index) }

  /// Names a row.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The row.
  public var index: Int { Int(rawValue) }
}

/// Identifies a mapping, a row of ``Profile/mappings``, or none.
public struct MappingID: Hashable, Sendable {
  /// The row.
  public let rawValue: UInt32

  /// Names a row.
  public init(_ index: Int) { rawValue = UInt32(index) }

  /// The location belongs to no known mapping.
  public static var none: MappingID { MappingID(rawValue: .max) }

  private init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The row, or nil for ``none``.
  public var index: Int? { self == .none ? nil : Int(rawValue) }
}
