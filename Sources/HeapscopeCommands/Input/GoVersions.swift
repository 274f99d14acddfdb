import Glibc

/// A version of Go, as precise as a path or a distribution gives it: `1.27.3`, `1.15`.
struct GoVersion: Equatable, CustomStringConvertible {
  private let numbers: [Int]

  /// Reads the version that a text begins with.
  private init?(_ text: Substring) {
    let parts = text.prefix { $0.isNumber && $0.isASCII || $0 == "." }.split(separator: ".")
    let numbers = parts.prefix(3).compactMap { Int($0) }
    guard numbers.first == 1, numbers.count >= 2 else { return nil }
    self.numbers = numbers
  }

  var description: String { "go" + numbers.map(String.init).joined(separator: ".") }

  /// Whether both may be the same version: the shorter one leaves the rest open.
  func agrees(with other: GoVersion) -> Bool {
    zip(numbers, other.numbers).allSatisfy { $0 == $1 }
  }

  /// The version in the name of a distribution's folder, above its `src`: `/usr/lib/go-1.15/src/…`,
  /// `…/Cellar/go/1.16.3/libexec/src/…`,
  /// `…/golang.org/toolchain@v0.0.1-go1.21.5.linux-amd64/src/…`.
  init?(inPath path: String) {
    guard let source = path.ranges(of: "/src/").last else { return nil }
    let folder = path[..<source.lowerBound].lowercased()
    for go in folder.ranges(of: "go") {
      var rest = folder[go.upperBound...]
      if rest.hasPrefix("lang") { rest = rest.dropFirst(4) }
      if let mark = rest.first, "-/@_".contains(mark) { rest = rest.dropFirst() }
      if let version = GoVersion(rest) {
        self = version
        return
      }
    }
    return nil
  }

  /// The version that a distribution declares in the first line of its file VERSION.
  init?(ofDistribution root: String) {
    guard let file = try? FileSource.open(root + "/VERSION"),
      let bytes = try? file.readAll(limit: 4096)
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix("go"), let version = GoVersion(text.dropFirst(2)) else { return nil }
    self = version
  }
}
