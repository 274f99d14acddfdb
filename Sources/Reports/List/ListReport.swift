package import HeapAnalysis
import ProfileModel
package import StackGraph

/// The source of a file, or why it is not available.
package enum SourceText: Sendable {
  case lines(SourceLines)
  case missing(reason: String)
}

/// Functions with their source lines and the values of each line, as `pprof -list` shows them.
package struct ListReport: Sendable {
  package struct Line: Sendable {
    package var number: Int64
    package var flat: Int64
    package var cum: Int64
  }

  /// One function in one file.
  package struct Routine: Sendable {
    package var name: ArraySlice<UInt8>
    package var file: ArraySlice<UInt8>

    /// Routines of one file have the same number.
    var fileID: StringID
    package var flat: Int64
    package var cum: Int64

    /// Where the function begins according to the profile; 0 when unknown.
    package var startLine: Int64

    /// The lines to show. Empty when the function begins after all lines with samples, as the
    /// initialization of a package's variables does: pprof then does not read the file.
    package var range: Range<Int64>

    /// The lines with samples, in order.
    package var lines: [Line]
  }

  package let context: ReportContext

  /// Sorted by function, then file. A function without a file has an empty one.
  package let routines: [Routine]

  /// How many lines to show around the samples of a function.
  private static let margin: Int64 = 5

  /// Finds the source of a file.
  ///
  /// - Parameter routines: those of the file that are shown.
  package typealias FindSource = (_ file: [UInt8], _ routines: [Routine]) -> SourceText

  /// - Parameter context: of its trimming, only whether negative values are dropped matters.
  package init(_ context: ReportContext, matching pattern: Pattern) {
    self.context = context
    let table = context.builder.table
    var matcher = NameMatcher(pattern, table.strings)
    struct Place: Hashable {
      var name: StringID
      var file: StringID
    }
    var nodes: [Place: [GraphNode]] = [:]
    for node in context.builder.graphNodes() where TrimmedGraph.isShown(node, context.trimming) {
      let identity = table.identities[node.identity.index]
      guard matcher.matches(identity.name, in: table.strings) else { continue }
      nodes[Place(name: identity.name, file: identity.file), default: []].append(node)
    }
    let named = Set(nodes.keys.filter { $0.file != .empty }.map(\.name))
    routines = nodes.filter { $0.key.file != .empty || !named.contains($0.key.name) }
      .map { place, nodes in
        Self.routine(place.name, in: place.file, nodes, table)
      }
      .sorted {
        $0.name == $1.name
          ? $0.file.lexicographicallyPrecedes($1.file)
          : $0.name.lexicographicallyPrecedes($1.name)
      }
  }

  private static func routine(
    _ name: StringID, in file: StringID, _ nodes: [GraphNode], _ table: NodeTable
  ) -> Routine {
    var lines: [Int64: Line] = [:]
    var start = Int64.max
    var end = Int64.min
    var startLine = Int64.max
    for node in nodes {
      let identity = table.identities[node.identity.index]
      let number = identity.line
      lines[number, default: Line(number: number, flat: 0, cum: 0)].flat &+= node.flat
      lines[number, default: Line(number: number, flat: 0, cum: 0)].cum &+= node.cum
      let first =
        identity.startLine == 0
        ? number.subtractingReportingOverflow(margin).partialValue : identity.startLine
      start = min(start, first)
      if identity.startLine > 0 { startLine = min(startLine, identity.startLine) }
      end = max(end, number.addingReportingOverflow(margin).partialValue)
    }
    start = max(1, start)
    return Routine(
      name: table.strings[bytesOf: name], file: table.strings[bytesOf: file], fileID: file,
      flat: nodes.reduce(0) { $0 &+ $1.flat },
      cum: nodes.reduce(0) { $0 &+ $1.cum }, startLine: startLine == .max ? 0 : startLine,
      range: start..<max(start, end &+ 1),
      lines: lines.values.sorted { $0.number < $1.number })
  }

  /// Returns pprof's text, with the source that `source` finds for a file.
  ///
  /// - Parameter showsFigures: shows the figures of lines whose source is not shown, which pprof
  ///   does not.
  package func text(showsFigures: Bool, source: FindSource) -> TextOutput {
    var parts = [TextOutput](repeating: TextOutput(), count: routines.count)
    var length = 0
    forEachFile(source, opens: { !$0.range.isEmpty }) { row, text in
      if length > TextOutput.limit { return }
      write(routines[row], text, showsFigures, to: &parts[row])
      length += parts[row].bytes.count
    }
    var output = TextOutput()
    output.line("Total: \(context.inertFormat(context.total))")
    for row in parts.indices {
      output.write(parts[row].bytes)
      parts[row] = TextOutput()
    }
    return output
  }

  /// Visits the routines file by file, so that only one file is held at a time.
  ///
  /// - Parameters:
  ///   - opens: whether a routine needs its file. It gets what is known of the file by then, as in
  ///     pprof.
  ///   - body: gets the row of a routine and its source: nil for one without a file, no lines if
  ///     nothing has needed the file yet.
  func forEachFile(
    _ source: FindSource, opens: (Routine) -> Bool = { _ in true },
    _ body: (_ row: Int, _ text: SourceText?) -> Void
  ) {
    var rows: [StringID: [Int]] = [:]
    for (row, routine) in routines.enumerated() { rows[routine.fileID, default: []].append(row) }
    for rows in rows.values.sorted(by: { $0[0] < $1[0] }) {
      let file = Array(routines[rows[0]].file)
      var text: SourceText?
      for row in rows {
        if !file.isEmpty, text == nil, opens(routines[row]) {
          text = source(file, rows.map { routines[$0] })
        }
        body(row, file.isEmpty ? nil : text ?? .lines(SourceLines([])))
      }
    }
  }

  private func write(
    _ routine: Routine, _ source: SourceText?, _ showsFigures: Bool, to output: inout TextOutput
  ) {
    guard let source else {
      output.write("No source information for ")
      output.name(routine.name)
      output.newline()
      return
    }
    output.write("ROUTINE ======================== ")
    output.name(routine.name)
    output.write(" in ")
    output.name(routine.file)
    output.newline()
    output.right(context.inertFormat(routine.flat), 10)
    output.write(" ")
    output.right(context.inertFormat(routine.cum), 10)
    output.line(" (flat, cum) \(context.percent(routine.cum)) of Total")
    switch source {
    case .lines(let text) where !routine.range.isEmpty: write(routine, text, to: &output)
    case .lines: if showsFigures { writeFigures(routine, to: &output) }
    case .missing(let reason):
      output.write(" Error: ")
      output.name(Array(reason.utf8))
      output.newline()
      if showsFigures { writeFigures(routine, to: &output) }
    }
  }

  private func write(_ routine: Routine, _ text: SourceLines, to output: inout TextOutput) {
    var figures: [Int64: Line] = [:]
    for line in routine.lines { figures[line.number] = line }
    for number in routine.range.clamped(to: 1..<Int64(text.count) + 1) {
      write(figures[number] ?? Line(number: number, flat: 0, cum: 0), to: &output)
      output.write(text[Int(number - 1)])
      output.newline()
      if output.isOverLimit { return }
    }
  }

  /// Without the source: only the lines with values.
  private func writeFigures(_ routine: Routine, to output: inout TextOutput) {
    for line in routine.lines {
      write(line, to: &output)
      output.newline()
    }
  }

  private func write(_ line: Line, to output: inout TextOutput) {
    output.right(line.flat == 0 ? "." : context.inertFormat(line.flat), 10)
    output.write(" ")
    output.right(line.cum == 0 ? "." : context.inertFormat(line.cum), 10)
    output.write(" ")
    output.right("\(line.number)", 6)
    output.write(":")
  }
}
