import Foundations
import GCTrace
import HeapAnalysis
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
      ],
      [
        .init(
          "events",
          [
            "run", "number", "kind", "cause", "startSeconds", "nanoseconds", "pauseNanoseconds",
            "heapBefore", "heapPeak", "heapAfter", "heapGoal", "processorNanoseconds",
            "assistNanoseconds", "idleNanoseconds", "processors", "checksForLeaks", "phases",
          ], log.events.map(cells)),
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
      ])
  }

  private func cells(_ event: GCEvent) -> [ReportDocument.Cell] {
    func measure(_ value: Int64?, _ unit: String) -> ReportDocument.Cell {
      value.map { .measure($0, unit: unit) } ?? .none
    }
    return [
      .integer(Int64(event.run)), .integer(Int64(clamping: event.number)), .text(event.kind),
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
