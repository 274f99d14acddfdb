import Foundations
import GoroutineDump
import HeapAnalysis
import LogText
import Metrics

extension MetricsReport {
  package func document() -> ReportDocument {
    func number(_ value: Double?) -> ReportDocument.Cell { value.map { .number($0) } ?? .none }
    func name(_ process: Process) -> ReportDocument.Cell { .name(Array(process.metrics.name.utf8)) }
    return ReportDocument(
      "metrics",
      facts: [
        "processCount": .integer(Int64(processes.count)),
        "momentCount": .integer(Int64(momentCount)),
        "firing": .list(firing.map { .text($0.rawValue) }),
        "alerts": .list(firing.map { .text($0.alert.name) }),
        "lines": .integer(Int64(lines.all)), "samplesRead": .integer(Int64(lines.read)),
        "samplesSkipped": .integer(Int64(lines.others)),
        "linesDamaged": .integer(Int64(lines.damaged)),
        "linesNotUnderstood": .integer(Int64(tally.unknown)),
        "heapTime": number(heap?.seconds),
        "heapLive": heap.map {
          .measure($0.liveBytes, unit: "B")
        } ?? .none,
        "goroutinesTime": number(goroutines?.seconds),
        "goroutinesInDump": goroutines.map { .integer(Int64($0.report.total)) } ?? .none,
      ],
      [
        .init(
          "signals",
          [
            "process", "signal", "verdict", "since", "sinceMoment", "before", "now", "unit",
            "remarks", "reason", "alert",
          ],
          processes.flatMap { process in
            process.findings.map { finding in
              [
                name(process), .text(finding.signal.rawValue), .text(finding.verdictName),
                number(finding.onset.flatMap { process.metrics.moments[$0].seconds }),
                finding.onset.map { .integer(Int64($0 + 1)) } ?? .none,
                number(finding.before), number(finding.now), .text(finding.unitName),
                .list(finding.remarks.map { .text($0) }),
                finding.gapText.map { .text($0) } ?? .none, .text(finding.signal.alert.name),
              ]
            }
          }),
        .init(
          "processes",
          ["process", "moments", "left", "runs", "order", "hasTimes", "first", "last"],
          processes.map { process in
            let metrics = process.metrics
            return [
              name(process), .integer(Int64(metrics.moments.count)),
              .integer(Int64(metrics.thinned)), .integer(Int64(metrics.runStarts.count)),
              .text(metrics.order.name), .flag(metrics.hasTimes),
              number(metrics.moments.first?.seconds), number(metrics.moments.last?.seconds),
            ]
          }),
        .init(
          "memory", ["process", "part", "bytes"],
          processes.flatMap { process in
            MemoryAccountRows(process.metrics.account).cells.map { [name(process)] + $0 }
          }),
        .init(
          "moments", ["process", "moment", "time"] + Self.shownSeries.map(\.key),
          processes.flatMap { process in
            process.metrics.moments.enumerated().map { index, moment in
              [name(process), .integer(Int64(index + 1)), number(moment.seconds)]
                + Self.shownSeries.map { number(moment[$0.series]) }
            }
          }),
        .init(
          "heapLines", ["function", "file", "line", "bytes"],
          (heap?.lines ?? []).map { row in
            [
              .name(Array(row.function.utf8)), .name(Array(row.file.utf8)), .integer(row.line),
              .measure(row.values.last, unit: "B"),
            ]
          }),
        .init(
          "goroutineGroups", ["count", "state", "place"],
          (goroutines?.report.present ?? []).map { row in
            [
              .integer(Int64(row.count)), .text(row.group.state.kind.rawValue),
              row.blame.flatMap { line in goroutines.map { .text($0.report.place(line)) } }
                ?? .none,
            ]
          }),
      ])
  }

  private static let shownSeries: [(key: String, series: KnownSeries)] = [
    ("goroutines", .goroutines), ("threads", .threads), ("heapAlloc", .heapAlloc),
    ("heapGoal", .nextGC), ("resident", .residentBytes), ("processorSeconds", .processorSeconds),
    ("allocated", .allocatedBytes), ("collections", .collections), ("openFiles", .openFiles),
  ]
}

extension SignalFinding {
  var verdictName: String {
    switch verdict {
    case .fires: "fires"
    case .quiet: "quiet"
    case .unknown: "unknown"
    }
  }

  var unitName: String {
    switch unit {
    case .count: "count"
    case .bytes: "B"
    case .share: "share"
    case .perSecond: "1/s"
    case .bytesPerSecond: "B/s"
    }
  }
}

extension ProcessMetrics.Order {
  var name: String {
    switch self {
    case .times: "times"
    case .input: "input"
    case .againstTimes: "againstTimes"
    case .newestFirst: "newestFirst"
    }
  }
}
