package import ProfileModel

/// Names one row of a report: what frames have in common at a granularity.
package struct NodeID: Hashable, Comparable, Sendable {
  package let rawValue: UInt32

  package init(_ index: Int) { rawValue = UInt32(index) }

  package var index: Int { Int(rawValue) }

  package static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }
}

/// What makes a node (conformance/SEMANTICS.md, section 9).
package struct NodeIdentity: Hashable, Sendable {
  package var name = StringID.empty
  package var file = StringID.empty
  package var line: Int64 = 0
  package var column: Int64 = 0
  package var address: UInt64 = 0
  package var objectFile = StringID.empty
  package var startLine: Int64 = 0
}

/// The nodes of a profile, and which of them each location stands for.
package struct NodeTable: Sendable {
  package private(set) var identities: [NodeIdentity] = []

  /// The profile's texts and the cleaned file names.
  package private(set) var strings: StringTable

  /// The nodes of all locations, those of one location leaf first.
  package private(set) var locationNodes: [NodeID] = []
  package private(set) var locationEnds: [Int] = []

  /// - Parameters:
  ///   - keepsObjectFiles: tells functions of different binaries apart.
  ///   - cutsPrefixes: cuts the prefixes of file names that `trimPath`,
  ///     `sourcePath` and pprof itself know; without it, paths are only cleaned.
  package init(
    _ profile: Profile, keepsObjectFiles: Bool = false, trimPath: String = "",
    sourcePath: String = "", cutsPrefixes: Bool = true
  ) {
    strings = profile.strings
    var rows: [NodeIdentity: NodeID] = [:]
    var files =
      cutsPrefixes ? FileNames(trimPath: trimPath, sourcePath: sourcePath) : FileNames.uncut
    let locations = profile.locations
    let functions = profile.functions
    // The lines of a function mostly are one node, found without hashing.
    var lastNodes = [NodeID?](repeating: nil, count: functions.count)
    var cleanFiles = [StringID?](repeating: nil, count: functions.count)
    locationNodes.reserveCapacity(locations.lines.count)
    locationEnds.reserveCapacity(locations.count)
    for location in 0..<locations.count {
      let objectFile =
        locations.mappings[location].index.map { profile.mappings[$0].file } ?? .empty
      var identity = NodeIdentity(address: locations.addresses[location])
      let lines = locations.lines[locations.lineRange(of: location)]
      for line in lines {
        let function = line.function.index
        identity.name = functions.names[function]
        let file = cleanFiles[function] ?? files.cleaned(functions.files[function], &strings)
        cleanFiles[function] = file
        identity.file = file
        identity.line = line.line
        identity.column = line.column
        let namesObject = keepsObjectFiles || identity.name == .empty
        identity.objectFile = namesObject ? objectFile : .empty
        identity.startLine = namesObject ? functions.startLines[function] : 0
        if let last = lastNodes[function], identities[last.index] == identity {
          locationNodes.append(last)
        } else {
          let node = node(identity, &rows)
          lastNodes[function] = node
          locationNodes.append(node)
        }
      }
      if lines.isEmpty {
        identity.objectFile = objectFile
        locationNodes.append(node(identity, &rows))
      }
      locationEnds.append(locationNodes.count)
    }
  }

  package var count: Int { identities.count }

  package func nodeRange(of location: Int) -> Range<Int> {
    (location == 0 ? 0 : locationEnds[location - 1])..<locationEnds[location]
  }

  private mutating func node(
    _ identity: NodeIdentity, _ rows: inout [NodeIdentity: NodeID]
  ) -> NodeID {
    if let known = rows[identity] { return known }
    let new = NodeID(identities.count)
    identities.append(identity)
    rows[identity] = new
    return new
  }

  /// Returns what reports call a node: address, function, `file:line:column`,
  /// as far as known.
  package func printableName(_ node: NodeID) -> [UInt8] {
    let identity = identities[node.index]
    var parts: [[UInt8]] = []
    if identity.address != 0 {
      let digits = String(identity.address, radix: 16)
      let zeros = String(repeating: "0", count: 16 - digits.utf8.count)
      parts.append(Array((zeros + digits).utf8))
    }
    if identity.name != .empty { parts.append(Array(strings[bytesOf: identity.name])) }
    if identity.line != 0 {
      var text = Array(strings[bytesOf: identity.file]) + Array(":\(identity.line)".utf8)
      if identity.column != 0 { text += Array(":\(identity.column)".utf8) }
      parts.append(text)
    } else if identity.file != .empty {
      parts.append(Array(strings[bytesOf: identity.file]))
    } else if identity.name != .empty {
      // The name is enough.
    } else if identity.objectFile != .empty {
      parts.append(
        Array("[".utf8) + lastPathElement(strings[bytesOf: identity.objectFile])
          + Array("]".utf8))
    } else {
      parts.append(Array("<unknown>".utf8))
    }
    return Array(parts.joined(separator: [UInt8(ascii: " ")]))
  }
}
