import Foundations
import GCTrace
import LogText
import ProfileModel

extension GCTraceReport {
  /// The lines of a terminal that shows a log while it arrives.
  package func screen(_ style: TextStyle, height: Int) -> [String] {
    var lines =
      log.events.isEmpty
      ? ["waiting for the first collection"]
      : String(decoding: text(style, count: 5).bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines = Array(lines.prefix(max(0, height - 1)))
    while lines.count < height - 1 { lines.append("") }
    return lines + [
      style.marked(
        "\(groupedDigits(Int64(log.lines.all))) lines read; q ends with the report", .faint)
    ]
  }

  func pauseLines(_ output: inout TextOutput, _ style: TextStyle) {
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

  func outlierLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    let outliers = summary.outliers
    if summary.clockNanoseconds > 0 {
      output.line()
      output.line(
        "times are whole numbers of \(duration(Double(summary.clockNanoseconds))): the clock ticks "
          + "no finer, so what is shorter reads as 0, and one tick more is no outlier")
    }
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

  /// What triggers collections, and since when it is the memory limit.
  func driverLines(_ output: inout TextOutput, _ style: TextStyle) {
    for process in log.processes.count > 1 ? processes : [] {
      driverLines(process.summary, shown(process.name) + ": ", &output, style)
    }
    if log.processes.count == 1 { driverLines(summary, "", &output, style) }
    forcerLines(&output, style)
  }

  /// Who asks for collections, where a profile is at hand.
  private func forcerLines(_ output: inout TextOutput, _ style: TextStyle) {
    guard let forcers, log.events.contains(where: { $0.cause == "forced" }) else { return }
    if forcers.isEmpty {
      output.line(
        "forced by whom is unknown: the profile has no stack through runtime.GC or "
          + "debug.FreeOSMemory, as a heap profile rarely does; a CPU profile of the time shows it "
          + "(heapscope peek runtime.GC cpu.pb.gz), and each heap?gc=1 asked of net/http/pprof "
          + "forces one")
    }
    for forcer in forcers {
      output.line(
        "forced by \(style.marked(shown(forcer.caller), .user))"
          + (forcer.file.isEmpty ? "" : "  \(shortPath(shown(forcer.file))):\(forcer.line)")
          + ", which calls \(shown(forcer.function)) (as the profile shows)")
    }
  }

  private func driverLines(
    _ summary: GCSummary, _ name: String, _ output: inout TextOutput, _ style: TextStyle
  ) {
    guard let drivers = summary.drivers else { return }
    var causes: [String] = []
    if drivers.sized > 0 { causes.append("\(drivers.sized) by the heap's size") }
    if drivers.timed > 0 { causes.append("\(drivers.timed) by the two-minute timer") }
    if drivers.forced > 0 { causes.append("\(drivers.forced) forced (runtime.GC, FreeOSMemory)") }
    if causes.count > 1 || drivers.sized == 0 {
      output.line(name + "begun " + causes.joined(separator: ", "))
    }
    if let ratio = drivers.usualRatio, drivers.thrashing == nil {
      output.line(
        name + "the goal is usually \(formatted(ratio, "%.2f")) times the live heap"
          + (drivers.forced * 2 > summary.collections
            ? "; most collections are forced: look for runtime.GC and debug.FreeOSMemory" : ""))
    }
    let shares = [
      drivers.lastShare.map { ($0, "at the end") },
      drivers.lastMinuteShare.map { ($0, "in the last minute") },
      summary.processorShare.map { ($0, "overall") },
    ].compactMap { $0 }
    let mean = summary.processorShare ?? 0
    if let (last, _) = shares.first, last >= 0.1 || abs(last - mean) >= 0.02, shares.count > 1 {
      output.line(
        name + "GC used "
          + shares.map { "\(percentText($0.0)) of CPU \($0.1)" }
          .joined(separator: ", ").replacing(" of CPU overall", with: " overall"))
    }
    limitLines(drivers, name, shares.first?.0, &output, style)
  }

  private func limitLines(
    _ drivers: GCDrivers, _ name: String, _ share: Double?, _ output: inout TextOutput,
    _ style: TextStyle
  ) {
    if let limit = drivers.limit {
      output.line(
        name
          + style.marked(
            "memory limit: since gc \(limit.number), at \(formatted(limit.startSeconds, "%.1f"))s, "
              + "the goal stays at \(size(limit.goalBytes)) while the live heap grows", .hot))
    }
    guard let thrashing = drivers.thrashing else { return }
    let word =
      drivers.limit != nil || !thrashing.isWhole ? "memory limit" : "memory limit or small GOGC"
    output.line(
      name
        + style.marked(
          "\(word): since gc \(thrashing.number), at "
            + "\(formatted(thrashing.startSeconds, "%.1f"))s, the goal is within 5 % of the live heap",
          .hot)
        + (share.map { ": the program does little but collect (\(percentText($0)))" } ?? ""))
    if let share, share >= 0.45 {
      output.line(
        name + "the runtime lets the collector have half of the processors and no more: memory "
          + "grows beyond the limit from here")
    }
    output.line(
      "  fix    raise GOMEMLIMIT well above \(size(thrashing.liveBytes)), or lower the live heap "
        + "of \(size(thrashing.liveBytes)): heapscope hotspots on a heap profile says what holds it"
    )
  }

  /// The process's memory, if the scavenger's lines show it.
  func scavengeLines(_ output: inout TextOutput) {
    for name in Set(log.scavenges.map(\.process)).sorted() {
      let all = log.scavenges.filter { $0.process == name }
      func change(_ path: KeyPath<Scavenge, Int64?>) -> String? {
        let values = all.compactMap { $0[keyPath: path] }
        guard let first = values.first, let last = values.last else { return nil }
        return first == last ? size(last) : "\(size(first)) → \(size(last))"
      }
      var parts: [String] = []
      if let system = change(\.system) { parts.append("taken from the system \(system)") }
      if let consumed = change(\.consumed) {
        parts.append("in use \(consumed) (consumed, near what is resident)")
      }
      if let used = change(\.inUse) { parts.append("of it spans in use \(used)") }
      if let released = change(\.released) { parts.append("given back \(released)") }
      if !parts.isEmpty {
        output.line(
          (log.processes.count > 1 && !name.isEmpty ? shown(name) + ": " : "")
            + parts.joined(separator: ", "))
      }
    }
  }
}
