import Foundations
package import Ownership
package import ProfileModel

/// The names of the user's own functions, and the module path that they share.
package struct OwnNames: Sendable {
  /// Stated once in a report and left out of names; empty when unknown.
  package private(set) var modulePath = ""
  private var functions: Set<[UInt8]> = []

  /// The package name that replaces the module's path and a dot, for functions in its root.
  private var rootPackage = ""

  package init() {}

  package init(modulePath: String) {
    self.modulePath = modulePath
    let elements = modulePath.split(separator: "/")
    // `example.com/shop/v2` has package `shop`.
    let isVersion = elements.last.map { $0.first == "v" && $0.dropFirst().allSatisfy(\.isNumber) }
    rootPackage = elements.suffix(isVersion == true ? 2 : 1).joined(separator: "/") + "."
  }

  /// - Parameter ownership: of the profile.
  package init(_ ownership: Ownership, in profile: Profile) {
    self.init(modulePath: ownership.judgesStandard ? "" : ownership.modulePath)
    for (row, isOwn) in ownership.blame.isOwn.enumerated() where isOwn {
      functions.insert(Array(profile.strings[bytesOf: profile.functions.names[row]]))
    }
  }

  /// - Parameter name: with or without an appended file, as rows of lines have.
  func contains(_ name: some Collection<UInt8>) -> Bool {
    if functions.isEmpty { return false }
    return functions.contains(Array(name))
      || functions.contains(Array(name.prefix { $0 != UInt8(ascii: " ") }))
  }

  /// Whether the text before the module's path is not part of a longer path: it is empty, a
  /// character that no name contains, or a colour.
  private static func endsBeforeName(_ text: String) -> Bool {
    guard let last = text.last else { return true }
    if last == "m", let escape = text.lastIndex(of: "\u{1b}") {
      return text[escape...].dropFirst().dropLast().allSatisfy {
        $0.isNumber || $0 == ";" || $0 == "["
      }
    }
    return !last.isLetter && !last.isNumber && !"/._-".contains(last)
  }

  /// A name without the module's path, wherever it occurs, including receivers and type arguments.
  func withoutModule(_ name: String) -> String {
    guard modulePath.contains("/"), name.contains(modulePath) else { return name }
    var result = ""
    var rest = name[...]
    while let range = rest.firstRange(of: modulePath) {
      result += rest[..<range.lowerBound]
      let tail = rest[range.upperBound...]
      let isWhole = Self.endsBeforeName(result)
      switch (isWhole, tail.first) {
      case (true, "/"): rest = tail.dropFirst()
      case (true, "."):
        result += rootPackage
        rest = tail.dropFirst()
      default:
        result += modulePath
        rest = tail
      }
    }
    return result + rest
  }
}

extension TextStyle {
  /// A function's name, safe to show and without the path of the user's module.
  func name(_ name: some Collection<UInt8>) -> String { own.withoutModule(shown(name)) }

  func name(_ name: String) -> String { self.name(name.utf8) }

  /// The same in colour.
  func ownName(_ name: String) -> String { marked(self.name(name), .user) }

  /// A text that stands for a function, in colour if the function is the user's own.
  ///
  /// - Parameter name: the name in the profile.
  func colored(_ text: String, _ name: some Collection<UInt8>) -> String {
    usesColor && own.contains(name) ? marked(text, .user) : text
  }

  /// What names leave out, for the head of a report; nil when they are complete.
  var moduleNote: String? {
    own.modulePath.contains("/") ? "your code: \(shown(own.modulePath))/" : nil
  }
}
