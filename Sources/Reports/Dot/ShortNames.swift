import StackGraph

/// Function names for pictures, short enough for a box (docs/pprof-semantics.md, section 15, dot).
///
/// Of the forms for Go, Java and C++, the first that matches decides; what it captures is kept.
struct ShortNames {
  private let version = expression("^.*?/v(?:[2-9]|[1-9][0-9]+)[./].*$")
  private let go = expression(#"^(?:[\w\-\.]+\/)+([^.]+\..+)"#)
  private let java = expression(
    #"^(?:[a-z]\w*\.)*([A-Z][\w\$]*\.(?:<init>|[a-z][\w\$]*(?:\$\d+)?))(?:(?:\()|$)"#)
  private let cpp = expression(#"^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?)"#)

  /// The expressions are constants and valid.
  private static func expression(_ source: String) -> Pattern {
    do { return try Pattern(source) } catch { preconditionFailure("\(source): \(error)") }
  }

  func shortened(_ name: [UInt8]) -> [UInt8] {
    var name = name
    let anonymous = Array("(anonymous namespace)::".utf8)
    if name.starts(with: anonymous) { name.removeFirst(anonymous.count) }
    if version.matches(name) { name = Self.withoutVersion(name) }
    for pattern in [go, java, cpp] {
      if let range = pattern.firstGroup(in: name) { return Array(name[range]) }
    }
    return name
  }

  /// Removes the first path element `/vN`, where N is at least 2.
  private static func withoutVersion(_ name: [UInt8]) -> [UInt8] {
    var index = 0
    while index + 2 < name.count {
      if name[index] == UInt8(ascii: "/"), name[index + 1] == UInt8(ascii: "v") {
        let digits = name[(index + 2)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
        let end = digits.endIndex
        let isVersion =
          digits.count == 1
          ? digits.first! >= 0x32 : digits.count > 1 && digits.first! >= 0x31
        if isVersion, end < name.count,
          name[end] == UInt8(ascii: ".") || name[end] == UInt8(ascii: "/")
        {
          return Array(name[..<index] + name[end...])
        }
      }
      index += 1
    }
    return name
  }
}
