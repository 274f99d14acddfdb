import Foundations
package import Ownership
import ProfileModel
import Reports
import StackGraph

/// A function as pictures name it.
package struct FlameFunction: Hashable, Sendable {
  /// Safe to show: UTF-8 without control characters.
  package var name: String

  /// The name without the file that distinguishes functions of one name.
  package var symbol: String

  /// The Go package, which determines the colour.
  package var package: String
  package var owner: Owner
}

/// A place in a function: what a node of a ``FlameTree`` stands for.
package struct FlameFrame: Hashable, Sendable {
  /// A row of ``FlameFrames/functions``.
  package var function: Int

  /// A row of ``FlameFrames/files``.
  package var file: Int

  /// 0 when unknown.
  package var line: Int64
}

/// The frames of a tree, sorted by their texts.
///
/// A node's children are in the order of these numbers, so that pictures of two profiles or sample
/// types have the same functions in the same places.
package struct FlameFrames: Sendable {
  package private(set) var functions: [FlameFunction] = []
  package private(set) var frames: [FlameFrame] = []

  /// The files of the frames, in the order of first use; the first is none.
  package private(set) var files = [""]

  /// By number of ``FlameFrameNumbers``: the frame here; 0 for those in no tree.
  private(set) var ofNumbers: [UInt32]

  package static let prunedName = "(smaller frames)"

  /// - Parameters:
  ///   - numbers: what the nodes of each profile stand for.
  ///   - used: the numbers in the tree.
  ///   - separatesFiles: distinguishes functions of one name in several files.
  ///   - owners: whose code each function row of each profile is.
  init(
    _ sources: [(selection: Selection, table: NodeTable)], _ numbers: FlameFrameNumbers,
    used: [UInt32], separatesFiles: Bool, owners: [[Owner]]
  ) {
    var texts = FlameTexts(sources.map(\.table))
    var named: [NamedFrame] = []
    named.reserveCapacity(used.count)
    let identities = sources.map(\.table.identities)
    let ownerTables = zip(sources, owners).map { Self.ownersByName($0.selection.profile, $1) }
    for number in used where number < numbers.origins.count {
      let (profile, node) = numbers.origins[Int(number)]
      let identity = identities[profile][node]
      let file = texts.row(of: identity.file, in: profile)
      var name = texts.row(of: identity.name, in: profile)
      let plainName = sources[profile].selection.plainName(identity.name)
      var symbol =
        plainName == identity.name ? name : texts.row(of: plainName, in: profile)
      if FlameFrameNumbers.isWrittenOut(identity) {
        name = texts.row(of: sources[profile].table.printableName(NodeID(node))[...])
        if identity.name == .empty { symbol = name }
      } else if separatesFiles, identity.file != .empty {
        name = texts.row(joining: symbol, file)
      }
      named.append(
        NamedFrame(
          number: number, name: name, symbol: symbol, file: file, line: identity.line,
          owner: ownerTables[profile][identity.name.index]))
    }
    let ranks = texts.ranks()
    for index in named.indices {
      named[index].nameRank = ranks[named[index].name]
      named[index].fileRank = ranks[named[index].file]
    }
    named.sort {
      ($0.nameRank, $0.fileRank, $0.line, $0.number)
        < ($1.nameRank, $1.fileRank, $1.line, $1.number)
    }
    ofNumbers = [UInt32](repeating: 0, count: Int(numbers.pruned) + 1)
    var last: NamedFrame?
    // By rank: the row of each file; 0 for none yet, and for no file.
    var fileRows = [Int](repeating: 0, count: texts.list.count)
    for frame in named {
      if last?.nameRank != frame.nameRank {
        let symbol = texts.list[frame.symbol]
        functions.append(
          FlameFunction(
            name: texts.list[frame.name], symbol: symbol,
            package: String(decoding: goPackage(Array(symbol.utf8)[...]), as: UTF8.self),
            owner: frame.owner))
      } else if frame.owner.rawValue < functions[functions.count - 1].owner.rawValue {
        functions[functions.count - 1].owner = frame.owner
      }
      if last?.nameRank != frame.nameRank || last?.fileRank != frame.fileRank
        || last?.line != frame.line
      {
        if fileRows[frame.fileRank] == 0, !texts.list[frame.file].isEmpty {
          fileRows[frame.fileRank] = files.count
          files.append(texts.list[frame.file])
        }
        frames.append(
          FlameFrame(
            function: functions.count - 1, file: fileRows[frame.fileRank], line: frame.line))
      }
      ofNumbers[Int(frame.number)] = UInt32(frames.count - 1)
      last = frame
    }
    for (number, name) in [
      (numbers.emptyStack, noStackName), (numbers.pruned, Self.prunedName),
    ] {
      ofNumbers[Int(number)] = UInt32(frames.count)
      frames.append(FlameFrame(function: functions.count, file: 0, line: 0))
      functions.append(FlameFunction(name: name, symbol: name, package: "", owner: .other))
    }
  }

  /// A frame with its texts as rows of a ``FlameTexts``.
  private struct NamedFrame {
    var number: UInt32
    var name: Int
    var symbol: Int
    var file: Int
    var line: Int64
    var owner: Owner
    var nameRank = 0
    var fileRank = 0
  }

  /// Whose code a name is, by its row among the texts of the profile.
  private static func ownersByName(
    _ profile: Profile, _ owners: [Owner]
  ) -> [Owner] {
    // Nodes also use the cleaned names of files, which are not functions.
    var result = [Owner](repeating: .other, count: profile.strings.count)
    for (row, name) in profile.functions.names.enumerated() where name != .empty {
      if owners[row].rawValue < result[name.index].rawValue {
        result[name.index] = owners[row]
      }
    }
    return result
  }

  package func function(of frame: UInt32) -> FlameFunction {
    functions[frames[Int(frame)].function]
  }
}

