import Foundations
import Glibc
import ProfileModel
import StackGraph

/// The graph for Graphviz, as `pprof -dot` writes it.
package struct DotReport: Sendable {
  let context: ReportContext
  let trimmed: TrimmedGraph
  private let shortNames = ShortNames()

  /// The most label boxes of a node, of texts and of numbers each.
  private static let labelCount = 4

  package init(_ context: ReportContext) {
    var context = context
    context.trimming.order = .entropy
    context.trimming.collectsTags = true
    trimmed = TrimmedGraph(context.builder, context.trimming)
    context.chooseUnit(for: trimmed.graph)
    self.context = context
  }

  /// Returns pprof's text.
  package func text() -> TextOutput {
    var output = TextOutput()
    var graph = trimmed.graph
    let title = title()
    output.write("digraph \"")
    output.write(title.isEmpty ? Array("unnamed".utf8) : quotable(title))
    output.line("\" {")
    output.line("node [style=filled fillcolor=\"#f8f8f8\"]")
    writeLegend(title, to: &output)
    if !graph.order.isEmpty {
      var numbers = [Int](repeating: 0, count: graph.nodes.count)
      for (index, node) in graph.order.enumerated() { numbers[node] = index + 1 }
      let maximum = graph.order.map { graph.nodes[$0].flatValue.magnitude }.max() ?? 0
      var hasLabels = [Bool](repeating: false, count: graph.nodes.count)
      for node in graph.order {
        writeNode(node, number: numbers[node], maximum: Double(maximum), to: &output)
        hasLabels[node] = writeLabels(node, number: numbers[node], to: &output)
      }
      let edges = graph.order.flatMap { graph.nodes[$0].outEdges }
      for edge in graph.sorted(edges) {
        let ends = graph.edges[edge]
        writeEdge(
          ends, from: numbers[ends.source], to: numbers[ends.target],
          isSpread: hasLabels[ends.source], to: &output)
      }
    }
    output.line("}")
    return output
  }

  private func title() -> [UInt8] {
    guard let mapping = context.profile.mappings.first, mapping.file != .empty else { return [] }
    return Array(lastPathElement(context.profile.strings[bytesOf: mapping.file]))
  }

  private func writeLegend(_ title: [UInt8], to output: inout TextOutput) {
    let labels = context.reportLabels(trimmed, isPicture: true).map(escaped)
    guard let first = labels.first else { return }
    output.write("subgraph cluster_L { \"")
    output.write(first)
    output.write("\" [shape=box fontsize=16 label=\"")
    output.write(Array(labels.joined(separator: Array("\\l".utf8))))
    output.write("\\l\"")
    if !title.isEmpty {
      output.write(" tooltip=\"")
      output.write(quotable(title))
      output.write("\"")
    }
    output.line("] }")
  }

  // MARK: Nodes

  private func writeNode(
    _ index: Int, number: Int, maximum: Double, to output: inout TextOutput
  ) {
    let node = trimmed.graph.nodes[index]
    let (flat, cum) = (node.flatValue, node.cumValue)
    let flatText = amount(flat)
    var figures = flat == 0 ? "0" : "\(flatText) (\(trimmedPercent(flat)))"
    var cumText = flatText
    if cum != flat {
      cumText = amount(cum)
      figures += (flat == 0 ? " " : "\\n") + "of \(cumText) (\(trimmedPercent(cum)))"
    }
    var fontSize = 8
    if maximum != 0, flat != 0 {
      fontSize += Int((16 * (Double(flat.magnitude) / maximum).squareRoot()).rounded(.up))
    }
    let share = Double(cum) / Double(context.total.magnitude)
    output.write("N\(number) [label=\"")
    output.write(boxName(node.identity))
    output.write("\(figures)\" id=\"node\(number)\" fontsize=\(fontSize) shape=box tooltip=\"")
    output.write(escaped(trimmed.graph.names.name(node.identity)))
    output.line(
      " (\(cumText))\" color=\"\(dotColor(share, isFill: false))\""
        + " fillcolor=\"\(dotColor(share, isFill: true))\"]")
  }

  private func amount(_ value: Int64) -> String {
    String(decoding: quotable(Array(context.format(value).utf8)), as: UTF8.self)
  }

  private func trimmedPercent(_ value: Int64) -> String {
    String(context.percent(value).drop { $0 == " " })
  }

  /// The name with a line break at each level.
  private func boxName(_ id: NodeID) -> [UInt8] {
    let table = trimmed.graph.table
    let identity = table.identities[id.index]
    var parts: [[UInt8]] = []
    if identity.address != 0 {
      let digits = String(identity.address, radix: 16)
      parts.append(Array((String(repeating: "0", count: 16 - digits.utf8.count) + digits).utf8))
    }
    if identity.name != .empty {
      var name = escaped(shortNames.shortened(Array(table.strings[bytesOf: identity.name])))
      name = replacing(name, "::", "\\n")
      name = replacing(name, "[...]", "[…]")
      parts.append(replacing(name, ".", "\\n"))
    }
    let file =
      identity.file == .empty
      ? [] : quotable(Array(lastPathElement(table.strings[bytesOf: identity.file])))
    if identity.line != 0 {
      let column = identity.column == 0 ? "" : ":\(identity.column)"
      parts.append(file + Array(":\(identity.line)\(column)".utf8))
    } else if !file.isEmpty {
      parts.append(file)
    } else if identity.name == .empty {
      parts.append(
        identity.objectFile == .empty
          ? Array("<unknown>".utf8)
          : Array("[".utf8)
            + quotable(Array(lastPathElement(table.strings[bytesOf: identity.objectFile])))
            + Array("]".utf8))
    }
    let lineBreak = Array("\\n".utf8)
    return Array(parts.joined(separator: lineBreak)) + lineBreak
  }

  // MARK: Labels

  /// Writes boxes for the labels of a node; true when there are any.
  private func writeLabels(_ index: Int, number: Int, to output: inout TextOutput) -> Bool {
    let before = output.bytes.count
    // A leaf also shows what its removed callees held.
    let showsFlat = !trimmed.graph.nodes[index].outEdges.isEmpty
    let texts = trimmed.tags.textTags(of: index).sorted {
      comesFirst($0.tag, $1.tag, showsFlat)
    }.prefix(Self.labelCount)
    for (position, text) in texts.enumerated() {
      let value = showsFlat ? text.tag.flatValue : text.tag.cumValue
      if value == 0 { continue }
      let weight = amount(value)
      let box = "N\(number)_\(position)"
      output.write("\(box) [label = \"")
      output.write(quotable(text.tag.name))
      output.line("\" id=\"\(box)\" fontsize=8 shape=box3d tooltip=\"\(weight)\"]")
      output.line(
        "N\(number) -> \(box) [label=\" \(weight)\" weight=100 tooltip=\"\(weight)\""
          + " labeltooltip=\"\(weight)\"]")
      let numbers = trimmed.tags.numberTags(of: index, set: text.set)
      writeNumbers(numbers, showsFlat, source: box, to: &output)
    }
    writeNumbers(
      trimmed.tags.numberTags(of: index, set: 0), showsFlat, source: "N\(number)", to: &output)
    return output.bytes.count > before
  }

  private func writeNumbers(
    _ tags: [Tag], _ showsFlat: Bool, source: String, to output: inout TextOutput
  ) {
    for (position, tag) in collapsed(tags, showsFlat).enumerated() {
      let isWhole = showsFlat || tag.flatValue == tag.cumValue
      let value = isWhole ? tag.flatValue : tag.cumValue
      if value == 0 { continue }
      let weight = amount(value)
      let box = "N\(source)_\(position)"
      output.write("\(box) [label = \"")
      output.write(quotable(tag.name))
      output.line("\" id=\"\(box)\" fontsize=8 shape=box3d tooltip=\"\(weight)\"]")
      output.line(
        "\(source) -> \(box) [label=\" \(weight)\" weight=100 tooltip=\"\(weight)\""
          + " labeltooltip=\"\(weight)\"\(isWhole ? "" : " style=\"dotted\"")]")
    }
  }

  private func comesFirst(_ left: Tag, _ right: Tag, _ byFlat: Bool) -> Bool {
    if !byFlat, left.cum.magnitude != right.cum.magnitude {
      return left.cum.magnitude > right.cum.magnitude
    }
    if left.flat.magnitude != right.flat.magnitude {
      return left.flat.magnitude > right.flat.magnitude
    }
    return left.name.lexicographicallyPrecedes(right.name)
  }

  /// Merges numbers into the few largest, each of the others into the nearest.
  private func collapsed(_ tags: [Tag], _ byFlat: Bool) -> [Tag] {
    let sorted = tags.sorted { comesFirst($0, $1, byFlat) }
    if sorted.count <= Self.labelCount { return sorted }
    var groups = sorted.prefix(Self.labelCount).map { [$0] }
    for tag in sorted.dropFirst(Self.labelCount) {
      let distances = groups.map { distance(tag, $0[0]) }
      let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      groups[nearest].append(tag)
    }
    return groups.map(joined).sorted { comesFirst($0, $1, byFlat) }
  }

  private func distance(_ left: Tag, _ right: Tag) -> Double {
    abs(ScaledValue(right.number, from: right.unit, to: left.unit).value - Double(left.number))
  }

  private func joined(_ group: [Tag]) -> Tag {
    var lowest = group[0]
    var highest = group[0]
    for tag in group.dropFirst() {
      if Int64(clamping: ScaledValue(tag.number, from: tag.unit, to: lowest.unit).value)
        < lowest.number
      {
        lowest = tag
      }
      if Int64(clamping: ScaledValue(tag.number, from: tag.unit, to: highest.unit).value)
        > highest.number
      {
        highest = tag
      }
    }
    func text(_ tag: Tag) -> String { ScaledValue(tag.number, from: tag.unit, to: "auto").text }
    var result = Tag(
      name: Array((group.count == 1 ? text(lowest) : "\(text(lowest))..\(text(highest))").utf8))
    for tag in group {
      result.flat &+= tag.flat
      result.cum &+= tag.cum
      result.flatDivisor &+= tag.flatDivisor
      result.cumDivisor &+= tag.cumDivisor
    }
    // The box shows the mean, which is also the sort key.
    result.flat = result.flatValue
    result.cum = result.cumValue
    result.flatDivisor = 0
    result.cumDivisor = 0
    return result
  }

  // MARK: Edges

  private func writeEdge(
    _ edge: Edge, from source: Int, to target: Int, isSpread: Bool, to output: inout TextOutput
  ) {
    let value = edge.divisor == 0 ? edge.weight : edge.weight / edge.divisor
    let weight = amount(value)
    output.write(
      "N\(source) -> N\(target) [label=\" \(weight)\(edge.isInline ? "\\n (inline)" : "")\"")
    if context.total != 0 {
      func part(_ factor: Int64) -> Int64 {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        if overflow { return factor }
        return Int64(min((product / context.total).magnitude, UInt64(factor)))
      }
      if part(100) > 0 { output.write(" weight=\(1 + part(100))") }
      if part(5) > 0 { output.write(" penwidth=\(1 + part(5))") }
      let share = Double(value) / Double(context.total.magnitude)
      output.write(" color=\"\(dotColor(share, isFill: false))\"")
    }
    let nodes = trimmed.graph.nodes
    let tooltip =
      escaped(trimmed.graph.names.name(nodes[edge.source].identity))
      + Array((edge.isResidual ? " ... " : " -> ").utf8)
      + escaped(trimmed.graph.names.name(nodes[edge.target].identity))
      + Array(" (\(weight))".utf8)
    output.write(" tooltip=\"")
    output.write(tooltip)
    output.write("\" labeltooltip=\"")
    output.write(tooltip)
    output.write("\"")
    if edge.isResidual { output.write(" style=\"dotted\"") }
    if isSpread { output.write(" minlen=2") }
    output.line("]")
  }
}

