import Foundations
import GoroutineDump
import LogText
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
        "linesNotUnderstood": count(series.lines.tally.unknown),
        "stacksLost": count(series.stacksLost), "filtered": count(series.filteredCount),
        "hasMoreProcesses": .flag(series.hasMoreProcesses),
        "isNewestFirst": .flag(series.isNewestFirst),
      ],
      [
        .init(
          "groups",
          [
            "state", "text", "isDerived", "count", "share", "growth", "perSecond", "isSuspect",
            "isStuck", "leaked", "locked", "bubbled", "longestMinutes", "longestGoroutine",
            "waitsUnderMinute", "waitsMinutes", "waitsTensOfMinutes", "waitsHours", "waitsDays",
            "function", "file", "line", "blamesCreator", "stack", "creators", "counts", "labels",
            "processes",
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
          [
            "name", "process", "goroutines", "threads", "timeNanoseconds", "hasStates", "isCut",
            "isDifference", "reason", "reasonGoroutine",
          ],
          series.snapshots.map {
            [
              .name(Array($0.name.utf8)), .name(Array(processNames[$0.process].utf8)),
              count($0.total), count($0.threadCount),
              $0.timeNanoseconds.map { .integer($0) } ?? .none, .flag($0.hasStates),
              .flag($0.isCut), .flag($0.isDifference),
              $0.death.map { .name(Array($0.reason.text.utf8)) } ?? .none,
              $0.death.map { .integer(Int64(clamping: $0.goroutine)) } ?? .none,
            ]
          }),
        .init(
          "events",
          [
            "reason", "count", "function", "file", "line", "firstSeconds", "lastSeconds",
            "firstLine", "lastLine", "processes", "stack",
          ], events.map(cells)),
        .init(
          "waits", ["process", "state", "address", "waiters", "holders"],
          waits.targets.map { target in
            [
              .name(Array(processNames[target.process].utf8)), .text(target.kind.rawValue),
              .text(hex(target.address)),
              .list(target.waiters.map { .integer(Int64(clamping: $0)) }),
              .list(target.holders.map { .integer(Int64(clamping: $0.goroutine)) }),
            ]
          }),
        .init(
          "deadlocks", ["process", "goroutines", "addresses"],
          waits.cycles.map { cycle in
            [
              .name(Array(processNames[waits.targets[cycle[0].target].process].utf8)),
              .list(cycle.map { .integer(Int64(clamping: $0.goroutine)) }),
              .list(cycle.map { .text(hex(waits.targets[$0.target].address)) }),
            ]
          }),
      ])
  }

  private func cells(_ row: EventRow) -> [ReportDocument.Cell] {
    let event = row.event
    return [
      event.reason.map { .name(Array($0.text.utf8)) } ?? .none, .integer(Int64(event.count)),
      row.blame.map { .name(Array(function($0))) } ?? .none,
      row.blame.map { .name(Array(file($0))) } ?? .none,
      row.blame.map { .integer($0.line) } ?? .none,
      event.firstSeconds.map { .number($0) } ?? .none,
      event.lastSeconds.map { .number($0) } ?? .none, .integer(Int64(event.firstNumber)),
      .integer(Int64(event.lastNumber)),
      .list(event.processes.sorted().map { .name(Array(processNames[$0].utf8)) }),
      .list(event.stack.map { fullPlace(series.line(of: $0)) }),
    ]
  }

  /// `tenant: acme 10`.
  private func labels(_ row: Row) -> [ReportDocument.Cell] {
    if row.count == 0 { return [] }
    return row.details.labels.sorted { $0.key < $1.key }.flatMap { key, values in
      values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
        .name(Array("\(key): \($0.key) \($0.value)".utf8))
      }
    }
  }

  private func cells(_ row: Row) -> [ReportDocument.Cell] {
    func count(_ value: Int) -> ReportDocument.Cell { .integer(Int64(value)) }
    let details = row.details
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
        .list(counts(of: row).map(count)),
        .list(labels(row)),
        .list(processes(of: row).map { .name(Array("\($0.name) \($0.count)".utf8)) }),
      ]
  }

  /// `main.worker /src/pool/main.go:47`.
  private func fullPlace(_ line: SourceLine) -> ReportDocument.Cell {
    .name(Array(function(line)) + Array(" ".utf8) + file(line) + Array(":\(line.line)".utf8))
  }
}
