import Foundations
package import HeapAnalysis
import ProfileModel
package import StackGraph

/// One screen about a profile: what it is, its totals, its largest parts, the findings.
package struct Summary: Sendable {
  let selection: Selection
  let findings: HotspotReport
  private let name: String

  /// What the runtime says of its memory, a line each; empty when it says nothing.
  private let memory: [MemoryPart]

  /// A part of the process's memory, in bytes.
  package struct MemoryPart: Sendable {
    package var title: String
    package var bytes: Int64

    package init(_ title: String, _ bytes: Int64) {
      self.title = title
      self.bytes = bytes
    }
  }

  /// - Parameter selection: the whole profile, by function.
  package init(
    _ selection: Selection, findings: HotspotReport, name: String, memory: [MemoryPart] = []
  ) {
    self.selection = selection
    self.memory = memory
    self.findings = findings
    self.name = name
  }

  package func text(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    writeKind(style, to: &output)
    writeTotals(style, to: &output)
    writeMemory(style, to: &output)
    writeLargest(style, to: &output)
    writeFindings(style, to: &output)
    let shownName = name.contains(" ") || name.isEmpty ? "" : " " + shown(name)
    let argument = name == "standard input" ? "" : shownName
    output.line()
    output.line(style.marked("NEXT", .heading))
    output.line("  heapscope hotspots\(argument)")
    output.line("  heapscope top --cum\(argument)")
    if let blame = findings.findings.first?.blame.first {
      output.line("  heapscope focus '\(shown(blame.function))'\(argument)")
    }
    output.line("  heapscope folded\(argument) | flamegraph.pl --colors=mem > heap.svg")
    return output
  }

  private func writeKind(_ style: TextStyle, to output: inout TextOutput) {
    let profile = selection.profile
    let isHeap =
      profile.column(named: "inuse_space") != nil || profile.column(named: "alloc_space") != nil
    var parts = [isHeap ? "heap profile" : "profile"]
    if let mapping = profile.mappings.first, mapping.file != .empty {
      parts.append("of \(shown(lastPathElement(profile.strings[bytesOf: mapping.file])))")
    }
    if profile.figuresNanoseconds != 0 {
      parts.append("taken \(localTime(profile.figuresNanoseconds, "%Y-%m-%d %H:%M:%S %Z"))")
    }
    output.line(style.marked(shown(name), .heading) + "  " + parts.joined(separator: " "))
    var facts = ["\(groupedDigits(Int64(profile.samples.count))) samples"]
    facts.append("\(groupedDigits(Int64(profile.functions.count))) functions")
    if let type = profile.periodType, profile.period > 0 {
      let unit = profile.strings[type.unit]
      facts.append(
        profile.period == 1 && unit == "bytes"
          ? "every object is sampled"
          : "one sample about every \(ScaledValue(profile.period, from: unit, to: "auto").text)")
    }
    output.line(style.marked(facts.joined(separator: ", "), .faint))
  }

  private func writeTotals(_ style: TextStyle, to output: inout TextOutput) {
    let profile = selection.profile
    output.line()
    output.line(style.marked("TOTALS", .heading))
    for column in profile.sampleTypes.indices {
      let unit = profile.strings[profile.sampleTypes[column].unit]
      let sum = profile.magnitude(ofColumn: column) ?? .max
      let text =
        unit == "count" ? groupedDigits(sum) : ScaledValue(sum, from: unit, to: "auto").text
      output.line(
        "  " + shown(profile.sampleTypeName(column)).padded(to: 16) + text.rightAligned(to: 14)
          + (isAffected(profile.sampleTypeName(column), by: findings.provenance) ? "*" : ""))
    }
    if let note = provenanceNote(findings.provenance) { output.line("  * " + note) }
    if case .liveIsChange = findings.provenance { return }
    guard let allocated = profile.column(named: "alloc_space"),
      let live = profile.column(named: "inuse_space"),
      let allocatedSum = profile.magnitude(ofColumn: allocated), allocatedSum > 0,
      let liveSum = profile.magnitude(ofColumn: live)
    else { return }
    let kept = min(1, Double(liveSum) / Double(allocatedSum))
    output.line(
      "  churn: \(percentText(1 - kept)) of the bytes allocated are gone again; "
        + "retention: \(percentText(kept)) are live")
  }

  private func writeMemory(_ style: TextStyle, to output: inout TextOutput) {
    if memory.isEmpty { return }
    output.line()
    output.line(style.marked("MEMORY OF THE PROCESS", .heading) + "  by the runtime's own account")
    for part in memory {
      let size = ScaledValue(part.bytes, from: "bytes", to: "auto").text
      output.line("  " + part.title.padded(to: 38) + size.rightAligned(to: 12))
    }
  }

  private func writeLargest(_ style: TextStyle, to output: inout TextOutput) {
    let report = largest()
    let isWeak = areWeak(report)
    output.line()
    output.line(
      style.marked("LARGEST ALLOCATORS", .heading) + "  by \(shown(selection.sampleType)), flat")
    for (row, isWeak) in zip(report.rows, isWeak) where row.flat != 0 {
      let share = selection.total == 0 ? 0 : Double(row.flat) / Double(selection.total)
      output.line(
        "  " + shown(report.context.format(row.flat)).rightAligned(to: 10) + " "
          + style.share(percentText(share).rightAligned(to: 6), share) + "  " + shown(row.name)
          + (isWeak == true ? Self.weakNote(style) : ""))
    }
  }

  /// Whether the rows rest on too few samples; nil where that cannot be told.
  func areWeak(_ report: TopReport) -> [Bool?] {
    let errors = NodeErrors(
      report.context.builder, nodes: report.rows.map(\.node), hasCum: false)
    return report.rows.map { errors?.flat[$0.node.index]?.isWeak }
  }

  private static func weakNote(_ style: TextStyle) -> String {
    style.marked("  weak: few samples", .faint)
  }

  func largest() -> TopReport {
    var trimming = TrimOptions()
    trimming.nodeCount = 5
    return TopReport(ReportContext(selection, trimming: trimming))
  }

  private func writeFindings(_ style: TextStyle, to output: inout TextOutput) {
    output.line()
    output.line(style.marked("FINDINGS", .heading) + "  in \(shown(findings.sampleType))")
    if let note = findings.ownCodeNote { output.line(style.marked("  " + note, .faint)) }
    if findings.findings.isEmpty {
      output.line("  none: no known pattern takes a noticeable part")
    }
    for finding in findings.findings.prefix(6) {
      var line =
        "  " + style.share(percentText(finding.share).rightAligned(to: 6), finding.share) + "  "
        + shown(finding.title)
      if let first = finding.blame.first?.first {
        line += "  " + style.marked(shown(first.function), .user) + "  " + first.place
        if let rest = first.rest { line += style.marked("  " + rest, .faint) }
      }
      if finding.isWeak { line += Self.weakNote(style) }
      output.line(line)
    }
    if findings.findings.count > 6 {
      output.line(style.marked("  and \(findings.findings.count - 6) more", .faint))
    }
    if let text = findings.suppressedText { output.line(style.marked("  " + text, .faint)) }
  }
}
