import Foundations
package import ProfileModel

/// A row of a report: what frames have in common at a granularity.
public struct NodeID: Hashable, Comparable, Sendable {
  /// The row.
  public let rawValue: UInt32

  /// Names a row.
  public init(_ index: Int) { rawValue = UInt32(index) }

  /// The row.
  public var index: Int { Int(rawValue) }

  /// True when the left row comes before the right one.
  public static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }
}

/// What makes a node (docs/pprof-semantics.md, section 9).
package struct NodeIdentity: Hashable, Sendable {
  package var name = StringID.empty
  package var file = StringID.empty
  package var line: Int64 = 0
  package var column: Int64 = 0
  package var address: UInt64 = 0
  package var objectFile = StringID.empty
  package var startLine: Int64 = 0

  /// Written by hand, since the synthesized comparison calls that of each part.
  package static func == (left: NodeIdentity, right: NodeIdentity) -> Bool {
    left.name.rawValue == right.name.rawValue && left.file.rawValue == right.file.rawValue
      && left.line == right.line && left.column == right.column && left.address == right.address
      && left.objectFile.rawValue == right.objectFile.rawValue && left.startLine == right.startLine
  }

  func hash(seed: UInt64) -> UInt32 {
    @inline(__always)
    func mix(_ value: UInt64) -> UInt64 { mixed(value, seed: seed) }
    var hash = mix(seed ^ (UInt64(name.rawValue) << 32 | UInt64(file.rawValue)))
    hash = mix(hash ^ UInt64(bitPattern: line))
    hash = mix(hash ^ address)
    hash = mix(hash ^ UInt64(bitPattern: column) &+ UInt64(objectFile.rawValue))
    return UInt32(truncatingIfNeeded: mix(hash ^ UInt64(bitPattern: startLine)) >> 32)
  }
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
  ///   - keepsObjectFiles: distinguishes functions of different binaries.
  ///   - cutsPrefixes: cuts the prefixes of file names that `trimPath`, `sourcePath` and pprof
  ///     itself define; without it, paths are only cleaned.
  package init(
    _ profile: Profile, keepsObjectFiles: Bool = false, trimPath: String = "",
    sourcePath: String = "", cutsPrefixes: Bool = true
  ) {
    strings = profile.strings
    var rows = RowIndex(about: profile.functions.count)
    var files =
      cutsPrefixes ? FileNames(trimPath: trimPath, sourcePath: sourcePath) : FileNames.uncut
    let locations = profile.locations
    let functions = profile.functions
    // The lines of a function are mostly one node. It is found without hashing, and without looking
    // at it when only the function distinguishes nodes.
    var lastNodes = [NodeID?](repeating: nil, count: functions.count)
    var plainNodes = [NodeID?](repeating: nil, count: functions.count)
    var cleanFiles = [StringID?](repeating: nil, count: functions.count)
    let lines = locations.lines
    locationNodes.reserveCapacity(lines.count)
    locationEnds.reserveCapacity(locations.count)
    var start = 0
    for (location, end) in locations.lineEnds.enumerated() {
      let address = locations.addresses[location]
      for index in start..<end {
        let line = lines[index]
        let function = line.function.index
        let isPlain = address == 0 && line.line == 0 && line.column == 0
        if isPlain, let node = plainNodes[function] {
          locationNodes.append(node)
          continue
        }
        var identity = NodeIdentity(address: address)
        identity.name = functions.names[function]
        let file = cleanFiles[function] ?? files.cleaned(functions.files[function], &strings)
        cleanFiles[function] = file
        identity.file = file
        identity.line = line.line
        identity.column = line.column
        let namesObject = keepsObjectFiles || identity.name == .empty
        if namesObject {
          identity.objectFile = Self.objectFile(of: location, profile)
          identity.startLine = functions.startLines[function]
        }
        if let last = lastNodes[function], identities[last.index] == identity {
          locationNodes.append(last)
        } else {
          let node = node(identity, &rows)
          lastNodes[function] = node
          if isPlain, !namesObject { plainNodes[function] = node }
          locationNodes.append(node)
        }
      }
      if start == end {
        let objectFile = Self.objectFile(of: location, profile)
        locationNodes.append(
          node(NodeIdentity(address: address, objectFile: objectFile), &rows))
      }
      start = end
      locationEnds.append(locationNodes.count)
    }
  }

  private static func objectFile(of location: Int, _ profile: Profile) -> StringID {
    profile.locations.mappings[location].index.map { profile.mappings[$0].file } ?? .empty
  }

  package var count: Int { identities.count }

  package func nodeRange(of location: Int) -> Range<Int> {
    (location == 0 ? 0 : locationEnds[location - 1])..<locationEnds[location]
  }

  private mutating func node(_ identity: NodeIdentity, _ rows: inout RowIndex) -> NodeID {
    let row = rows.row(identity.hash(seed: rows.seed)) { identities[$0] == identity }
    if row == identities.count { identities.append(identity) }
    return NodeID(row)
  }

  /// Returns a node's name in reports: address, function, `file:line:column`, as far as known.
  package func printableName(_ node: NodeID) -> [UInt8] {
    var text: [UInt8] = []
    appendPrintableName(of: node, to: &text)
    return text
  }

  /// Appends what ``printableName(_:)`` returns.
  package func appendPrintableName(of node: NodeID, to text: inout [UInt8]) {
    let identity = identities[node.index]
    let start = text.count
    func separate() { if text.count > start { text.append(UInt8(ascii: " ")) } }
    if identity.address != 0 {
      let digits = String(identity.address, radix: 16)
      text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 16 - digits.utf8.count))
      text.append(contentsOf: digits.utf8)
    }
    if identity.name != .empty {
      separate()
      text.append(contentsOf: strings[bytesOf: identity.name])
    }
    if identity.line != 0 || identity.file != .empty {
      separate()
      text.append(contentsOf: strings[bytesOf: identity.file])
      if identity.line == 0 { return }
      text.append(contentsOf: ":\(identity.line)".utf8)
      if identity.column != 0 { text.append(contentsOf: ":\(identity.column)".utf8) }
    } else if identity.name != .empty {
      // The name is sufficient.
    } else {
      separate()
      text += unnamedText(strings[bytesOf: identity.objectFile])
    }
  }
}

/// Returns the name that reports give a function without one: its binary, if known.
package func unnamedText(_ objectFile: ArraySlice<UInt8>) -> [UInt8] {
  if objectFile.isEmpty { return Array("<unknown>".utf8) }
  return [UInt8(ascii: "[")] + lastPathElement(objectFile) + [UInt8(ascii: "]")]
}
