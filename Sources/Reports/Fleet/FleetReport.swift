import Foundations
package import HeapAnalysis
import ProfileModel

/// Many processes side by side, for a screen and for programs.
package struct FleetReport: Sendable {
  package let fleet: Fleet

  /// The most rows to show; 0 for all.
  package let rowCount: Int

  package init(_ fleet: Fleet, rowCount: Int) {
    self.fleet = fleet
    self.rowCount = rowCount
  }

  package func forms(_ style: TextStyle) -> ReportForms {
    ReportForms(text: { self.text(style) }, document: document)
  }

  private var census: FleetCensus { fleet.census }

  func size(_ value: Int64) -> String { valueText(value, unit: census.valueUnit) }

  func change(_ value: Int64) -> String { (value > 0 ? "+" : "") + size(value) }

  /// The name of a build: its version, else its id.
  func name(_ build: Fleet.Build) -> String {
    if !build.versions.isEmpty { return build.versions.joined(separator: ", ") }
    return build.buildID.isEmpty ? "unknown" : String(build.buildID.prefix(8))
  }

  // MARK: Tables

  private typealias Cell = ReportDocument.Cell

  package func document() -> ReportDocument {
    ReportDocument(
      "fleet",
      facts: [
        "sampleType": .text(census.sampleType), "unit": .text(census.valueUnit),
        "by": .text(census.unit.rawValue),
        "processCount": .integer(Int64(fleet.processes.count)),
        "earlierProfiles": .integer(Int64(census.earlier)),
      ],
      [
        .init(
          "rows",
          Self.placeNames + ["build"] + Self.spreadNames + ["largest", "processes", "outliers"],
          fleet.rows.map(cells)),
        .init(
          "outliers",
          ["process", "build", "value", "median", "excess", "low", "high"] + Self.placeNames,
          outlierCells),
        .init("lookFirst", ["process", "file", "value", "excess", "rows"], suspectCells),
        .init(
          "builds",
          ["build", "program", "buildID", "versions", "processes"] + Self.spreadNames
            + ["unjudged"],
          fleet.builds.enumerated().map { cells($1, number: $0) }),
        .init(
          "processes",
          ["process", "file", "build", "service", "version", "host", "pod", "timeNanoseconds"]
            + ["value"],
          processCells),
      ])
  }

  private static let placeNames = ["function", "file", "line", "finding"]
  private static let spreadNames = [
    "median", "lowerQuartile", "upperQuartile", "lowest", "highest",
  ]

  private func value(_ value: Int64) -> Cell { .measure(value, unit: census.valueUnit) }

  private func cells(_ spread: Fleet.Spread) -> [Cell] {
    [
      value(spread.median), value(spread.lowerQuartile), value(spread.upperQuartile),
      value(spread.lowest), value(spread.highest),
    ]
  }

  private func name(of process: Int) -> Cell { text(fleet.processes[process].name) }

  /// A text cell, or nothing when the text is empty.
  private func text(_ text: String?) -> Cell {
    guard let text, !text.isEmpty else { return .none }
    return .name(Array(text.utf8))
  }

  private func cells(_ row: FleetCensus.Row) -> [Cell] {
    let line: Cell = row.line == 0 ? .none : .integer(row.line)
    return [text(row.function), text(row.file), line, text(row.finding)]
  }

  private func cells(_ row: Fleet.Row) -> [Cell] {
    let ends: [Cell] = [
      name(of: row.largest), .integer(Int64(row.processCount)),
      .list(row.outliers.map { name(of: $0.process) }),
    ]
    return cells(row.row) + [.integer(Int64(row.build))] + cells(row.spread) + ends
  }

  /// Rows of the totals first.
  private var outlierCells: [[Cell]] {
    func cells(_ outlier: Fleet.Outlier, _ build: Int, _ spread: Fleet.Spread) -> [Cell] {
      [
        name(of: outlier.process), .integer(Int64(build)), value(outlier.value),
        value(spread.median), value(outlier.excess), .number(outlier.interval.low),
        .number(outlier.interval.high),
      ]
    }
    var result: [[Cell]] = []
    for (number, build) in fleet.builds.enumerated() {
      for outlier in build.outliers {
        result.append(cells(outlier, number, build.total) + self.cells(FleetCensus.Row.unknown))
      }
    }
    for row in fleet.rows {
      for outlier in row.outliers {
        result.append(cells(outlier, row.build, row.spread) + self.cells(row.row))
      }
    }
    return result
  }

  private var suspectCells: [[Cell]] {
    fleet.suspects.map { suspect in
      let process = fleet.processes[suspect.process]
      return [
        name(of: suspect.process), text(process.file), value(process.value),
        value(suspect.excess), .integer(Int64(suspect.rows.count)),
      ]
    }
  }

  private func cells(_ build: Fleet.Build, number: Int) -> [Cell] {
    let known: [Cell] = [
      .integer(Int64(number)), text(build.program), text(build.buildID),
      .list(build.versions.map { text($0) }), .integer(Int64(build.processes.count)),
    ]
    return known + cells(build.total) + [text(build.unjudged?.rawValue)]
  }

  private var processCells: [[Cell]] {
    var result: [[Cell]] = []
    for (number, build) in fleet.builds.enumerated() {
      for index in build.processes {
        let process = fleet.processes[index]
        let origins = ProfileOrigin.Field.allCases.map { text(process.origin[$0]) }
        let figures: [Cell] = [.integer(process.timeNanoseconds), value(process.value)]
        result.append(
          [name(of: index), text(process.file), .integer(Int64(number))] + origins + figures)
      }
    }
    return result
  }
}