/// The texts of some profiles, made safe to show.
private struct FlameTexts {
  /// Two profiles may contribute the same text; its rank is the same.
  private(set) var list: [String] = []
  private let tables: [StringTable]

  /// For each profile, the row of each of its texts; -1 for none yet.
  private var known: [[Int32]]

  init(_ tables: [NodeTable]) {
    self.tables = tables.map(\.strings)
    known = tables.map { [Int32](repeating: -1, count: $0.strings.count) }
  }

  mutating func row(of text: String) -> Int {
    list.append(text)
    return list.count - 1
  }

  mutating func row(of bytes: ArraySlice<UInt8>) -> Int {
    // Nearly all are plain, and need no copy.
    let isPlain = bytes.withUnsafeBufferPointer { bytes in
      bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    }
    return row(
      of: isPlain
        ? String(decoding: bytes, as: UTF8.self)
        : String(decoding: safeName(bytes), as: UTF8.self))
  }

  mutating func row(of id: StringID, in profile: Int) -> Int {
    let row = known[profile][id.index]
    if row >= 0 { return Int(row) }
    let new = self.row(of: tables[profile][bytesOf: id])
    known[profile][id.index] = Int32(new)
    return new
  }

  mutating func row(joining name: Int, _ file: Int) -> Int {
    row(of: "\(list[name]) \(list[file])")
  }

  /// The place of each text in byte order; equal texts share one.
  func ranks() -> [Int] {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    ends.reserveCapacity(list.count)
    for text in list {
      bytes.append(contentsOf: text.utf8)
      ends.append(bytes.count)
    }
    func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }
    var result = [Int](repeating: 0, count: list.count)
    bytes.withUnsafeBytes { bytes in
      // No text contains a 0: control characters are escaped.
      let order = multikeySorted(count: list.count, endMask: 0xff) { row, depth in
        textNumber(bytes, range(row), depth: depth)
      }
      var last: Range<Int>?
      var rank = 0
      for row in order.lazy.map({ Int($0) }) {
        let text = range(row)
        if let last, !bytes[last].elementsEqual(bytes[text]) { rank += 1 }
        result[row] = rank
        last = text
      }
    }
    return result
  }
}
