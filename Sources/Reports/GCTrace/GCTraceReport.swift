import Foundations
package import GCTrace
package import HeapAnalysis
import ProfileModel

/// What a garbage collector's log shows, and the findings that cause it.
package struct GCTraceReport: Sendable {
  package var log: GCLog
  package var summary: GCSummary

  /// The findings of a heap profile given with the log, in allocated bytes.
  package var findings: HotspotReport?

  /// Who asks for collections, as that profile shows it; nil without a profile.
  package var forcers: [GCForcer]?

  package init(_ log: GCLog, findings: HotspotReport?, forcers: [GCForcer]? = nil) {
    self.log = log
    self.findings = findings
    self.forcers = forcers
    summary = GCSummary(log)
  }

  /// How many bytes a second a finding allocates, if the profile is of the log's program.
  func bytesPerSecond(_ finding: Finding) -> Double? {
    summary.allocationRate.map { $0 * finding.share }
  }

  /// One of several programs that wrote the log.
  struct Process {
    var name: String
    var events: [GCEvent]
    var summary: GCSummary
  }

  var processes: [Process] {
    let events = Dictionary(grouping: log.events, by: \.process)
    return log.processes.enumerated().compactMap { index, name in
      events[index].map {
        Process(
          name: name.isEmpty ? "without a name" : name, events: $0,
          summary: GCSummary($0, processors: log.processors))
      }
    }
  }

  // MARK: Text

  /// - Parameter count: the most outliers and findings; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
    var output = TextOutput()
    if let doubt = log.tally.doubt { output.line(style.marked(doubt, .hot)) }
    output.line(
      style.marked("GC TRACE", .heading) + "  \(summary.collections) "
        + (summary.collections == 1 ? "collection" : "collections")
        + (log.processes.count > 1 ? " of \(log.processes.count) processes" : "")
        + (summary.runs > log.processes.count ? " in \(summary.runs) runs" : "")
        + (summary.seconds.map { " over \(duration($0 * 1e9))" } ?? "")
        + (log.isNewestFirst ? ", read from the end: the log is newest first" : ""))
    if log.hasMoreProcesses {
      output.line(
        style.marked(
          "more than \(GCLog.processLimit) processes: those that came later are put together as "
            + "one without a name, whose figures mean nothing", .hot))
    }
    if log.processes.count > 1 {
      processLines(&output, style)
    } else {
      figureLines(&output)
    }
    driverLines(&output, style)
    scavengeLines(&output)
    pauseLines(&output, style)
    outlierLines(&output, style, count)
    findingLines(&output, style, count)
    output.line()
    output.line(style.marked(linesText, .faint))
    return output.laidOut(style)
  }

  private func figureLines(_ output: inout TextOutput) {
    if let frequency = summary.frequency, frequency > 0 {
      output.line("one every \(duration(1e9 / frequency))" + share)
    }
    if let rate = summary.allocationRate { output.line("allocates \(bytes(rate))/s") }
    heapLines(log.events, &output)
  }

  /// Each process separately, since their times overlap.
  private func processLines(_ output: inout TextOutput, _ style: TextStyle) {
    for process in processes {
      let summary = process.summary
      output.line()
      output.line(
        style.marked(shown(process.name), .heading)
          + "  \(summary.collections) collections"
          + (summary.runs > 1 ? " in \(summary.runs) runs" : "")
          + (summary.seconds.map { " over \(duration($0 * 1e9))" } ?? ""))
      if let frequency = summary.frequency, frequency > 0 {
        output.line("one every \(duration(1e9 / frequency))" + share(summary))
      }
      if let rate = summary.allocationRate { output.line("allocates \(bytes(rate))/s") }
      heapLines(process.events, &output)
    }
  }

  private var share: String { share(summary) }

  private func share(_ summary: GCSummary) -> String {
    guard let share = summary.processorShare else { return "" }
    let assist = summary.assistShare.map {
      $0 >= 0.1 ? ", \(percentText($0)) of it as mark assist" : ""
    }
    return ", GC used \(percentText(share)) of CPU" + (assist ?? "")
  }

  private func heapLines(_ events: [GCEvent], _ output: inout TextOutput) {
    let live = events.compactMap(\.heapAfter)
    guard let first = live.first, let last = live.last else { return }
    output.line(
      "live heap \(size(first)) → \(size(last)), peak \(size(live.max() ?? 0))  "
        + sparkline(thinned(live, to: 40), width: 40))
    let goals = events.compactMap(\.heapGoal)
    if let first = goals.first, let last = goals.last {
      output.line(
        "heap goal \(size(first)) → \(size(last)), peak \(size(goals.max() ?? 0))  "
          + sparkline(thinned(goals, to: 40), width: 40))
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
    if log.repeated > 0 { parts.append("\(log.repeated) collections twice") }
    if log.eventsLost > 0 {
      parts.append("left out \(log.eventsLost) collections behind the first \(log.events.count)")
    }
    return parts.joined(separator: ", ")
  }

  func size(_ value: Int64) -> String {
    ScaledValue(value, from: "B", to: "auto").text
  }

  func bytes(_ value: Double) -> String { size(Int64(clamping: value)) }

  func duration(_ nanoseconds: Double) -> String {
    ScaledValue(Int64(clamping: nanoseconds), from: "ns", to: "auto").text
  }
}
