import ProfileModel

/// What makes two frames the same row of a report.
package enum Granularity: String, CaseIterable, Sendable {
  case functions, filefunctions, files, lines, addresses
  /// The Go package of the function.
  case packages
  /// The Go module, as far as the package path shows it.
  case modules
}

extension Profile {
  /// Removes what a granularity does not distinguish (docs/pprof-semantics.md, section 9).
  mutating func aggregate(_ granularity: Granularity, inlines: Bool, columns: Bool) {
    if granularity == .addresses, inlines { return }
    let keepsNames = granularity != .files
    let keepsFiles =
      granularity != .functions && granularity != .packages && granularity != .modules
    let keepsLines = granularity == .lines || granularity == .addresses
    for row in mappings.indices {
      mappings[row].hasInlineFrames = mappings[row].hasInlineFrames && inlines
      mappings[row].hasFunctions = mappings[row].hasFunctions && keepsNames
      mappings[row].hasFilenames = mappings[row].hasFilenames && keepsFiles
      mappings[row].hasLineNumbers = mappings[row].hasLineNumbers && keepsLines
    }
    if granularity == .packages || granularity == .modules {
      for row in 0..<functions.count {
        let name = strings[bytesOf: functions.names[row]]
        let path = granularity == .packages ? goPackage(name) : goModule(name)
        functions.names[row] = strings.intern(Array(path))
      }
    }
    for row in 0..<functions.count {
      if !keepsNames {
        functions.names[row] = .empty
        functions.systemNames[row] = .empty
      }
      if !keepsFiles { functions.files[row] = .empty }
    }
    if !inlines {
      locations.changeLines { _, lines in lines.count > 1 ? Array(lines.suffix(1)) : nil }
    }
    for index in locations.lines.indices {
      if !keepsLines { locations.lines[index].line = 0 }
      if !keepsLines || !columns { locations.lines[index].column = 0 }
    }
    if granularity != .addresses {
      for row in 0..<locations.count { locations.addresses[row] = 0 }
    }
  }
}

/// Returns the package path of a Go symbol: everything before the first dot
/// after the last slash that precedes type arguments and receivers.
///
/// `net/http.(*conn).serve` is in `net/http`; a name without a dot is its own package.
package func goPackage(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  // Type arguments and receivers contain paths of their own.
  let head = name.prefix { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "(") }
  let base = head.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? head.startIndex
  guard let dot = head[base...].firstIndex(of: UInt8(ascii: ".")) else { return head }
  return head[..<dot]
}

/// Returns the module that a Go symbol's package path suggests: host, owner and
/// name (`github.com/acme/kvlog`), or `std` for paths without a host.
package func goModule(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let package = goPackage(name)
  let parts = package.split(separator: UInt8(ascii: "/"))
  guard let host = parts.first else { return package }
  guard host.contains(UInt8(ascii: ".")) else {
    // Programs without a module path: `main`. Everything else is the standard library.
    return host.elementsEqual("main".utf8) ? package : ArraySlice("std".utf8)
  }
  let isCodeHost = ["github.com", "gitlab.com", "bitbucket.org"].contains {
    host.elementsEqual($0.utf8)
  }
  let count = min(parts.count, isCodeHost ? 3 : 2)
  return package[..<parts[count - 1].endIndex]
}
