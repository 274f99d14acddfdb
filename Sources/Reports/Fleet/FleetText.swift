import Foundations
import HeapAnalysis
import ProfileModel

extension FleetReport {
  /// How many suspects are named, and how many lines of each.
  private static let suspectCount = 5
  private static let suspectRows = 3

  /// Returns which process to look at first, the builds and the rows, for a screen.
  func text(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    head(style, to: &output)
    suspects(style, to: &output)
    if fleet.builds.count > 1 { builds(style, to: &output) }
    rows(style, to: &output)
    return output
  }

  private func head(_ style: TextStyle, to output: inout TextOutput) {
    let programs = Set(fleet.processes.map(\.program)).filter { !$0.isEmpty }
    let builds = fleet.builds.count
    output.line(
      style.marked("FLEET", .heading) + "  \(shown(fleet.census.sampleType)) of "
        + counted(fleet.processes.count, "process", "processes")
        + (programs.count == 1 ? " of \(shown(programs.first ?? ""))" : "")
        + (builds > 1 ? ", \(builds) builds" : ""))
    if let build = fleet.builds.first, builds == 1 {
      output.line("median \(size(build.total.median))" + range(build.total))
    }
  }

  /// `, half of them 40MB to 44MB, all 31MB to 210MB`.
  private func range(_ spread: Fleet.Spread) -> String {
    ", half of them \(size(spread.lowerQuartile)) to \(size(spread.upperQuartile)), all "
      + "\(size(spread.lowest)) to \(size(spread.highest))"
  }

  private func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(groupedDigits(Int64(count))) \(count == 1 ? one : many)"
  }

  private func name(_ process: Int) -> String { shown(shortPath(fleet.processes[process].name)) }

  // MARK: Which process to look at

  private func suspects(_ style: TextStyle, to output: inout TextOutput) {
    output.line()
    let unjudged = fleet.builds.compactMap(\.unjudged)
    if fleet.suspects.isEmpty {
      if unjudged.count == fleet.builds.count {
        output.line("Whether a process stands out is unknown: \(reason(unjudged[0])).")
      } else {
        output.line(
          "No process has more than chance and the spread of the others explain"
            + (unjudged.isEmpty ? "." : ", as far as that can be judged (see BUILDS)."))
      }
      return
    }
    output.line(style.marked("LOOK FIRST AT", .heading))
    for (number, suspect) in fleet.suspects.prefix(Self.suspectCount).enumerated() {
      let process = fleet.processes[suspect.process]
      output.line(
        "\(number + 1). " + style.marked(name(suspect.process), .hot) + "  \(size(process.value)), "
          + "\(change(suspect.excess)) beyond the median"
          + (suspect.rows.isEmpty ? ", on no line for sure" : ""))
      if process.name != process.file {
        output.line(style.marked("   \(shown(process.file))", .faint))
      }
      for (row, outlier) in suspect.rows.prefix(Self.suspectRows) {
        let row = fleet.rows[row]
        output.line(
          "   \(size(outlier.value)), where the median is \(size(row.spread.median))")
        output.line("     " + place(row.row, style, width: style.width - 5))
      }
      if suspect.rows.count > Self.suspectRows {
        output.line(
          style.marked("   and on \(suspect.rows.count - Self.suspectRows) more", .faint))
      }
    }
    if fleet.suspects.count > Self.suspectCount {
      output.line(
        style.marked("and \(fleet.suspects.count - Self.suspectCount) more processes", .faint))
    }
  }

  private func reason(_ unjudged: Fleet.Unjudged) -> String {
    switch unjudged {
    case .fewProcesses:
      "that takes \(Fleet.fewestProcesses) processes of a build"
    case .unknownSampling: "how the values were sampled is not known"
    }
  }

  // MARK: Tables

  /// The most builds listed.
  private static let buildCount = 12

  private func builds(_ style: TextStyle, to output: inout TextOutput) {
    output.line()
    output.line(style.marked("BUILDS", .heading))
    let programs = Set(fleet.builds.map(\.program))
    for build in fleet.builds.prefix(Self.buildCount) {
      output.line(
        "  \(shown(name(build)))  " + (programs.count > 1 ? shown(build.program) + "  " : "")
          + counted(build.processes.count, "process", "processes")
          + ", median \(size(build.total.median))"
          + (build.unjudged == .unknownSampling ? ", sampling unknown" : ""))
      if build.processes.count > 1 {
        output.line(
          style.marked(
            "    half of them \(size(build.total.lowerQuartile)) to "
              + "\(size(build.total.upperQuartile)), all \(size(build.total.lowest)) to "
              + size(build.total.highest), .faint))
      }
    }
    if fleet.builds.count > Self.buildCount {
      output.line(
        style.marked("  and \(fleet.builds.count - Self.buildCount) more", .faint))
    }
    if fleet.builds.contains(where: { $0.unjudged == .fewProcesses }) {
      output.line(
        style.marked(
          "  Fewer than \(Fleet.fewestProcesses) processes of a build are not judged.", .faint))
    }
  }

  private func rows(_ style: TextStyle, to output: inout TextOutput) {
    output.line()
    let shownRows = rowCount > 0 ? Array(fleet.rows.prefix(rowCount)) : fleet.rows
    if shownRows.isEmpty {
      output.line("There is nothing in any process.")
      return
    }
    let hasBuilds = fleet.builds.count > 1
    let hasOutliers = shownRows.contains { !$0.outliers.isEmpty }
    // Where a line stands is never cut, so columns go.
    var columns: [TextTable.Column] = [
      .figures("median"), .figures("half of them", rank: 4), .figures("most", rank: 1),
      .figures("outliers", rank: hasOutliers ? 2 : 5),
    ]
    if hasBuilds { columns.append(.figures("build", rank: 3)) }
    let places = shownRows.map { placeText($0.row.file, $0.row.line).count }
    var table = TextTable(
      columns, rest: fleet.census.unit.rawValue,
      leastRest: (places.max() ?? 0) + Self.functionWidth, breaksRows: false)
    for row in shownRows {
      var cells = [
        size(row.spread.median),
        "\(size(row.spread.lowerQuartile)) to \(size(row.spread.upperQuartile))",
        size(row.spread.highest), row.outliers.isEmpty ? "" : "\(row.outliers.count)",
      ]
      if hasBuilds { cells.append(shown(name(fleet.builds[row.build]))) }
      let marks: [Int: (String) -> String] =
        row.outliers.isEmpty
        ? [:]
        : Dictionary(
          uniqueKeysWithValues: cells.indices.map { ($0, { style.marked($0, .warm) }) })
      table.add(cells, marks: marks) { width in place(row.row, style, width: width) }
    }
    table.write(style, to: &output)
    if fleet.rows.count > shownRows.count {
      output.line(style.marked("and \(fleet.rows.count - shownRows.count) more", .faint))
    }
  }

  /// Room for a function that is still worth a column's.
  private static let functionWidth = 20

  /// - Parameter width: on a terminal names are cut to fit into it.
  private func place(_ row: FleetCensus.Row, _ style: TextStyle, width: Int) -> String {
    if fleet.census.unit == .finding {
      return row.finding.isEmpty ? "(no finding)" : style.marked(shown(row.finding), .user)
    }
    if row.function.isEmpty, row.file.isEmpty { return "(no line to blame)" }
    let place = placeText(row.file, row.line)
    if !style.isTerminal { return style.marked(shown(row.function), .user) + "  " + place }
    return style.line(row.function, place, width: width)
  }
}
