/// The path of a package, analyzed for the module that it belongs to.
struct ModulePath {
  private let elements: [Substring]

  /// - Returns: nil when it is not an import path.
  init?(_ path: String) {
    elements = path.split(separator: "/")
    // `go run main.go` uses the first name for its package, GOPATH mode the second for packages
    // outside.
    guard let host = elements.first, host != "command-line-arguments", host != "_",
      path.utf8.allSatisfy(Self.isPathByte)
    else { return nil }
  }

  /// Hosts whose paths name an owner or a collection, and then the module.
  private static let sharedHosts: Set<Substring> = [
    "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "git.sr.ht",
    "golang.org",
  ]

  /// Of these, the hosts without deeper folders of modules.
  private static let flatHosts: Set<Substring> = ["github.com", "bitbucket.org", "golang.org"]

  private var isHosted: Bool { elements[0].contains(".") }

  /// What the paths of one module have in common at least: host, owner and name on the shared
  /// hosts; elsewhere the first two elements, or the first one if that is not a host.
  var group: String {
    let depth = Self.sharedHosts.contains(elements[0]) ? 3 : isHosted ? 2 : 1
    return elements.prefix(depth).joined(separator: "/")
  }

  func has(element: String) -> Bool { elements.contains { $0 == element } }

  /// Returns the common part of a group's paths, as far as a module's path may extend.
  ///
  /// - Parameters:
  ///   - all: the paths of all packages.
  ///   - hasMain: package main is among them; alone, it is as likely the module's own package as
  ///     one below it.
  static func root(of group: String, among all: [ModulePath], hasMain: Bool) -> String {
    let paths = all.filter { $0.group == group }
    guard var common = paths.first?.elements, let host = common.first else { return "" }
    for path in paths { common = zip(common, path.elements).prefix { $0 == $1 }.map(\.0) }
    if !host.contains(".") { return String(host) }
    // Whatever contains `internal` is one module, and so is what imports it.
    for path in all {
      guard let end = path.elements.firstIndex(of: "internal") else { continue }
      let parent = path.elements[..<end]
      if common.starts(with: parent) { common = Array(parent) }
    }
    if common.count > 3, isVersion(common[3]) { return common.prefix(4).joined(separator: "/") }
    let isOne = paths.allSatisfy { $0.elements.count == common.count }
    if flatHosts.contains(host) || isOne && !hasMain { common = Array(common.prefix(3)) }
    if host == "gopkg.in", common.count > 1, common[1].contains(".v") {
      common = Array(common.prefix(2))
    }
    // The usual folders inside a module, and the end of its path: `example.com/shop/v2`.
    let end = common.dropFirst().firstIndex { ["cmd", "pkg"].contains($0) } ?? common.endIndex
    let version = common.dropFirst(2).firstIndex(where: isVersion).map { $0 + 1 } ?? end
    return common[..<min(end, version)].joined(separator: "/")
  }

  /// `v2` and up.
  private static func isVersion(_ element: Substring) -> Bool {
    element.first == "v" && element.count > 1 && element.dropFirst().allSatisfy(\.isNumber)
      && element != "v0" && element != "v1"
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
}
