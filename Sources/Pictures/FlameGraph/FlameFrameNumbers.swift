import ProfileModel
import StackGraph

/// Numbers what the nodes of several profiles stand for, so that the same place in the code has one
/// number in all of them.
///
/// Trees are grown with these numbers: a name is read only when it is known to be in the picture.
struct FlameFrameNumbers {
  /// For each profile, the number of each node of its table.
  private(set) var ofNodes: [[UInt32]] = []

  /// For each number, a profile and a node of it.
  private(set) var origins: [(profile: Int, node: Int)] = []

  /// Represents samples without a stack.
  var emptyStack: UInt32 { UInt32(origins.count) }

  /// Represents what a tree left out.
  var pruned: UInt32 { UInt32(origins.count + 1) }

  init(_ tables: [NodeTable]) {
    if tables.count == 1, tables[0].identities.allSatisfy({ $0.column == 0 }) {
      // With one profile, its node numbers are already unique.
      ofNodes = [Array(0..<UInt32(tables[0].count))]
      origins = tables[0].identities.indices.map { (0, $0) }
      return
    }
    var texts = StringTable()
    var numbers: [NodeIdentity: UInt32] = [:]
    for (profile, table) in tables.enumerated() {
      var known = [StringID?](repeating: nil, count: table.strings.count)
      func shared(_ id: StringID) -> StringID {
        if let text = known[id.index] { return text }
        let text = texts.intern(table.strings[bytesOf: id])
        known[id.index] = text
        return text
      }
      ofNodes.append(
        table.identities.enumerated().map { node, identity in
          var key = identity
          key.name = shared(identity.name)
          key.file = shared(identity.file)
          key.startLine = 0
          if Self.isWrittenOut(identity) {
            key.objectFile = shared(identity.objectFile)
          } else {
            key.column = 0
            key.objectFile = .empty
          }
          if let number = numbers[key] { return number }
          let number = UInt32(origins.count)
          numbers[key] = number
          origins.append((profile, node))
          return number
        })
    }
  }

  /// Nothing but the frame's name, including an address, is known.
  static func isWrittenOut(_ identity: NodeIdentity) -> Bool {
    identity.name == .empty || identity.address != 0
  }
}
