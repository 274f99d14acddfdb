import Foundations
import GoroutineDump
import ProfileModel

extension GoroutineReport {
  package func document() -> ReportDocument {
    func count(_ value: Int) -> ReportDocument.Cell { .integer(Int64(value)) }
    return ReportDocument(
      "goroutines",
      facts: [
        "goroutines": count(total), "isDifference": .flag(isDifference),
        "groupCount": count(present.count),
        "suspectCount": count(growing.count), "stuckCount": count(stuck.count),
        "lines": count(series.lines.all), "linesSkipped": count(series.lines.skipped),
        "stacksLost": count(series.stacksLost),
      ],
      [
        .init(
          "groups",
          [
            "state", "text", "isDerived", "count", "share", "growth", "perSecond", "isSuspect",
            "isStuck", "leaked", "locked", "bubbled", "longestMinutes", "longestGoroutine",
            "waitsUnderMinute", "waitsMinutes", "waitsTensOfMinutes", "waitsHours", "waitsDays",
            "function", "file", "line", "blamesCreator", "stack", "creators", "counts",
          ], rowCount: rows.count
        ) { cells(rows[$0]) },
        .init(
          "states", ["state", "count", "share", "longestMinutes"],
          states.map {
            [
              .text($0.kind.rawValue), count($0.count),
              .share(Double($0.count.magnitude) / Double(whole)),
              .integer(Int64(clamping: $0.longestMinutes)),
            ]
          }),
        .init(
          "snapshots",
          ["name", "goroutines", "timeNanoseconds", "hasStates", "isCut", "isDifference"],
          series.snapshots.map {
            [
              .name(Array($0.name.utf8)), count($0.total),
              $0.timeNanoseconds.map { .integer($0) } ?? .none, .flag($0.hasStates),
              .flag($0.isCut), .flag($0.isDifference),
            ]
          }),
      ])
  }

  private func cells(_ row: Row) -> [ReportDocument.Cell] {
    func count(_ value: Int) -> ReportDocument.Cell { .integer(Int64(value)) }
    let details = row.group.details
    let isPresent = row.count != 0
    return [
      .text(row.group.state.kind.rawValue), .text(row.group.state.text),
      .flag(row.group.state.isDerived), count(row.count),
      .share(Double(row.count.magnitude) / Double(whole)), count(row.growth.growth),
      row.growth.perSecond.map { .number($0) } ?? .none, .flag(row.growth.isSuspect),
      .flag(isPresent && row.isStuck), count(isPresent ? details.leakedCount : 0),
      count(isPresent ? details.lockedCount : 0), count(isPresent ? details.bubbledCount : 0),
      .integer(Int64(clamping: isPresent ? details.longestMinutes : 0)),
      details.longestID == 0 || !isPresent ? .none : .integer(Int64(clamping: details.longestID)),
    ] + details.waits.map { count(isPresent ? $0 : 0) }
      + [
        row.blame.map { .name(Array(function($0))) } ?? .none,
        row.blame.map { .name(Array(file($0))) } ?? .none,
        row.blame.map { .integer($0.line) } ?? .none, .flag(row.blamesCreator),
        .list(row.group.stack.map { fullPlace(series.line(of: $0)) }),
        .list(row.creators.map { fullPlace($0.line) }),
        .list(row.group.series(series.snapshots.count).map(count)),
      ]
  }

  /// `main.worker /src/pool/main.go:47`.
  private func fullPlace(_ line: SourceLine) -> ReportDocument.Cell {
    .name(Array(function(line)) + Array(" ".utf8) + file(line) + Array(":\(line.line)".utf8))
  }
}
