package import ProfileModel

/// The names of a profile's functions, split into their parts.
///
/// There are many functions but few packages. Each package is stored once, so that facts about it
/// are determined once.
package struct FunctionNames: Sendable {
  /// The distinct packages.
  package private(set) var packages: [String] = []

  /// By function: a row of ``packages``.
  package private(set) var packageRows: [Int32] = []

  /// By function: where its member begins in the name; -1 when there is none, -2 when the name is
  /// not plain.
  private var memberStarts: [Int32] = []
  private let names: [StringID]
  private let strings: StringTable

  package init(_ profile: Profile) {
    names = profile.functions.names
    strings = profile.strings
    packageRows.reserveCapacity(names.count)
    memberStarts.reserveCapacity(names.count)
    var texts = StringTable()
    // Row 0 of the table is the empty text.
    packages = [""]
    for name in names {
      let bytes = strings[bytesOf: name]
      let start = bytes.withUnsafeBufferPointer { Self.memberStart($0) }
      let text: StringID
      switch start {
      case -2:
        let parsed = SymbolName(bytes)
        text = texts.intern(parsed.package)
        memberStarts.append(parsed.member.isEmpty ? -1 : -2)
      case -1:
        text = texts.intern(bytes)
        memberStarts.append(-1)
      default:
        text = texts.intern(bytes.prefix(start - 1))
        memberStarts.append(start < bytes.count ? Int32(start) : -1)
      }
      if text.index == packages.count { packages.append(texts[text]) }
      packageRows.append(Int32(text.index))
    }
  }

  package var count: Int { names.count }

  /// The name of a function, split into its parts.
  package subscript(function: Int) -> SymbolName { SymbolName(strings[bytesOf: names[function]]) }

  package func package(of function: Int) -> String { packages[Int(packageRows[function])] }

  package func hasMember(_ function: Int) -> Bool { memberStarts[function] != -1 }

  /// True for `init` and `init.0`, but not for `init.func1`, which computes the value of a
  /// variable.
  package func isInitializer(_ function: Int) -> Bool {
    let start = memberStarts[function]
    if start == -1 { return false }
    let bytes = strings[bytesOf: names[function]]
    if start >= 0 { return Self.isInitializer(bytes.dropFirst(Int(start))) }
    return Self.isInitializer(SymbolName(bytes).member.utf8)
  }

  private static func isInitializer(_ member: some Collection<UInt8>) -> Bool {
    guard member.starts(with: "init".utf8) else { return false }
    let rest = member.dropFirst(4)
    guard let dot = rest.first else { return true }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return dot == UInt8(ascii: ".") && rest.dropFirst().allSatisfy { digits.contains($0) }
  }

  /// Where the member of a name begins: after the first dot after the last slash. -1 when there is
  /// none, -2 when ``SymbolName`` must parse the name.
  private static func memberStart(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var dot = -1
    for (index, byte) in name.enumerated() {
      switch byte {
      case UInt8(ascii: "/"): dot = -1
      case UInt8(ascii: "."): if dot < 0 { dot = index }
      case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"): return -2
      case 0x80...: return -2
      default: break
      }
    }
    return dot < 0 ? -1 : dot + 1
  }
}
