import Foundations
import GoroutineDump
import HeapAnalysis
import LogText
import Metrics

extension MetricsReport {
  /// - Parameter count: the most processes, and rows of a profile or dump; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
    var output = TextOutput()
    if let doubt = tally.doubt { output.line(style.marked(doubt, .hot)) }
    let limit = count > 0 ? count : .max
    output.line(headline(style))
    for process in processes.prefix(limit) { write(process, style, &output) }
    if processes.count > limit {
      output.line()
      output.line(
        style.marked("and \(processes.count - limit) more processes (--nodecount=0)", .faint))
    }
    writeHeap(style, count, &output)
    writeGoroutines(style, count, &output)
    writeNext(style, &output)
    output.line()
    output.line(style.marked(linesText, .faint))
    return output.laidOut(style)
  }

  private func headline(_ style: TextStyle) -> String {
    let count = momentCount
    var text =
      style.marked("METRICS", .heading) + "  \(groupedDigits(Int64(count))) "
      + (count == 1 ? "moment" : "moments")
    if processes.count > 1 { text += " of \(processes.count) processes" }
    if processes.count == 1, let process = processes.first { text += timesText(process.metrics) }
    if hasMoreProcesses {
      text += ", and more processes: only \(MetricsReader.processLimit) are read"
    }
    return text
  }

  /// ` over 11m00s, 2026-11-30 14:00:00 UTC to 14:11:00`
  private func timesText(_ metrics: ProcessMetrics) -> String {
    var text = ""
    if metrics.hasTimes, let first = metrics.moments.first?.seconds,
      let last = metrics.moments.last?.seconds
    {
      if last > first { text += " over \(durationText(last - first))" }
      if last > 1e8 { text += ", to \(timeText(last))" }
    } else if metrics.moments.count > 1 {
      text += ", whose times are not known"
    }
    if metrics.runStarts.count > 1 { text += ", \(metrics.runStarts.count) runs" }
    return text
  }

  private func timeText(_ seconds: Double) -> String {
    localTime(Int64(clamping: seconds * 1e9), "%Y-%m-%d %H:%M:%S %Z")
  }

  private func write(_ process: Process, _ style: TextStyle, _ output: inout TextOutput) {
    let metrics = process.metrics
    if processes.count > 1 {
      output.line()
      let count = metrics.moments.count
      output.line(
        style.marked(shown(process.name), .heading) + "  \(count) "
          + (count == 1 ? "moment" : "moments") + timesText(metrics))
    }
    writeNotes(metrics, style, &output)
    let firing = process.firing
    output.line()
    if firing.isEmpty {
      output.line(style.marked("NO SIGNAL FIRES", .heading))
    } else {
      output.line(
        style.marked("SIGNALS", .heading)
          + "  \(firing.count) of \(Signal.allCases.count) \(firing.count == 1 ? "fires" : "fire")")
      for finding in firing { write(finding, metrics, style, &output) }
    }
    let quiet = process.findings { $0 == .quiet }
    if !quiet.isEmpty {
      output.line()
      output.line(style.marked("QUIET", .heading))
      for finding in quiet {
        let remarks =
          finding.contexts.contains(.load) ? ": " + finding.remarks.joined(separator: ", ") : ""
        output.line("  " + finding.signal.title.padded(to: 32) + finding.figures + remarks)
      }
    }
    let unknown = process.findings.filter { $0.gapText != nil }
    if !unknown.isEmpty {
      output.line()
      output.line(style.marked("NOT KNOWN", .heading))
      for finding in unknown {
        output.line("  " + finding.signal.title.padded(to: 32) + (finding.gapText ?? ""))
      }
    }
    let rows = MemoryAccountRows(metrics.account)
    if !rows.account.isEmpty {
      output.line()
      output.line(
        style.marked("MEMORY OF THE PROCESS", .heading)
          + (metrics.moments.count > 1 ? "  at the last moment" : ""))
      rows.write(style, to: &output)
    }
  }

  private func writeNotes(
    _ metrics: ProcessMetrics, _ style: TextStyle, _ output: inout TextOutput
  ) {
    for start in metrics.runStarts.dropFirst().suffix(3) {
      output.line(
        style.marked(
          "started anew before moment \(start + 1)" + atText(metrics.moments[start])
            + (start == metrics.runStarts.last ? ": signals are of what follows" : ""), .warm))
    }
    switch metrics.order {
    case .times, .input: break
    case .againstTimes:
      output.line(
        style.marked(
          "counters fall in the order of the files' times: they are taken in that of the arguments",
          .warm))
    case .newestFirst:
      output.line(style.marked("read from the end: the newest moment stands first", .warm))
    }
    if metrics.thinned > 0 {
      output.line(
        style.marked(
          "of \(groupedDigits(Int64(metrics.moments.count + metrics.thinned))) moments, "
            + "\(groupedDigits(Int64(metrics.moments.count))) are looked at", .faint))
    }
  }

  private func atText(_ moment: Moment) -> String {
    guard let seconds = moment.seconds, seconds > 1e8 else { return "" }
    return ", " + localTime(Int64(clamping: seconds * 1e9), "%Y-%m-%d %H:%M:%S")
  }

  private func write(
    _ finding: SignalFinding, _ metrics: ProcessMetrics, _ style: TextStyle,
    _ output: inout TextOutput
  ) {
    var line = "  " + style.marked(finding.signal.title, .hot) + "  " + finding.figures
    if let onset = finding.onset, metrics.lastRun.count > 1 {
      let isFirst = onset == metrics.runStarts.last
      line +=
        isFirst
        ? ", from the first moment on"
        : ", since moment \(onset + 1) of \(metrics.moments.count)" + atText(metrics.moments[onset])
    }
    output.line(line)
    if finding.curve.count > 2 {
      let values = thinned(finding.curve.map { Int64(nearest: $0 * 1000) }, to: 40)
      output.line("    " + sparkline(values, width: 40))
    }
    let remarks = finding.remarks
    if !remarks.isEmpty { output.line("    " + remarks.joined(separator: "; ")) }
    output.line("    alert  \(finding.signal.alert.name)")
  }

  // MARK: What stands beside

  /// Says when an accompanying profile or dump was taken, and whether that matches the metrics.
  private func momentText(_ seconds: Double?) -> String {
    guard let seconds else { return "its time is not known" }
    guard let first = processes.compactMap({ $0.metrics.moments.first?.seconds }).min(),
      let last = processes.compactMap({ $0.metrics.moments.last?.seconds }).max(), last > 1e8
    else { return "taken \(timeText(seconds)); the times of the metrics are not known" }
    let slack = max(60, 0.1 * (last - first))
    if seconds > last + slack {
      return "taken \(durationText(seconds - last)) after the last moment"
    }
    if seconds < first - slack {
      return "taken \(durationText(first - seconds)) before the first moment"
    }
    return "taken \(timeText(seconds))"
  }

  private func doesNotFit(_ seconds: Double?) -> Bool {
    let text = momentText(seconds)
    return text.hasSuffix("moment") || seconds == nil
  }

  private func writeHeap(_ style: TextStyle, _ count: Int, _ output: inout TextOutput) {
    guard let heap else { return }
    output.line()
    let note = momentText(heap.seconds)
    output.line(
      style.marked("WHAT THE HEAP HOLDS", .heading) + "  \(shown(heap.name)), "
        + (doesNotFit(heap.seconds) ? style.marked(note, .warm) : note))
    var line = "  live by the profile \(sizeText(heap.liveBytes))"
    if let objects = processes.first?.metrics.account.live
      ?? processes.first?.metrics.account.objects
    {
      line += ", by the metrics \(sizeText(objects))"
      if heap.liveBytes > 2 * objects || objects > 2 * heap.liveBytes {
        line += style.marked(": not of the same moment, or not of the same process", .warm)
      }
    }
    output.line(line)
    let whole = Double(max(1, heap.liveBytes))
    var table = TextTable([.figures(""), .figures("")], indent: 2)
    for row in heap.lines.prefix(count > 0 ? min(count, 5) : .max) where row.values.last > 0 {
      table.add([sizeText(row.values.last), percentText(Double(row.values.last) / whole)]) {
        style.line(row.function, placeText(row.file, row.line), width: $0)
      }
    }
    table.write(style, to: &output)
    // A smaller finding says little about what holds the heap.
    for finding in heap.findings.findings.prefix(count > 0 ? count : .max)
    where finding.share >= 0.05 {
      output.line("  " + percentText(finding.share) + " is a known pattern: \(finding.title)")
    }
  }

  private func writeGoroutines(_ style: TextStyle, _ count: Int, _ output: inout TextOutput) {
    guard let goroutines else { return }
    output.line()
    let note = momentText(goroutines.seconds)
    output.line(
      style.marked("WHERE GOROUTINES WAIT", .heading) + "  \(shown(goroutines.name)), "
        + (doesNotFit(goroutines.seconds) ? style.marked(note, .warm) : note))
    let total = goroutines.report.total
    var line = "  \(groupedDigits(Int64(total))) in the dump"
    if let told = processes.first?.metrics.lastRun.last?[.goroutines] {
      line += ", \(groupedDigits(Int64(nearest: told))) by the metrics"
      if Double(total) > 2 * told + 10 || told > 2 * Double(total) + 10 {
        line += style.marked(": not of the same moment, or not of the same process", .warm)
      }
    }
    output.line(line)
    var table = TextTable([.figures(""), .words("")], indent: 2)
    for row in goroutines.report.present.prefix(count > 0 ? min(count, 5) : .max) {
      table.add([groupedDigits(Int64(row.count)), row.group.state.kind.rawValue]) { _ in
        row.blame.map { style.marked(goroutines.report.place($0), .user) } ?? ""
      }
    }
    table.write(style, to: &output)
  }

  private func writeNext(_ style: TextStyle, _ output: inout TextOutput) {
    let firing = firing
    var lines: [String] = []
    if firing.contains(where: { $0 == .goroutinesRise || $0 == .threadsRise }), goroutines == nil {
      lines.append("heapscope goroutines \(url.isEmpty ? "HOST:PORT" : url)")
    }
    if firing.contains(where: {
      $0 == .liveHeapGrows || $0 == .memoryLimit || $0 == .containerLimit
    }), heap == nil {
      lines.append("heapscope hotspots \(url.isEmpty ? "HOST:PORT" : url)")
    }
    if firing.contains(where: {
      $0 == .collectorShare || $0 == .collectionsOften || $0 == .allocationJump
    }) {
      lines.append("heapscope hotspots \(url.isEmpty ? "HOST:PORT" : url)/debug/pprof/allocs")
    }
    if !firing.isEmpty { lines.append("heapscope metrics --alerts    # the rules named above") }
    if momentCount == processes.count {
      lines.append("heapscope metrics --every=10s \(url.isEmpty ? "HOST:PORT" : url)    # trends")
    }
    if lines.isEmpty { return }
    output.line()
    output.line(style.marked("NEXT", .heading))
    for line in lines { output.line("  " + line.unbroken) }
  }

  private var linesText: String {
    var parts = [
      "read \(groupedDigits(Int64(lines.read))) samples of known series, "
        + "skipped \(groupedDigits(Int64(lines.others))) of others"
    ]
    if let damage {
      let count = groupedDigits(Int64(lines.damaged))
      parts.append(
        "\(count) damaged, as \(shown(damage.file)), line \(damage.line): \(shown(damage.text))")
    }
    if tally.unknown > 0 {
      parts.append("\(groupedDigits(Int64(tally.unknown))) lines are no samples")
    }
    return parts.joined(separator: "; ")
  }

  private func sizeText(_ bytes: Int64) -> String {
    ScaledValue(bytes, from: "B", to: "auto").text
  }

  /// The lines of a terminal that shows a running process.
  package func screen(_ style: TextStyle, height: Int, footer: String) -> [String] {
    var lines =
      isEmpty
      ? ["waiting for the first moment"]
      : String(decoding: text(style, count: 3).bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines = Array(lines.prefix(max(0, height - 1)))
    while lines.count < height - 1 { lines.append("") }
    return lines + [style.marked(footer, .faint)]
  }
}
