package import HeapAnalysis
import ProfileModel
import ReportRendering
import StackGraph

/// A function as pictures name it.
package struct FlameFunction: Hashable, Sendable {
  /// Safe to show: UTF-8 without control characters.
  package var name: String

  /// The Go package, which decides the colour.
  package var package: String
  package var owner: CodeOwners.Owner
}

/// A place in a function: what a node of a ``FlameTree`` stands for.
package struct FlameFrame: Hashable, Sendable {
  /// A row of ``FlameFrames/functions``.
  package var function: Int
  package var file: String

  /// 0 when unknown.
  package var line: Int64
}

/// The frames of one or more profiles, numbered in the order of their texts.
///
/// Children of a node are in the order of these numbers, so that pictures of two
/// profiles or sample types have the same functions at the same places.
package struct FlameFrames: Sendable {
  package private(set) var functions: [FlameFunction] = []
  package private(set) var frames: [FlameFrame] = []

  /// For each profile, the frame of each node of its table.
  private(set) var ofNodes: [[UInt32]] = []

  /// Stands for what ``FlameTree`` left out; the last frame.
  package var prunedFrame: UInt32 { UInt32(frames.count - 1) }

  /// The frame of samples without a stack, the one before.
  var emptyStackFrame: UInt32 { UInt32(frames.count - 2) }

  package static let prunedName = "(smaller frames)"
  package static let emptyStackName = "<no stack>"

  /// - Parameters:
  ///   - tables: the nodes of each profile.
  ///   - separatesFiles: tells functions of one name in several files apart.
  ///   - module: the path of the user's module; guessed when nil.
  init(
    _ sources: [(profile: Profile, table: NodeTable)], separatesFiles: Bool, module: String?
  ) {
    struct Key: Hashable {
      var name: String
      var file: String
      var line: Int64
    }
    var owners: [String: CodeOwners.Owner] = [:]
    var keys: [[Key]] = []
    for (profile, table) in sources {
      let known = CodeOwners(profile, module: module).owners
      for (row, name) in profile.functions.names.enumerated() where name != .empty {
        let text = Self.text(profile.strings[bytesOf: name])
        if owners[text].map({ $0.rawValue > known[row].rawValue }) ?? true {
          owners[text] = known[row]
        }
      }
      var texts: [StringID: String] = [:]
      func text(_ id: StringID) -> String {
        if let text = texts[id] { return text }
        let text = Self.text(table.strings[bytesOf: id])
        texts[id] = text
        return text
      }
      keys.append(
        table.identities.enumerated().map { node, identity in
          var name = text(identity.name)
          let file = text(identity.file)
          if identity.name == .empty || identity.address != 0 {
            name = Self.text(table.printableName(NodeID(node)))
          } else if separatesFiles, !file.isEmpty {
            name += " " + file
          }
          return Key(name: name, file: file, line: identity.line)
        })
    }
    let sorted = Set(keys.joined()).sorted {
      ($0.name, $0.file, $0.line) < ($1.name, $1.file, $1.line)
    }
    var numbers: [Key: UInt32] = [:]
    for key in sorted {
      if functions.last?.name != key.name {
        let bytes = Array(key.name.utf8)
        functions.append(
          FlameFunction(
            name: key.name, package: String(decoding: goPackage(bytes[...]), as: UTF8.self),
            owner: owners[key.name] ?? owners[String(key.name.prefix { $0 != " " })] ?? .other))
      }
      numbers[key] = UInt32(frames.count)
      frames.append(FlameFrame(function: functions.count - 1, file: key.file, line: key.line))
    }
    for name in [Self.emptyStackName, Self.prunedName] {
      frames.append(FlameFrame(function: functions.count, file: "", line: 0))
      functions.append(FlameFunction(name: name, package: "", owner: .other))
    }
    ofNodes = keys.map { keys in keys.map { numbers[$0] ?? 0 } }
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: safeName(bytes), as: UTF8.self)
  }

  package func function(of frame: UInt32) -> FlameFunction {
    functions[frames[Int(frame)].function]
  }
}
