import Foundations
import GoroutineDump
import ProfileModel

extension GoroutineReport {
  // MARK: What it died of

  /// Why the last dumps were written.
  func deathLines(_ output: inout TextOutput, _ style: TextStyle) {
    for snapshot in moments.last ?? [] {
      guard let death = series.snapshots[snapshot].death else { continue }
      let isEnd = death.reason.kind == .panic || death.reason.kind == .fatalError
      output.line(
        style.marked(isEnd ? "DIED OF" : "REASON", .heading) + "  "
          + style.marked(shown(death.reason.text), .hot)
          + (processNames.count > 1
            ? "  (\(shown(processNames[series.snapshots[snapshot].process])))" : ""))
      for note in death.reason.notes { output.line("          " + shown(note)) }
      if death.reason.kind != .signal {
        let row = rows.first { $0.group.stack == series.groups[death.group].stack }
        output.line(
          "          goroutine \(death.goroutine)"
            + ((row?.blame).map { ": " + style.marked(place($0), .user) } ?? ""))
      }
      if let text = recursionText(series.groups[death.group].stack, death.elidedFrames) {
        output.line("          " + text)
      }
      output.line()
    }
  }

  /// `recursion main.f → main.g, 67 million frames deep`; nil where nothing was left out.
  private func recursionText(_ stack: [LocationID], _ elided: UInt64?) -> String? {
    guard let elided else { return nil }
    let names = stack.reversed().map { function(series.line(of: $0)) }
    let depth =
      elided == 0
      ? "more frames than the dump has"
      : "\(groupedDigits(Int64(clamping: elided &+ UInt64(stack.count)))) frames deep"
    guard let first = names.indices.first(where: { names[($0 + 1)...].contains(names[$0]) }) else {
      return depth
    }
    let next = names[(first + 1)...].firstIndex(of: names[first]) ?? names.endIndex
    var cycle: [ArraySlice<UInt8>] = []
    for name in names[first..<next] where !cycle.contains(name) { cycle.append(name) }
    return "recursion " + cycle.prefix(8).map { shown($0) }.joined(separator: " → ")
      + (cycle.count > 8 ? " → …" : "") + ", " + depth
  }

  // MARK: Events

