import Foundations
package import GCTrace
package import HeapAnalysis
import ProfileModel

/// What a garbage collector's log says, with the findings that feed it.
package struct GCTraceReport: Sendable {
  package var log: GCLog
  package var summary: GCSummary

  /// The findings of a heap profile beside the log, in allocated bytes.
  package var findings: HotspotReport?

  package init(_ log: GCLog, findings: HotspotReport?) {
    self.log = log
    self.findings = findings
    summary = GCSummary(log)
  }

  /// What a finding allocates a second, if the profile is of the log's program.
  func bytesPerSecond(_ finding: Finding) -> Double? {
    summary.allocationRate.map { $0 * finding.share }
  }

  /// The live heap after each collection.
  var liveHeap: [Int64] { log.events.compactMap(\.heapAfter) }

  // MARK: Text

  /// - Parameter count: the most outliers and findings; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
    var output = TextOutput()
    output.line(
      style.marked("GC TRACE", .heading) + "  \(summary.collections) "
        + (summary.collections == 1 ? "collection" : "collections")
        + (summary.runs > 1 ? " in \(summary.runs) runs" : "")
        + (summary.seconds.map { " over \(duration($0 * 1e9))" } ?? ""))
    if let frequency = summary.frequency, frequency > 0 {
      output.line("one every \(duration(1e9 / frequency))" + share)
    }
    if let rate = summary.allocationRate { output.line("allocates \(bytes(rate))/s") }
    heapLines(&output)
    pauseLines(&output, style)
    outlierLines(&output, style, count)
    findingLines(&output, style, count)
    output.line()
    output.line(style.marked(linesText, .faint))
    return output
  }

  private var share: String {
    guard let share = summary.processorShare else { return "" }
    let assist = summary.assistShare.map {
      $0 >= 0.1 ? " (\(percentText($0)) of that paid by goroutines that allocate)" : ""
    }
    return ", takes \(percentText(share)) of the processors" + (assist ?? "")
  }

  private func heapLines(_ output: inout TextOutput) {
    let live = liveHeap
    guard let first = live.first, let last = live.last else { return }
    output.line(
      "live heap \(size(first)) → \(size(last)), most \(size(live.max() ?? 0))  "
        + sparkline(thinned(live, to: 40), width: 40))
    let goals = log.events.compactMap(\.heapGoal)
    if let first = goals.first, let last = goals.last {
      output.line(
        "heap goal \(size(first)) → \(size(last)), most \(size(goals.max() ?? 0))  "
          + sparkline(thinned(goals, to: 40), width: 40))
    }
  }

  private func pauseLines(_ output: inout TextOutput, _ style: TextStyle) {
    if summary.pauses.isEmpty { return }
    output.line()
    output.line(
      style.marked("PAUSES   count       p50       p99       max     total", .heading))
    for pauses in summary.pauses {
      output.line(
        String(pauses.count).rightAligned(to: 14)
          + [pauses.median, pauses.p99, pauses.longest, pauses.total].map {
            duration(Double($0)).rightAligned(to: 10)
          }.joined() + "  " + shown(pauses.kind))
    }
    if let marking = summary.markingPauses {
      let part = percentText(marking.share)
      output.line()
      output.line(
        style.marked("CAUSE", .heading) + "  buffers of overwritten references (SATB) take "
          + style.share(part, marking.share) + " of Pause Remark: "
          + "\(duration(Double(marking.buffers))) of \(duration(Double(marking.total)))")
      output.line(
        "  fix    overwrite fewer references while marking runs, or let it end sooner: "
          + "more -XX:ConcGCThreads, a lower -XX:InitiatingHeapOccupancyPercent")
    }
  }

  private func outlierLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    let outliers = summary.outliers
    if outliers.isEmpty { return }
    output.line()
    output.line(style.marked("OUTLIERS    took     usual  collection", .heading))
    for outlier in count > 0 ? outliers.prefix(count) : outliers[...] {
      let event = outlier.event
      output.line(
        style.marked(duration(Double(outlier.nanoseconds)).rightAligned(to: 16), .hot)
          + duration(Double(outlier.usual)).rightAligned(to: 10)
          + "  \(shown(event.kind)) \(event.number)"
          + (event.startSeconds.map { " at \(formatted($0, "%.3f"))s" } ?? "")
          + (outlier.isPause ? ", paused" : "") + ": \(shown(outlier.phase)) took "
          + duration(Double(outlier.phaseNanoseconds))
          + (event.cause.map { " (\(shown($0)))" } ?? ""))
    }
    if count > 0, outliers.count > count {
      output.line(style.marked("                and \(outliers.count - count) more", .faint))
    }
  }

  private func findingLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    guard let findings else { return }
    output.line()
    output.line(style.marked("WHAT FEEDS IT  in \(findings.sampleType)", .heading))
    if findings.findings.isEmpty { output.line("  no finding in the profile") }
    if let text = findings.suppressedText { output.line(style.marked("  " + text, .faint)) }
    for finding in count > 0 ? findings.findings.prefix(count) : findings.findings[...] {
      let rate = bytesPerSecond(finding).map { bytes($0) + "/s" } ?? ""
      let line = finding.blame.first?.first
      output.line(
        rate.rightAligned(to: 13) + percentText(finding.share).rightAligned(to: 8)
          + (finding.isWeak ? " weak" : "") + "  \(finding.title)"
          + (line.map { "  " + style.marked(shown($0.function), .user) + "  \($0.place)" } ?? ""))
    }
  }

  private var linesText: String {
    let lines = log.lines
    var parts = ["read \(lines.read) of \(lines.all) lines"]
    if lines.skipped > 0 { parts.append("skipped \(lines.skipped) that are of no collection") }
    if lines.scavenger > 0 { parts.append("\(lines.scavenger) of the scavenger") }
    if lines.pacer > 0 { parts.append("\(lines.pacer) of the pacer") }
    if lines.damaged > 0 { parts.append("\(lines.damaged) cut or damaged") }
    if log.eventsLost > 0 {
      parts.append("left out \(log.eventsLost) collections behind the first \(log.events.count)")
    }
    return parts.joined(separator: ", ")
  }

  private func size(_ value: Int64) -> String {
    ScaledValue(value, from: "B", to: "auto").text
  }

  private func bytes(_ value: Double) -> String { size(Int64(clamping: value)) }

  private func duration(_ nanoseconds: Double) -> String {
    ScaledValue(Int64(clamping: nanoseconds), from: "ns", to: "auto").text
  }
}
