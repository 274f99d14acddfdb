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
        output.line("     " + place(row.row, style, after: 5))
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
    var cells = [
      ["median", "half of them", "most", "outliers"] + (hasBuilds ? ["build"] : [])
    ]
    for row in shownRows {
      cells.append(
        [
          size(row.spread.median),
          "\(size(row.spread.lowerQuartile)) to \(size(row.spread.upperQuartile))",
          size(row.spread.highest), row.outliers.isEmpty ? "" : "\(row.outliers.count)",
        ] + (hasBuilds ? [shown(name(fleet.builds[row.build]))] : []))
    }
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    func line(_ texts: [String]) -> String {
      zip(texts, widths).map { $0.rightAligned(to: $1) }.joined(separator: "  ")
    }
    output.line(
      style.marked(line(cells[0]) + "  \(fleet.census.unit.rawValue)", .heading))
    for (row, texts) in zip(shownRows, cells.dropFirst()) {
      let figures = line(texts)
      output.line(
        (row.outliers.isEmpty ? figures : style.marked(figures, .warm)) + "  "
          + place(row.row, style, after: figures.count + 2))
    }
    if fleet.rows.count > shownRows.count {
      output.line(style.marked("and \(fleet.rows.count - shownRows.count) more", .faint))
    }
  }

  /// - Parameter column: where the text begins; on a terminal, names are cut to fit after it.
  private func place(_ row: FleetCensus.Row, _ style: TextStyle, after column: Int) -> String {
    if fleet.census.unit == .finding {
      return row.finding.isEmpty ? "(no finding)" : style.marked(shown(row.finding), .user)
    }
    if row.function.isEmpty, row.file.isEmpty { return "(no line to blame)" }
    let place = placeText(row.file, row.line)
    let room = style.width - column - place.count - 2
    let name = shown(row.function)
    return style.marked(style.isTerminal ? name.fitted(to: max(16, room)) : name, .user)
      + "  " + place
  }
}
