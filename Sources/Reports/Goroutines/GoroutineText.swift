import Foundations
import GoroutineDump
import ProfileModel

extension GoroutineReport {
  /// - Parameter count: the most groups of each kind to show; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
    var output = TextOutput()
    if let doubt = series.lines.tally.doubt { output.line(style.marked(doubt, .hot)) }
    deathLines(&output, style)
    if !events.isEmpty { eventLines(&output, style, count) }
    if moments.isEmpty {
      noteLines(&output)
      return output.laidOut(style)
    }
    if !events.isEmpty { output.line() }
    let groups = present.count
    output.line(
      style.marked("GOROUTINES", .heading) + "  \(totalText) in "
        + "\(groups) \(groups == 1 ? "group" : "groups")"
        + (processNames.count > 1 ? " of \(processNames.count) processes" : "") + seriesText)
    noteLines(&output)
    processLines(&output, style)
    stateLines(&output, style)
    waitLines(&output, style, count)
    growthLines(&output, style, count)
    stuckLines(&output, style, count)
    groupLines(&output, style, count)
    if series.lines.skipped > 0 {
      output.line()
      output.line(
        style.marked(
          "skipped \(series.lines.skipped) of \(series.lines.all) lines that are of no goroutine",
          .faint))
    }
    return output.laidOut(style)
  }

  private var totalText: String {
    if !isDifference { return groupedDigits(Int64(total)) }
    let (more, fewer) = change
    return "\(countText(total)): \(groupedDigits(Int64(more))) more and "
      + "\(groupedDigits(Int64(fewer))) fewer"
  }

  /// With a sign in a difference.
  private func countText(_ count: Int) -> String {
    (isDifference && count > 0 ? "+" : "") + groupedDigits(Int64(count))
  }

  private var seriesText: String {
    guard moments.count > 1 else { return "" }
    let totals = moments.map { Int64(total(of: $0)) }
    return ", \(groupedDigits(totals.first ?? 0)) → \(groupedDigits(totals.last ?? 0)) over "
      + "\(totals.count) dumps  " + sparkline(thinned(totals, to: 40), width: 40)
  }

  private func noteLines(_ output: inout TextOutput) {
    if series.snapshots.last?.hasStates == false {
      output.line("this form has no states and no waiting times: states are told from the stacks")
    }
    for snapshot in series.snapshots where snapshot.isDifference {
      output.line(
        "\(shown(snapshot.name)): a difference, as with seconds=N: what came (+) and what went (-), "
          + "not the goroutines that there were")
    }
    for snapshot in series.snapshots
    where !snapshot.isDifference && snapshot.durationNanoseconds > 0 {
      output.line(
        "\(shown(snapshot.name)): covers \(goDuration(snapshot.durationNanoseconds)): if it was "
          + "taken with seconds=N, these are those that came in that time")
    }
    for snapshot in series.snapshots where snapshot.isCut {
      output.line("\(shown(snapshot.name)): ends within a goroutine; what came before is counted")
    }
    if series.hasMoreProcesses {
      output.line(
        "more than \(GoroutineSeries.processLimit) processes: those that came later are put "
          + "together as 'others', whose dumps may be mixed")
    }
    if series.isNewestFirst { output.line("the log is newest first: it was read from the end") }
    let threads = (moments.last ?? []).reduce(0) { $0 + series.snapshots[$1].threadCount }
    if threads > 0 {
      output.line(
        "\(threads) \(threads == 1 ? "stack" : "stacks") of threads (goroutine 0) not counted")
    }
    if series.filteredCount > 0 {
      output.line("the filters leave out \(groupedDigits(Int64(series.filteredCount)))")
    }
    if series.stacksLost > 0 {
      output.line("\(series.stacksLost) goroutines have a stack too many, and none here")
    }
  }

  private func stateLines(_ output: inout TextOutput, _ style: TextStyle) {
    output.line()
    output.line(style.marked("   COUNT   SHARE  LONGEST WAIT  STATE", .heading))
    for state in states {
      output.line(
        countText(state.count).rightAligned(to: 8)
          + percentText(Double(state.count.magnitude) / Double(whole)).rightAligned(to: 8)
          + (state.longestMinutes > 0 ? waitText(state.longestMinutes) : "").rightAligned(to: 14)
          + "  \(state.kind.rawValue)")
    }
  }

  private func growthLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    let rows = growing
    if rows.isEmpty {
      if moments.count > 1 {
        output.line()
        output.line(style.marked("LEAK SUSPECTS", .heading) + "  none: no group grows")
      }
      return
    }
    output.line()
    output.line(style.marked("LEAK SUSPECTS", .heading) + "  groups that grow")
    for row in limited(rows, count) {
      let counts = counts(of: row).map(Int64.init)
      output.line(
        style.marked("+\(groupedDigits(Int64(row.growth.growth)))".rightAligned(to: 8), .hot)
          + "  \(row.growth.first) → \(row.growth.last)"
          + (row.growth.perSecond.map { ", \(rateText($0))" } ?? "")
          + "  " + sparkline(thinned(counts, to: 20), width: 20) + "  \(stateText(row))")
      detailLines(row, &output, style)
      if let advice = row.group.state.kind.advice { output.line("          fix: \(advice)") }
    }
    moreLine(rows.count, count, &output, style)
  }

  private func stuckLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    let rows = stuck
    if rows.isEmpty { return }
    output.line()
    output.line(style.marked("LEAKED", .heading) + "  nothing can wake them any more")
    for row in limited(rows, count) {
      let leaked = row.details.leakedCount
      output.line(
        style.marked(
          groupedDigits(Int64(leaked > 0 ? leaked : row.count)).rightAligned(to: 8), .hot)
          + "  \(stateText(row))" + (leaked > 0 ? ", says the collector" : ""))
      detailLines(row, &output, style)
      if let advice = row.group.state.kind.advice { output.line("          fix: \(advice)") }
    }
    moreLine(rows.count, count, &output, style)
  }

  private func groupLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    output.line()
    output.line(style.marked("   COUNT  GROUPS", .heading))
    for row in limited(present, count) {
      output.line(
        countText(row.count).rightAligned(to: 8) + "  \(stateText(row))"
          + waitsText(row) + marksText(row))
      detailLines(row, &output, style)
    }
    moreLine(present.count, count, &output, style)
  }

  /// The line to blame, where the goroutine waits in others' code, and who started it.
  private func detailLines(_ row: Row, _ output: inout TextOutput, _ style: TextStyle) {
    if let blame = row.blame, !row.blamesCreator {
      output.line("          " + style.marked(place(blame), .user))
    }
    if let leaf = row.group.stack.first.map(series.line), leaf != row.blame {
      output.line("          in \(place(leaf))")
    }
    for (index, creator) in row.creators.prefix(3).enumerated() {
      let text = place(creator.line)
      output.line(
        "          created by "
          + (row.blamesCreator && index == 0 ? style.marked(text, .user) : text)
          + (row.creators.count > 1 ? " ×\(creator.count)" : ""))
    }
    if row.creators.count > 3 {
      output.line("          and at \(row.creators.count - 3) more places")
    }
    if let labels = labelsText(row) { output.line("          \(labels)") }
    if processNames.count > 1 {
      output.line(
        "          of "
          + processes(of: row).map { "\(shown($0.name)) \(groupedDigits(Int64($0.count)))" }
          .joined(separator: ", "))
    }
  }

  private func stateText(_ row: Row) -> String {
    let root = row.group.root.map { shown($0.isEmpty ? "without the label" : $0) + ": " }
    return (root ?? "") + stateName(row)
  }

  private func stateName(_ row: Row) -> String {
    let state = row.group.state
    if state.isDerived || state.text == state.kind.rawValue { return state.kind.rawValue }
    if state.kind == .other { return shown(state.text) }
    return "\(state.kind.rawValue) [\(shown(state.text))]"
  }

  /// `, waits 12 min at most: 3 under 1 min, 8 10 to 59 min`.
  private func waitsText(_ row: Row) -> String {
    let details = row.details
    if details.longestMinutes == 0 { return "" }
    let ranges = WaitRange.allCases.filter { details.waits[$0.rawValue] > 0 }
    let parts = ranges.map { "\(details.waits[$0.rawValue]) for \($0.text)" }
    return ", for up to \(waitText(details.longestMinutes)) (goroutine \(details.longestID))"
      + (parts.count > 1 ? ": " + parts.joined(separator: ", ") : "")
  }

  private func marksText(_ row: Row) -> String {
    let details = row.details
    var parts: [String] = []
    if details.leakedCount > 0 { parts.append("\(details.leakedCount) leaked") }
    if details.lockedCount > 0 { parts.append("\(details.lockedCount) locked to a thread") }
    if details.bubbledCount > 0 { parts.append("\(details.bubbledCount) in a synctest bubble") }
    return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
  }

  func limited<Element>(_ rows: [Element], _ count: Int) -> ArraySlice<Element> {
    count > 0 ? rows.prefix(count) : rows[...]
  }

  func moreLine(
    _ all: Int, _ count: Int, _ output: inout TextOutput, _ style: TextStyle
  ) {
    if count > 0, all > count {
      output.line(style.marked("          and \(all - count) more", .faint))
    }
  }

  private func waitText(_ minutes: UInt64) -> String {
    switch minutes {
    case ..<60: "\(minutes) min"
    case ..<1440: "\(minutes / 60) h" + (minutes % 60 > 0 ? " \(minutes % 60) min" : "")
    default: "\(minutes / 1440) d" + (minutes / 60 % 24 > 0 ? " \(minutes / 60 % 24) h" : "")
    }
  }

  private func rateText(_ perSecond: Double) -> String {
    if perSecond >= 1 { return "+\(formatted(perSecond, "%.1f"))/s" }
    if perSecond * 60 >= 1 { return "+\(formatted(perSecond * 60, "%.1f"))/min" }
    return "+\(formatted(perSecond * 3600, "%.1f"))/h"
  }
}

extension GoroutineState.Kind {
  /// What helps when such goroutines pile up.
  var advice: String? {
    switch self {
    case .chanReceive:
      "somebody has to send or close the channel on every path; or select on ctx.Done() too"
    case .chanSend:
      "the receiver is gone: give the channel a buffer of one, or select on ctx.Done() too"
    case .channel, .select:
      "a case has to become ready on every path; give it a case <-ctx.Done()"
    case .forever: "make the channel before it is used; select {} never returns"
    case .mutex, .rwmutex:
      "somebody holds the lock: defer Unlock(), and call nothing slow while it is held"
    case .waitgroup: "a Done() is missing, or its goroutine hangs itself: defer Done()"
    case .cond: "Signal or Broadcast is missing after what they wait for has changed"
    case .semaphore: "somebody holds what they wait for"
    case .sleep: "a loop that sleeps never ends: select on a timer and on ctx.Done()"
    case .io: "give it a deadline: http.Client.Timeout, SetDeadline, IdleTimeout; close bodies"
    case .syscall: "the call does not return: a slow disk, a pipe, or C code"
    case .running, .runnable, .gc, .runtime, .synctest, .coroutine, .parked, .other: nil
    }
  }
}
