import ProfileModel

extension Ownership {
  /// The module that holds package `main`, or else most of the user's functions.
  ///
  /// Its path is a guess from package paths: host, owner and repository on the
  /// code hosts that name them so, the first two elements elsewhere (one, if it
  /// is no host), and what all of these packages have in common beyond that.
  static func guessedModule(
    names: FunctionNames, origins: [FunctionOrigin], file: (_ row: Int) -> String
  ) -> String {
    var groups: [String: (weight: Int, common: [Substring])] = [:]
    var counts = [Int](repeating: 0, count: names.packages.count)
    var firstRows: [(package: Int, function: Int)] = []
    for row in 0..<names.count where origins[row] == .own && names.hasMember(row) {
      let package = Int(names.packageRows[row])
      if counts[package] == 0 { firstRows.append((package, row)) }
      counts[package] += 1
    }
    for (package, row) in firstRows {
      var path = names.packages[package]
      var weight = counts[package]
      if path == "main" {
        // Built with -trimpath, the file tells what the name does not.
        let file = file(row)
        guard let first = file.utf8.first, first != UInt8(ascii: "/"),
          let slash = file.lastIndex(of: "/")
        else { continue }
        path = String(file[..<slash])
        weight = names.count
      }
      let elements = path.split(separator: "/")
      guard let host = elements.first, path.utf8.allSatisfy(isPathByte) else { continue }
      let isShared = ["github.com", "gitlab.com", "bitbucket.org"].contains(String(host))
      let depth = isShared ? 3 : host.contains(".") ? 2 : 1
      let key = elements.prefix(depth).joined(separator: "/")
      var group = groups[key] ?? (0, elements)
      group.weight += weight
      group.common = Array(zip(group.common, elements).prefix { $0 == $1 }.map(\.0))
      if !host.contains(".") { group.common = Array(group.common.prefix(1)) }
      groups[key] = group
    }
    let best = groups.min { ($1.value.weight, $0.key) < ($0.value.weight, $1.key) }
    guard var common = best?.value.common else { return "" }
    // A program with nothing but its main package: the module is above cmd/.
    if let end = common.firstIndex(where: { $0 == "cmd" || $0 == "internal" }) {
      common = Array(common[..<end])
    }
    return common.joined(separator: "/")
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
