import Foundations
import HeapAnalysis
import ProfileModel
package import StackGraph

extension TopReport {
  private func errorCells(_ sum: SampledSum?) -> [ReportDocument.Cell] {
    guard let sum else { return [.none, .none, .none] }
    let interval = sum.interval
    return [
      .value(context.divided(Int64(nearest: interval.low))),
      .value(context.divided(Int64(nearest: interval.high))),
      .integer(Int64(nearest: sum.sampledObjects)),
    ]
  }

  package func document() -> ReportDocument {
    ReportDocument(
      "top", context,
      [
        .init(
          "rows",
          ["name", "inline", "flat", "flatShare", "cum", "cumShare"]
            + (showsErrors
              ? ["flatLow", "flatHigh", "flatSampled", "cumLow", "cumHigh", "cumSampled"] : []),
          rows.map { row in
            let figures: [ReportDocument.Cell] = [
              .name(row.name),
              row.inlineNote.map { .text(String($0.dropFirst().dropLast())) } ?? .none,
              .value(context.divided(row.flat)), context.shareCell(row.flat),
              .value(context.divided(row.cum)), context.shareCell(row.cum),
            ]
            if !showsErrors { return figures }
            return figures + errorCells(errors?.flat[row.node.index])
              + errorCells(errors?.cum[row.node.index])
          })
      ])
  }
}

extension TreeReport {
  /// One row a function and one a caller and callee of it.
  package func document(_ name: String) -> ReportDocument {
    let graph = trimmed.graph
    var rows: [[ReportDocument.Cell]] = []
    for block in blocks {
      let node = graph.nodes[block.node]
      let nodeName = graph.names.name(node.identity)
      func edge(_ index: Int, _ end: Int, _ relation: String) {
        let edge = graph.edges[index]
        rows.append([
          .name(nodeName), .text(relation), .name(graph.names.name(graph.nodes[end].identity)),
          .flag(edge.isInline), .none, .value(context.divided(edge.weight)),
          context.shareCell(edge.weight, of: node.cumValue),
        ])
      }
      for caller in block.callers { edge(caller, graph.edges[caller].source, "caller") }
      rows.append([
        .name(nodeName), .text("self"), .name(nodeName), .flag(false),
        .value(context.divided(node.flatValue)), .value(context.divided(node.cumValue)),
        context.shareCell(node.cumValue),
      ])
      for callee in block.callees { edge(callee, graph.edges[callee].target, "callee") }
    }
    return ReportDocument(
      name, context,
      [.init("rows", ["function", "relation", "name", "inline", "flat", "cum", "share"], rows)])
  }
}

extension TagsReport {
  package func document() -> ReportDocument {
    let keys = keys
    let places = keys.indices.flatMap { key in keys[key].values.indices.map { (key, $0) } }
    return ReportDocument(
      "tags", context,
      [
        .init("rows", ["key", "value", "weight", "share"], rowCount: places.count) {
          let key = keys[places[$0].0]
          let value = key.values[places[$0].1]
          return [
            .name(key.name), .name(value.text), .value(context.divided(value.weight)),
            context.shareCell(value.weight),
          ]
        }
      ])
  }
}

extension ListReport {
  /// One row a source line with samples.
  package func document(source: ([UInt8]) -> SourceText) -> ReportDocument {
    var rowsOfRoutine = [[[ReportDocument.Cell]]](repeating: [], count: routines.count)
    forEachFile(source) { row, source in
      let routine = routines[row]
      rowsOfRoutine[row] = routine.lines.map { line in
        var code = ReportDocument.Cell.none
        if case .lines(let text) = source, let found = text.line(line.number) {
          code = .name(Array(found))
        }
        return [
          .name(Array(routine.name)), .name(Array(routine.file)), .integer(line.number),
          .value(context.divided(line.flat)), .value(context.divided(line.cum)),
          context.shareCell(line.cum), code,
        ]
      }
    }
    return ReportDocument(
      "list", context,
      [
        .init(
          "rows", ["function", "file", "line", "flat", "cum", "cumShare", "source"],
          Array(rowsOfRoutine.joined()))
      ])
  }
}

extension ReportContext {
  /// One row a sample, the stack leaf first.
  package func tracesDocument() -> ReportDocument {
    let samples = profile.samples
    let values = selection.values
    let divisors = selection.divisors
    let table = NodeTable(profile)
    let shown = (0..<samples.count).filter { !samples.frameRange(of: $0).isEmpty }
    @Sendable func row(_ index: Int) -> [ReportDocument.Cell] {
      let sample = shown[index]
      var value = values[sample]
      if let divisor = divisors?[sample], divisor != 0 { value /= divisor }
      let stack = samples.frames[samples.frameRange(of: sample)].flatMap { frame in
        table.nodeRange(of: frame.index).map {
          ReportDocument.Cell.name(table.printableName(table.locationNodes[$0]))
        }
      }
      return [.value(divided(value)), .list(labelCells(sample)), .list(stack)]
    }
    return ReportDocument(
      "traces", self,
      [.init("rows", ["value", "labels", "stack"], rowCount: shown.count) { row($0) }])
  }

