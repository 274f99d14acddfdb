/// A Go symbol split into its parts: `encoding/json.(*Encoder).Encode` into its package and the
/// rest.
///
/// Type arguments are dropped, and `%2e` is decoded to the dot that it represents. Names of other
/// languages become something that matches no rule.
package struct SymbolName: Equatable {
  package var package: String

  /// `(*Encoder).Encode`; empty when the name has no package.
  package var member: String

  package init(package: String, member: String) {
    self.package = package
    self.member = member
  }

  package init(_ bytes: some Sequence<UInt8>) {
    let plain = Self.plainBytes(bytes)
    let path = plain.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard let dot = plain[path...].firstIndex(of: UInt8(ascii: ".")) else {
      package = String(decoding: plain, as: UTF8.self)
      member = ""
      return
    }
    package = Self.unescaped(plain[..<dot])
    member = String(decoding: plain[(dot + 1)...], as: UTF8.self)
  }

  /// The name without `[…]`, nested or not.
  private static func plainBytes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let all = Array(bytes)
    if !all.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }) { return all }
    var plain: [UInt8] = []
    var depth = 0
    for byte in all {
      switch byte {
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth = max(0, depth - 1)
      default: if depth == 0 { plain.append(byte) }
      }
    }
    return plain
  }

  /// The linker writes the dots of a path's last element as `%2e`.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(UInt8(ascii: "%")) else { return text }
    var result = ""
    var rest = Substring(text)
    while let percent = rest.firstIndex(of: "%") {
      result += rest[..<percent]
      rest = rest[percent...].dropFirst()
      // Closures of inlined functions are escaped twice.
      if let escape = ["2e", "252e"].first(where: { rest.hasPrefix($0) }) {
        result += "."
        rest = rest.dropFirst(escape.count)
      } else {
        result += "%"
      }
    }
    return result + rest
  }

  /// The possible names of a closure of an inlined standard function.
  ///
  /// Go before 1.23 names it after the function that it was inlined into:
  /// `main.(*T).m.(*Logger).Printf.func1` in package `log` is one of
  /// `log.m.(*Logger).Printf.func1`, `log.(*Logger).Printf.func1` and so on.
  package func closureNames(in package: String) -> [SymbolName] {
    var names: [SymbolName] = []
    // Each name is a copy, so a long name with many dots would take unlimited memory.
    guard member.utf8.count <= 4096 else { return names }
    var rest = member[...]
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[dot...].dropFirst()
      names.append(SymbolName(package: package, member: String(rest)))
    }
    return names
  }

  /// Whether a package is the module's root, is below it, or has its tests.
  package static func path(_ path: String, isInModule module: String) -> Bool {
    guard path.utf8.starts(with: module.utf8) else { return false }
    let rest = path.utf8.dropFirst(module.utf8.count)
    guard let next = rest.first else { return true }
    return next == UInt8(ascii: "/") || module.utf8.last == UInt8(ascii: "/")
      || rest.elementsEqual("_test".utf8)
  }
}
