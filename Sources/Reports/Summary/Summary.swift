import Foundations
package import HeapAnalysis
import ProfileModel
package import StackGraph

/// One screen about a profile: what it is, its totals, its largest parts, the findings.
package struct Summary: Sendable {
  let selection: Selection
  let findings: HotspotReport
  private let name: String

  /// What the process's memory is made of; nil when nothing says it.
  let memory: ProcessMemory?

  /// Says why the profile is empty; nil for one that is not.
  private let emptyNote: String?

  /// - Parameter selection: the whole profile, by function.
  package init(
    _ selection: Selection, findings: HotspotReport, name: String, memory: ProcessMemory? = nil,
    emptyNote: String? = nil
  ) {
    self.selection = selection
    self.emptyNote = emptyNote
    self.memory = memory
    self.findings = findings
    self.name = name
  }

  package func text(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    writeKind(style, to: &output)
    writeTotals(style, to: &output)
    writeMemory(style, to: &output)
    if let emptyNote {
      output.line()
      output.line(emptyNote)
      return output.laidOut(style)
    }
    writeLargest(style, to: &output)
    writeFindings(style, to: &output)
    writeNext(style, to: &output)
    return output.laidOut(style)
  }

  private func writeNext(_ style: TextStyle, to output: inout TextOutput) {
    let measure = findings.measure
    let shownName = name.contains(" ") || name.isEmpty ? "" : " " + shown(name)
    let argument = name == "standard input" ? "" : shownName
    output.line()
    output.line(style.marked("NEXT", .heading))
    if measure == .goroutines { output.line("  heapscope goroutines\(argument)") }
    if measure.isMemory { output.line("  heapscope hotspots\(argument)") }
    output.line("  heapscope top --cum\(argument)")
    if let blame = findings.findings.first?.blame.first {
      output.line("  heapscope focus '\(shown(blame.function))'\(argument)")
    }
    output.line(
      "  " + pictureCommand(argument, sampleType: selection.sampleType, measure))
  }

  private func writeKind(_ style: TextStyle, to output: inout TextOutput) {
    let profile = selection.profile
    var parts = [profile.kindText]
    if let mapping = profile.mappings.first, mapping.file != .empty {
      parts.append("of \(shown(lastPathElement(profile.strings[bytesOf: mapping.file])))")
    }
    if profile.figuresNanoseconds != 0 {
      parts.append("taken \(localTime(profile.figuresNanoseconds, "%Y-%m-%d %H:%M:%S %Z"))")
    }
    output.line(style.marked(shown(name), .heading) + "  " + parts.joined(separator: " "))
    var facts = ["\(groupedDigits(Int64(profile.samples.count))) samples"]
    facts.append("\(groupedDigits(Int64(profile.functions.count))) functions")
    if let text = profile.samplingText { facts.append(text) }
    output.line(style.marked(facts.joined(separator: ", "), .faint))
  }

  private func writeTotals(_ style: TextStyle, to output: inout TextOutput) {
    let profile = selection.profile
    output.line()
    output.line(style.marked("TOTALS", .heading))
    for column in profile.sampleTypes.indices {
      let unit = profile.strings[profile.sampleTypes[column].unit]
      let name = profile.sampleTypeName(column)
      let text = profile.signedSum(ofColumn: column).parts { valueText($0, unit: unit) }
      output.line(
        "  " + sampleTypeText(name).padded(to: 16) + text.net.rightAligned(to: 14)
          + (isAffected(name, by: findings.provenance) ? "*" : "") + text.detail)
    }
    if let note = provenanceNote(findings.provenance) { output.line("  * " + note) }
    writeChurn(to: &output)
    if let text = selection.gaps.text(findings.measure) { output.line("  " + text) }
  }

  private func writeChurn(to output: inout TextOutput) {
    switch findings.provenance {
    case .liveIsChange, .change: return
    default: break
    }
    let profile = selection.profile
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

  private func writeLargest(_ style: TextStyle, to output: inout TextOutput) {
    let report = largest()
    let sum = selection.sum
    output.line()
    let heading = sum.lost == 0 ? findings.measure.largestHeading : "LARGEST CHANGES"
    let basis = sum.lost == 0 ? "" : "; shares of \(wholeText)"
    output.line(
      style.marked(heading, .heading) + "  by \(sampleTypeText(selection.sampleType)), flat" + basis
    )
    for row in report.rows {
      let share =
        selection.total == 0 ? 0 : Double(row.flat.magnitude) / Double(selection.total)
      output.line(
        "  " + shown(report.context.format(row.flat)).rightAligned(to: 10) + " "
          + style.share(percentText(share).rightAligned(to: 6), share) + "  " + shown(row.name)
          + (row.isWeak == true ? Self.weakNote(style) : ""))
    }
  }

  /// What shares are parts of.
  private var wholeText: String {
    let total = valueText(selection.total, unit: selection.unit)
    return selection.isOfBase ? "the base's \(total)" : "\(total), gains and losses added up"
  }

  private static func weakNote(_ style: TextStyle) -> String {
    style.marked("  weak: few samples", .faint)
  }

  /// A row of what is largest: a function, or what has no stack.
  struct Largest {
    var name: [UInt8]
    var flat: Int64

    /// It rests on too few samples; nil where that cannot be told.
    var isWeak: Bool?
  }

  func largest() -> (rows: [Largest], context: ReportContext) {
    var trimming = TrimOptions()
    trimming.nodeCount = 5
    let report = TopReport(ReportContext(selection, trimming: trimming))
    let errors = NodeErrors(
      report.context.builder, nodes: report.rows.map(\.node), hasCum: false)
    var rows = report.rows.filter { $0.flat != 0 }.map {
      Largest(name: $0.name, flat: $0.flat, isWeak: errors?.flat[$0.node.index]?.isWeak)
    }
    let withoutStack = selection.gaps.sumWithoutStack
    if withoutStack.magnitude > 0 {
      let row = Largest(name: Array(noStackName.utf8), flat: withoutStack.net)
      let place = rows.firstIndex { $0.flat.magnitude < row.flat.magnitude } ?? rows.endIndex
      rows.insert(row, at: place)
      rows = Array(rows.prefix(5))
    }
    return (rows, report.context)
  }

  private func writeFindings(_ style: TextStyle, to output: inout TextOutput) {
    // Rules about memory say nothing of anything else.
    if !findings.measure.isMemory, findings.findings.isEmpty { return }
    output.line()
    output.line(style.marked("FINDINGS", .heading) + "  in \(sampleTypeText(findings.sampleType))")
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
