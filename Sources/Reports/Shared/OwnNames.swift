import Foundations
package import Ownership
package import ProfileModel

/// The names of the user's own functions, and the path of the module that they have in common.
package struct OwnNames: Sendable {
  /// Said once in a report and left out of names; empty when unknown.
  package private(set) var modulePath = ""
  private var functions: Set<[UInt8]> = []

  /// What stands for the module's path and a dot in the name of a function of its root.
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

  /// - Parameter name: with or without a file behind it, as rows of lines have.
  func contains(_ name: some Collection<UInt8>) -> Bool {
    if functions.isEmpty { return false }
    return functions.contains(Array(name))
      || functions.contains(Array(name.prefix { $0 != UInt8(ascii: " ") }))
  }

  /// A name without the module's path, wherever it stands in it: receivers and type arguments
  /// have it, too.
  func withoutModule(_ name: String) -> String {
    guard modulePath.contains("/"), name.contains(modulePath) else { return name }
    var result = ""
    var rest = name[...]
    while let range = rest.firstRange(of: modulePath) {
      result += rest[..<range.lowerBound]
      let tail = rest[range.upperBound...]
      let isWhole =
        rest[..<range.lowerBound].last.map { !$0.isLetter && !$0.isNumber && !"/._-".contains($0) }
        ?? (result.last.map { "[(*,".contains($0) } ?? true)
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

  /// A text that stands for a function, in colour when that is the user's own.
  ///
  /// - Parameter name: as the profile has it.
  func colored(_ text: String, _ name: some Collection<UInt8>) -> String {
    usesColor && own.contains(name) ? marked(text, .user) : text
  }

  /// What names leave out, for the head of a report; nil when they are whole.
  var moduleNote: String? {
    own.modulePath.contains("/") ? "your code: \(shown(own.modulePath))/" : nil
  }
}