// MARK: Text for dot

/// The longest text of the profile, in bytes: Graphviz reads no quoted text over 16,384, and a
/// tooltip contains two names.
private let mostTextBytes = 8000

/// Escapes quotes and backslashes; line ends become dot's left-justified ones. Control characters,
/// which break Graphviz or readers of its SVG, become `\x00`.
private func escaped(_ text: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  for byte in shortened(text) {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): result += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): result += Array("\\l".utf8)
    default: append(byte, to: &result)
    }
  }
  return result
}

/// Escapes what would end a quoted text or is not allowed in one. As in pprof, backslashes stay: in
/// labels they are dot's line breaks; how dot reads those of a Windows path is up to dot.
private func quotable(_ name: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  var isEscaped = false
  for byte in shortened(name) {
    if byte == UInt8(ascii: "\""), !isEscaped { result.append(UInt8(ascii: "\\")) }
    append(byte, to: &result)
    isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
  }
  if isEscaped { result.append(UInt8(ascii: "\\")) }
  return result
}

private func append(_ byte: UInt8, to result: inout [UInt8]) {
  if byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7f {
    result += [UInt8(ascii: "\\")] + hexEscape(byte)
  } else {
    result.append(byte)
  }
}

/// Cuts a text so that it fits after escaping, at a character boundary.
private func shortened(_ text: [UInt8]) -> ArraySlice<UInt8> {
  // A name's dots become line breaks of two bytes; a control character takes five.
  if text.count <= mostTextBytes / 5 { return text[...] }
  func cost(_ byte: UInt8) -> Int {
    byte < 0x20 || byte == 0x7f ? 5 : ".:\\\"".utf8.contains(byte) ? 2 : 1
  }
  var rest = mostTextBytes
  var end = 0
  while end < text.count, rest >= cost(text[end]) {
    rest -= cost(text[end])
    end += 1
  }
  if end == text.count { return text[...] }
  while end > 0, text[end] & 0xc0 == 0x80 { end -= 1 }
  return text[..<end] + "…".utf8
}

