import Foundations
import HeapDump
import ProfileModel

extension HeldReport {
  /// - Parameter count: the most holders to show; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
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
    return output
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
          + (mayMissRoots ? ", or held by a cleanup or a weak pointer, which dumps leave out" : ""))
    }
  }

  private var shownVersion: String { shown(retention.dump.goVersion) }

  /// Go 1.24 and later have roots that no dump lists.
  private var mayMissRoots: Bool { GoVersion(retention.dump.goVersion).minor ?? .max >= 24 }

  private func holderLines(_ row: Row, _ output: inout TextOutput, _ style: TextStyle) {
    output.line(style.marked(title(row), row.isDominant ? .hot : .heading) + amount(row))
    if let path = row.path, !path.steps.isEmpty {
      output.line("    through       " + wayText(path, width: max(40, style.width - 18)))
    }
    for (index, site) in row.sites.prefix(3).enumerated() {
      output.line(
        (index == 0 ? "    allocated by  " : "                  ")
          + style.marked(shown(functionName(site.line)), .user)
          + " near \(placeText(fileName(site.line), site.line.line))"
          + "  \(percentText(site.share)) of \(groupedDigits(Int64(row.sites.reduce(0) { $0 + $1.samples }))) samples"
      )
    }
  }

  private func title(_ row: Row) -> String {
    let root = root(of: row)
    guard row.kind == Root.Kind.frame.rawValue, let stack = root.stack else {
      return shown(row.name)
    }
    let goroutines = retention.dump.stacks[stack].count
    let reason = retention.dump.stacks[stack].waitReason
    return "\(groupedDigits(Int64(goroutines))) "
      + (goroutines == 1 ? "goroutine" : "goroutines") + " in \(shown(row.name))"
      + (reason.isEmpty ? "" : " (\(shown(reason)))")
  }

  private func amount(_ row: Row) -> String {
    guard retention.hasSizes else { return "" }
    let isOne =
      row.kind != "shared"
      && root(of: row).stack.map { retention.dump.stacks[$0].count == 1 } ?? true
    return (isOne ? " keeps " : " keep ") + size(row.holder.bytes) + " in "
      + "\(groupedDigits(Int64(row.holder.objects))) objects, \(percentText(row.share))"
  }

  /// `map → its table → its entries → main.session → string or buffer`, what repeats counted.
  private func wayText(_ path: HolderPath, width: Int) -> String {
    var parts: [(text: String, count: Int)] = []
    for step in path.steps {
      let text = shown(step.kind.text)
      if parts.last?.text == text {
        parts[parts.count - 1].count += 1
      } else {
        parts.append((text, 1))
      }
    }
    return parts.map { $0.count > 1 ? "\($0.text) ×\($0.count)" : $0.text }
      .joined(separator: " → ").shortened(to: width)
  }
}
