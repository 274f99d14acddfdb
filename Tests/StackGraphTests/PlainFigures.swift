import ProfileModel
import StackGraph

/// What a frame is at a granularity, as text.
///
/// A second, plain reading of the rules: nothing here is shared with the code
/// that the figures are compared with.
struct PlainFrame: Hashable, Comparable {
  var text: String

  static func < (left: PlainFrame, right: PlainFrame) -> Bool { left.text < right.text }
}

/// Flat, cum and edges by walking every stack, with sets and dictionaries.
struct PlainFigures: Equatable {
  struct Ends: Hashable {
    var caller: PlainFrame
    var callee: PlainFrame
  }

  struct Call: Equatable {
    var weight: Int64 = 0
    var isInline = true
  }

  var flat: [PlainFrame: Int64] = [:]
  var cum: [PlainFrame: Int64] = [:]
  var calls: [Ends: Call] = [:]

  init() {}

  init(_ profile: Profile, column: Int, granularity: Granularity) {
    for sample in 0..<profile.samples.count {
      let value = profile.samples.values[column][sample]
      if value == 0 { continue }
      var stack: [(frame: PlainFrame, isInline: Bool)] = []
      for location in profile.samples.frames[profile.samples.frameRange(of: sample)].reversed() {
        stack += profile.plainFrames(location, granularity)
      }
      for frame in Set(stack.map(\.frame)) { cum[frame, default: 0] += value }
      if let leaf = stack.last { flat[leaf.frame, default: 0] += value }
      var seen: Set<Ends> = []
      for (caller, callee) in zip(stack, stack.dropFirst()) where caller.frame != callee.frame {
        let ends = Ends(caller: caller.frame, callee: callee.frame)
        guard seen.insert(ends).inserted else { continue }
        calls[ends, default: Call()].weight += value
        if !callee.isInline { calls[ends]?.isInline = false }
      }
    }
  }

  /// The same from the graph under test.
  init(_ builder: GraphBuilder) {
    let values = builder.nodeValues()
    let frames = (0..<builder.table.count).map { builder.table.plainFrame(NodeID($0)) }
    for (index, frame) in frames.enumerated() {
      if values.flat[index] != 0 { flat[frame, default: 0] += values.flat[index] }
      if values.cum[index] != 0 { cum[frame, default: 0] += values.cum[index] }
    }
    for edge in builder.edges(kept: nil) {
      calls[Ends(caller: frames[edge.source], callee: frames[edge.target])] =
        Call(weight: edge.weight, isInline: edge.isInline)
    }
  }

  /// Without zeros: a frame whose values cancel out is in one of two and not the other.
  var withoutZeros: PlainFigures {
    var result = self
    result.flat = flat.filter { $0.value != 0 }
    result.cum = cum.filter { $0.value != 0 }
    return result
  }
}

extension Profile {
  /// The frames of a location, the outermost first.
  func plainFrames(
    _ location: LocationID, _ granularity: Granularity
  ) -> [(frame: PlainFrame, isInline: Bool)] {
    let row = location.index
    let object = locations.mappings[row].index.map { strings[mappings[$0].file] } ?? ""
    let address = granularity == .addresses ? String(locations.addresses[row]) : "0"
    let lines = Array(locations.lines[locations.lineRange(of: row)])
    if lines.isEmpty {
      return [(PlainFrame(text: "||0|0|\(address)|\(object)|0"), false)]
    }
    return lines.indices.reversed().map { index in
      let line = lines[index]
      let function = line.function.index
      let name = granularity == .files ? "" : strings[functions.names[function]]
      var file = strings[functions.files[function]]
      if granularity == .functions { file = "" }
      // The one file of the random profiles that is not clean already.
      file = file.replacing("/./x/../", with: "/")
      let number = granularity == .lines || granularity == .addresses ? line.line : 0
      let column = granularity == .addresses ? line.column : 0
      let owner = name.isEmpty ? "\(object)|\(functions.startLines[function])" : "|0"
      return (
        PlainFrame(text: "\(name)|\(file)|\(number)|\(column)|\(address)|\(owner)"),
        index < lines.count - 1
      )
    }
  }
}

extension NodeTable {
  func plainFrame(_ node: NodeID) -> PlainFrame {
    let identity = identities[node.index]
    return PlainFrame(
      text:
        "\(strings[identity.name])|\(strings[identity.file])|\(identity.line)|\(identity.column)"
        + "|\(identity.address)|\(strings[identity.objectFile])|\(identity.startLine)")
  }
}
