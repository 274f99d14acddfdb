import Foundations
import GCTrace
import HeapAnalysis
import LogText
import ProfileModel

extension GCTraceReport {
  package func document() -> ReportDocument {
    func number(_ value: Double?) -> ReportDocument.Cell { value.map { .number($0) } ?? .none }
    func share(_ value: Double?) -> ReportDocument.Cell { value.map { .share($0) } ?? .none }
    func time(_ value: Int64) -> ReportDocument.Cell { .measure(value, unit: "ns") }
    let lines = log.lines
    return ReportDocument(
      "gctrace",
      facts: [
        "collections": .integer(Int64(summary.collections)), "runs": .integer(Int64(summary.runs)),
        "seconds": number(summary.seconds), "perSecond": number(summary.frequency),
        "processorShare": share(summary.processorShare),
        "assistShare": share(summary.assistShare),
        "allocatedPerSecond": summary.allocationRate.map {
          .measure(Int64(clamping: $0), unit: "B")
        } ?? .none,
        "markingPauseBufferShare": share(summary.markingPauses?.share),
        "eventsLost": .integer(Int64(log.eventsLost)),
        "lines": .integer(Int64(lines.all)), "linesRead": .integer(Int64(lines.read)),
        "linesOfScavenger": .integer(Int64(lines.scavenger)),
        "linesOfPacer": .integer(Int64(lines.pacer)),
        "linesDamaged": .integer(Int64(lines.damaged)),
        "linesSkipped": .integer(Int64(lines.skipped)),
        "linesNotUnderstood": .integer(Int64(log.tally.unknown)),
        "hasMoreProcesses": .flag(log.hasMoreProcesses),
        "isNewestFirst": .flag(log.isNewestFirst), "repeated": .integer(Int64(log.repeated)),
        "lastMinuteShare": share(summary.drivers?.lastMinuteShare),
        "usualGoalRatio": number(summary.drivers?.usualRatio),
        "limitGoal": measure(summary.drivers?.limit?.goalBytes, "B"),
        "limitSince": number(summary.drivers?.limit?.startSeconds),
        "thrashingSince": number(summary.drivers?.thrashing?.startSeconds),
        "thrashingNumber": summary.drivers?.thrashing.map {
          .integer(Int64(clamping: $0.number))
        } ?? .none,
      ],
      [
        .init(
          "events",
          [
            "process", "run", "number", "kind", "cause", "startSeconds", "nanoseconds",
            "pauseNanoseconds",
            "heapBefore", "heapPeak", "heapAfter", "heapGoal", "processorNanoseconds",
            "assistNanoseconds", "idleNanoseconds", "processors", "checksForLeaks", "phases",
          ], log.events.map(cells)),
        .init(
          "processes",
          [
            "process", "collections", "runs", "seconds", "processorShare", "allocatedPerSecond",
            "liveHeap", "begunBySize", "begunByTimer", "forced",
          ],
          processes.map { process in
            let summary = process.summary
            return [
              .name(Array(process.name.utf8)), .integer(Int64(summary.collections)),
              .integer(Int64(summary.runs)), number(summary.seconds),
              share(summary.processorShare),
              measure(summary.allocationRate.map { Int64(clamping: $0) }, "B"),
              measure(process.events.compactMap(\.heapAfter).last, "B"),
              .integer(Int64(summary.drivers?.sized ?? 0)),
              .integer(Int64(summary.drivers?.timed ?? 0)),
              .integer(Int64(summary.drivers?.forced ?? 0)),
            ]
          }),
        .init(
          "scavenger", ["process", "system", "inUse", "released", "consumed"],
          log.scavenges.map {
            [
              .name(Array($0.process.utf8)), measure($0.system, "B"), measure($0.inUse, "B"),
              measure($0.released, "B"), measure($0.consumed, "B"),
            ]
          }),
        .init(
          "pauses", ["kind", "count", "median", "p99", "max", "total"],
          summary.pauses.map {
            [
              .text($0.kind), .integer(Int64($0.count)), time($0.median), time($0.p99),
              time($0.longest), time($0.total),
            ]
          }),
        .init(
          "outliers",
          [
            "run", "number", "kind", "isPause", "nanoseconds", "usualNanoseconds", "phase",
            "phaseNanoseconds",
          ],
          summary.outliers.map {
            [
              .integer(Int64($0.event.run)), .integer(Int64(clamping: $0.event.number)),
              .text($0.event.kind), .flag($0.isPause), time($0.nanoseconds), time($0.usual),
              .text($0.phase), time($0.phaseNanoseconds),
            ]
          }),
        .init(
          "findings", ["kind", "title", "share", "bytesPerSecond", "function", "file", "line"],
          (findings?.findings ?? []).map { finding in
            let line = finding.blame.first
            return [
              .text(finding.kind.rawValue), .text(finding.title), .share(finding.share),
              bytesPerSecond(finding).map { .measure(Int64(clamping: $0), unit: "B") } ?? .none,
              line.map { .name(Array($0.function.utf8)) } ?? .none,
              line.map { .name(Array($0.file.utf8)) } ?? .none,
              line.map { .integer($0.line) } ?? .none,
            ]
          }),
        .init(
          "forcers", ["function", "caller", "file", "line"],
          (forcers ?? []).map {
            [
              .name(Array($0.function.utf8)), .name(Array($0.caller.utf8)),
              .name(Array($0.file.utf8)), .integer($0.line),
            ]
          }),
      ])
  }

  private func measure(_ value: Int64?, _ unit: String) -> ReportDocument.Cell {
    value.map { .measure($0, unit: unit) } ?? .none
  }

  private func cells(_ event: GCEvent) -> [ReportDocument.Cell] {
    [
      .name(Array(log.processes[event.process].utf8)), .integer(Int64(event.run)),
      .integer(Int64(clamping: event.number)), .text(event.kind),
      event.cause.map { .text($0) } ?? .none, event.startSeconds.map { .number($0) } ?? .none,
      measure(event.nanoseconds, "ns"), measure(event.pauseNanoseconds, "ns"),
      measure(event.heapBefore, "B"), measure(event.heapPeak, "B"), measure(event.heapAfter, "B"),
      measure(event.heapGoal, "B"), measure(event.cpu?.busy, "ns"),
      measure(event.cpu?.assist, "ns"), measure(event.cpu?.idle, "ns"),
      event.processors.map { .integer(Int64($0)) } ?? .none, .flag(event.checksForLeaks),
      .list(
        event.phases.map { phase in
          .text(
            String(repeating: ">", count: phase.depth) + "\(phase.name): "
              + "\(formatted(Double(phase.nanoseconds) / 1e6, "%.3f")) ms"
              + (phase.note.map { ", \($0)" } ?? ""))
        }),
    ]
  }
}