  /// Traces of one goroutine, by reason and place.
  func eventLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    let total = events.reduce(0) { saturatingSum($0, $1.event.count) }
    let isPanics = events.allSatisfy { $0.event.reason?.kind ?? .message > .message }
    output.line(
      style.marked("EVENTS", .heading) + "  \(groupedDigits(Int64(total))) "
        + (isPanics ? "panic" : "trace") + (total == 1 ? "" : "s") + " of one goroutine each in "
        + "\(events.count) \(events.count == 1 ? "group" : "groups")")
    output.line("no dumps of the program: how many goroutines there were is not known")
    for row in limited(events, count) {
      let event = row.event
      output.line(
        style.marked(groupedDigits(Int64(event.count)).rightAligned(to: 8), .hot) + "  "
          + (event.reason.map { shown($0.text) } ?? "no reason stands before them")
          + timesText(event))
      if let blame = row.blame { output.line("          " + style.marked(place(blame), .user)) }
      if let leaf = event.stack.first.map(series.line), leaf != row.blame {
        output.line("          in \(place(leaf))")
      }
      if let creator = event.creator {
        output.line("          created by \(place(series.line(of: creator)))")
      }
      if processNames.count > 1 {
        output.line(
          "          of "
            + event.processes.sorted().map { shown(processNames[$0]) }.joined(separator: ", "))
      }
    }
    moreLine(events.count, count, &output, style)
  }

  private func timesText(_ event: GoroutineEvent) -> String {
    guard let first = event.firstSeconds, let last = event.lastSeconds else {
      return event.firstNumber == event.lastNumber
        ? ", line \(event.firstNumber)" : ", lines \(event.firstNumber) to \(event.lastNumber)"
    }
    func text(_ seconds: Double) -> String {
      universalTime(Int64(clamping: seconds * 1e9), "%Y-%m-%d %H:%M:%S")
    }
    if event.count == 1 || first == last { return ", \(text(first))" }
    let interval = (last - first) / Double(event.count - 1)
    return ", \(text(first)) to \(text(last)), one every \(durationText(interval))"
  }

  // MARK: Processes

  func processLines(_ output: inout TextOutput, _ style: TextStyle) {
    guard processNames.count > 1 else { return }
    output.line()
    output.line(style.marked("   COUNT  PROCESSES", .heading))
    for snapshot in moments.last ?? [] {
      let totals = moments.map { moment in
        Int64(
          moment.first { series.snapshots[$0].process == series.snapshots[snapshot].process }
            .map { series.snapshots[$0].total } ?? 0)
      }
      output.line(
        groupedDigits(Int64(series.snapshots[snapshot].total)).rightAligned(to: 8)
          + "  \(shown(processNames[series.snapshots[snapshot].process]))"
          + (moments.count > 1 ? "  " + sparkline(thinned(totals, to: 20), width: 20) : ""))
    }
  }

  // MARK: Who waits for whom

  func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

  /// What several goroutines wait for, who may hold it, and which ones wait in a circle.
  func waitLines(_ output: inout TextOutput, _ style: TextStyle, _ count: Int) {
    for cycle in waits.cycles.prefix(count > 0 ? count : waits.cycles.count) {
      output.line()
      output.line(
        style.marked("DEADLOCK", .heading)
          + "  each has on its stack what the one before waits for")
      for (index, step) in cycle.enumerated() {
        let target = waits.targets[step.target]
        let next = cycle[(index + 1) % cycle.count]
        output.line(
          "          goroutine \(step.goroutine) waits for \(target.kind.rawValue) "
            + "\(hex(target.address)), which goroutine \(next.goroutine) has"
            + (groupPlace(of: step.goroutine, in: target).map { "  " + style.marked($0, .user) }
              ?? ""))
      }
    }
    let shared = waits.targets.filter { $0.waiters.count > 1 || !$0.holders.isEmpty }
    if shared.isEmpty { return }
    output.line()
    output.line(style.marked("   COUNT  WAIT FOR THE SAME", .heading))
    for target in limited(shared, count) {
      let number = target.waiters.count
      output.line(
        "\(number)".rightAligned(to: 8)
          + (number == 1 ? "  waits for one " : "  wait for one ")
          + "\(target.kind.rawValue) (\(hex(target.address)))"
          + (processNames.count > 1 ? " of \(shown(processNames[target.process]))" : ""))
      for holder in target.holders.prefix(3) {
        let group = series.groups[holder.group]
        output.line(
          "          " + (holder.isExact ? "also" : "what it lies in is also")
            + " on the stack of goroutine \(holder.goroutine): \(group.state.kind.rawValue)  "
            + style.marked(place(series.line(of: holder.frame)), .user))
      }
      if target.holders.count > 3 {
        output.line("          and of \(target.holders.count - 3) more goroutines")
      }
    }
    moreLine(shared.count, count, &output, style)
    let kinds = Dictionary(grouping: waits.targets.filter { !isShared($0) }, by: \.kind)
    for (kind, targets) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      output.line(
        "\(targets.count)".rightAligned(to: 8)
          + (targets.count == 1 ? "  waits for another" : "  wait for \(targets.count) others")
          + " (\(kind.rawValue))")
    }
  }

  private func isShared(_ target: WaitGraph.Target) -> Bool {
    target.waiters.count > 1 || !target.holders.isEmpty
  }

  /// Where a waiting goroutine waits.
  private func groupPlace(of goroutine: UInt64, in target: WaitGraph.Target) -> String? {
    guard
      let group = waits.targets.lazy.flatMap(\.holders).first(where: {
        $0.goroutine == goroutine
      })?.group
    else { return nil }
    return rows.first { $0.group.stack == series.groups[group].stack }?.blame.map(place)
  }

  // MARK: Labels

  /// `labels  tenant: acme 10, globex 10, "a b" 10`.
  func labelsText(_ row: Row) -> String? {
    let labels = row.details.labels
    if labels.isEmpty { return nil }
    let parts = labels.sorted { $0.key < $1.key }.prefix(6).map { key, values in
      let sorted = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      return "\(shown(key)): "
        + sorted.prefix(6).map { "\(quoted($0.key)) \(groupedDigits(Int64($0.value)))" }
        .joined(separator: ", ") + (sorted.count > 6 ? " and \(sorted.count - 6) more" : "")
    }
    return "labels  " + parts.joined(separator: "; ")
      + (labels.count > 6 ? " and \(labels.count - 6) more" : "")
  }

  /// A value with blanks needs quotes, to separate it from the number after it.
  private func quoted(_ value: String) -> String {
    value.isEmpty || value.contains(where: { " ,;:\"".contains($0) })
      ? "\"\(shown(value.replacing("\"", with: "\\\"")))\"" : shown(value)
  }
}