private func replacing(_ text: [UInt8], _ old: String, _ new: String) -> [UInt8] {
  let old = Array(old.utf8)
  var result: [UInt8] = []
  var index = 0
  while index < text.count {
    if text[index...].starts(with: old) {
      result += Array(new.utf8)
      index += old.count
    } else {
      result.append(text[index])
      index += 1
    }
  }
  return result
}

/// Returns a colour for a share from -1, green, over 0, grey, to 1, red.
func dotColor(_ share: Double, isFill: Bool) -> String {
  var saturation = isFill ? 0.1 : 1.0
  let value = isFill ? 0.93 : 0.7
  // A share of a total of 0 is NaN and stays NaN; its green part becomes 0.
  var score = share.isNaN ? share : max(-1, min(1, share))
  if abs(score) < 0.2 { saturation *= abs(score) / 0.2 }
  // Away from grey, so that small shares are distinguishable.
  if score > 0 { score = pow(score, 0.3) }
  if score < 0 { score = -pow(-score, 0.3) }
  let red = score < 0 ? value * (1 + saturation * score) : value
  let green = score < 0 ? value : value * (1 - saturation * score)
  let blue = value * (1 - saturation)
  func digits(_ part: Double) -> String {
    let number = Int(Int64(clamping: part * 255)) & 0xff
    let text = String(number, radix: 16)
    return text.count < 2 ? "0" + text : text
  }
  return "#" + digits(red) + digits(green) + digits(blue)
}