  /// The labels of a sample as `key:value`.
  private func labelCells(_ sample: Int) -> [ReportDocument.Cell] {
    profile.samples.labels[profile.samples.labelRange(of: sample)].map { label in
      let key = Array(profile.strings[bytesOf: label.key]) + [UInt8(ascii: ":")]
      if label.kind == .text { return .name(key + profile.strings[bytesOf: label.string]) }
      return .name(key + Array("\(label.number)".utf8) + profile.strings[bytesOf: label.string])
    }
  }

  /// The tables of the profile.
  package func rawDocument() -> ReportDocument {
    let samples = profile.samples
    let locations = profile.locations
    let functions = profile.functions
    let strings = profile.strings
    // Ids use all 64 bits, of which many JSON readers keep 53.
    @Sendable func id(_ value: UInt64) -> ReportDocument.Cell { .text(String(value)) }
    @Sendable func sampleRow(_ sample: Int) -> [ReportDocument.Cell] {
      [
        .list(samples.values(of: sample).map { .integer($0) }), .list(labelCells(sample)),
        .list(samples.frames[samples.frameRange(of: sample)].map { id(locations.ids[$0.index]) }),
      ]
    }
    @Sendable func locationRow(_ row: Int) -> [ReportDocument.Cell] {
      let lines = locations.lines[locations.lineRange(of: row)].map { line -> ReportDocument.Cell in
        let name = Array(strings[bytesOf: functions.names[line.function.index]])
        let file = Array(strings[bytesOf: functions.files[line.function.index]])
        return .name(name + Array(" ".utf8) + file + Array(":\(line.line):\(line.column)".utf8))
      }
      return [
        id(locations.ids[row]), .text(hex(locations.addresses[row])),
        locations.mappings[row].index.map { id(profile.mappings[$0].id) } ?? .none,
        .flag(locations.foldedFlags[row]), .list(lines),
      ]
    }
    let mappingRows = profile.mappings.map { mapping -> [ReportDocument.Cell] in
      [
        id(mapping.id), .text(hex(mapping.start)), .text(hex(mapping.limit)),
        .text(hex(mapping.offset)), .name(Array(strings[bytesOf: mapping.file])),
        .name(Array(strings[bytesOf: mapping.buildID])),
      ]
    }
    return ReportDocument(
      "raw", self,
      [
        .init("samples", ["values", "labels", "locations"], rowCount: samples.count) {
          sampleRow($0)
        },
        .init(
          "locations", ["id", "address", "mapping", "folded", "lines"],
          rowCount: locations.count
        ) { locationRow($0) },
        .init("mappings", ["id", "start", "limit", "offset", "file", "buildID"], mappingRows),
      ])
  }

  package func commentsDocument() -> ReportDocument {
    ReportDocument(
      "comments", self,
      [
        .init(
          "rows", ["comment"],
          profile.comments.map { [.name(Array(profile.strings[bytesOf: $0]))] })
      ])
  }

  /// The nodes and edges that `dot` or `callgrind` shows.
  package func graphDocument(_ name: String, _ trimmed: TrimmedGraph) -> ReportDocument {
    let graph = trimmed.graph
    var numbers: [Int: Int64] = [:]
    for (index, node) in graph.order.enumerated() { numbers[node] = Int64(index) }
    let nodes = graph.order.map { index -> [ReportDocument.Cell] in
      let node = graph.nodes[index]
      return [
        .integer(numbers[index] ?? -1), .name(graph.names.name(node.identity)),
        .value(divided(node.flatValue)), shareCell(node.flatValue),
        .value(divided(node.cumValue)), shareCell(node.cumValue),
      ]
    }
    var edges: [[ReportDocument.Cell]] = []
    for node in graph.order {
      for index in graph.nodes[node].outEdges {
        let edge = graph.edges[index]
        guard let source = numbers[edge.source], let target = numbers[edge.target] else { continue }
        edges.append([
          .integer(source), .integer(target), .value(divided(edge.weight)), shareCell(edge.weight),
          .flag(edge.isInline), .flag(edge.isResidual),
        ])
      }
    }
    return ReportDocument(
      name, self,
      [
        .init("nodes", ["id", "name", "flat", "flatShare", "cum", "cumShare"], nodes),
        .init("edges", ["from", "to", "value", "share", "inline", "residual"], edges),
      ])
  }
}

extension DotReport {
  package func document() -> ReportDocument { context.graphDocument("dot", trimmed) }
}
