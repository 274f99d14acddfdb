import Foundations
import GoroutineDump
import HeapDump
import ProfileModel

extension HeldReport {
  /// - Parameter count: the most holders to show; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
    var style = style
    style.own = own
    var output = TextOutput()
    headLines(&output, style)
    let shown = count > 0 ? rows.prefix(count) : rows[...]
    for row in shown {
      output.line()
      holderLines(row, &output, style)
    }
    if rows.count > shown.count {
      output.line()
      output.line(
        style.marked("and \(rows.count - shown.count) more; --nodecount=0 shows all", .faint))
    }
    return output.laidOut(style)
  }

  private func size(_ bytes: UInt64) -> String {
    ScaledValue(Int64(clamping: bytes), from: "bytes", to: "auto").text
  }

  private func headLines(_ output: inout TextOutput, _ style: TextStyle) {
    let totals = retention.totals
    output.line(
      style.marked("HELD", .heading) + "  \(size(totals.bytes)) in "
        + "\(groupedDigits(Int64(totals.objects))) objects, \(shownVersion)")
    if retention.hasSizes, totals.garbageObjects > 0 {
      output.line(
        "no recorded root leads to \(size(totals.garbageBytes)) in "
          + "\(groupedDigits(Int64(totals.garbageObjects))) of them: garbage not collected yet"
          + (mayMissRoots ? "," : ""))
      if mayMissRoots {
        output.line("or kept by a cleanup or a weak pointer, which dumps leave out")
      }
    }
    if !retention.hasSizes {
      output.line("the dump is not whole or not understood: holders are shown without sizes")
    }
    if !hasNames {
      output.line("variables have no names: give the program that wrote the dump, with its symbols")
    }
  }

  private var shownVersion: String { shown(retention.dump.goVersion) }

  /// Go 1.24 and later have roots that no dump lists.
  private var mayMissRoots: Bool { GoVersion(retention.dump.goVersion).minor ?? .max >= 24 }

  private func holderLines(_ row: Row, _ output: inout TextOutput, _ style: TextStyle) {
    let amount = amount(row)
    let room = max(40, (style.isTerminal ? style.width : 80) - amount.count)
    output.line(
      style.marked(title(row, style, width: room), row.isDominant ? .hot : .heading) + amount)
    let width = max(40, (style.isTerminal ? style.width : min(80, style.width)) - 18)
    func detail(_ label: String, _ text: String) {
      output.line("    " + label.padded(to: 14) + text)
    }
    if let path = row.path, !path.steps.isEmpty {
      detail("through", wayText(path, style, width: width))
    }
    let count = row.sites.reduce(0) { $0 + $1.samples }
    for (index, site) in row.sites.prefix(row.isDominant ? 3 : 1).enumerated() {
      let place = "near " + placeText(fileName(site.line), site.line.line)
      let name = style.name(functionName(site.line)).fitted(to: max(16, width - place.count - 2))
      detail(index == 0 ? "allocated by" : "", style.marked(name, .user) + "  " + place)
      let samples = count == 1 ? "1 sample" : "\(groupedDigits(Int64(count))) samples"
      let inferred =
        retention.hasSizes && site.likelyObjects > site.samples
        ? "; \(size(site.likelyBytes)), inferred" : ""
      detail("", "\(percentText(site.share)) of \(samples)\(inferred)")
    }
    if retention.hasSizes, row.holder.largestBytes > 4096 {
      let object = row.holder.largest
      detail(
        "largest",
        "\(size(UInt64(row.holder.largestBytes))), \(style.name(retention.kind(of: object).text)), at "
          + hexText(retention.dump.objects.address(of: object)))
    }
    if row.holder.conservativeBytes > 0, retention.hasSizes {
      detail(
        "not certain",
        "\(size(row.holder.conservativeBytes)) through words of its frames that no map lists")
    }
    if row.isDominant {
      detail("do", advice(row))
    }
  }

  private func title(_ row: Row, _ style: TextStyle, width: Int) -> String {
    let root = root(of: row)
    if row.kind == "shared" {
      // As many as fit, and how many more there are.
      for count in stride(from: row.names.count, to: 1, by: -1) {
        let rest = row.names.count - count
        let text =
          row.names.prefix(count).map(style.name).joined(separator: " + ")
          + (rest > 0 ? " + \(rest) more" : "")
        if text.count <= width || count == 2 { return text }
      }
    }
    guard row.kind == Root.Kind.frame.rawValue, let stack = root.stack else {
      return style.name(row.name)
    }
    let goroutines = retention.dump.stacks[stack].count
    let wait = retention.leastWait(ofStack: stack)
    let state = [
      shown(retention.dump.stacks[stack].waitReason),
      wait >= 1_000_000_000 ? "at least \(durationText(Double(wait) / 1e9))" : "",
    ].filter { !$0.isEmpty }
    return "\(groupedDigits(Int64(goroutines))) "
      + (goroutines == 1 ? "goroutine" : "goroutines") + " in \(style.name(row.name))"
      + (state.isEmpty ? "" : " (\(state.joined(separator: ", ")))")
  }

  private func amount(_ row: Row) -> String {
    guard retention.hasSizes else { return "" }
    let isOne =
      row.kind != "shared"
      && root(of: row).stack.map { retention.dump.stacks[$0].count == 1 } ?? true
    return (isOne ? " keeps " : " keep ") + size(row.holder.bytes) + " in "
      + "\(groupedDigits(Int64(row.holder.objects))) "
      + (row.holder.objects == 1 ? "object" : "objects") + ", \(percentText(row.share))"
  }

  /// What helps, judging by the kind of holder.
  private func advice(_ row: Row) -> String {
    if row.kind == "shared" { return "all of them have to let go: look which should not hold it" }
    let root = root(of: row)
    switch root.kind {
    case .global where root.name == "runtime.allp":
      return "timers that have not fired: Stop() those that are not needed, end their contexts"
    case .global: return "give it a bound, or delete from it what is done with"
    case .frame:
      let reason = root.stack.map { retention.dump.stacks[$0].waitReason } ?? ""
      return GoroutineState(text: reason).kind.advice
        ?? "let go of it before the long wait, or end the goroutine"
    case .finalizer: return "its finalizer's function holds it: let it capture nothing"
    case .queuedFinalizer: return "finalizers wait to run: one of them hangs, or they are too slow"
    case .other, .runtime: return "ask what registered it"
    }
  }

  /// `map → its table → its entries → main.session → string or buffer`, with repetitions counted.
  private func wayText(_ path: HolderPath, _ style: TextStyle, width: Int) -> String {
    var parts: [(text: String, count: Int)] = []
    for step in path.steps {
      let text = style.name(step.kind.text)
      if parts.last?.text == text {
        parts[parts.count - 1].count += 1
      } else {
        parts.append((text, 1))
      }
    }
    let texts = parts.map { $0.count > 1 ? "\($0.text) ×\($0.count)" : $0.text }
    return texts.joined(fittedTo: width)
  }
}
