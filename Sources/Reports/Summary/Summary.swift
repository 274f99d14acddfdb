import Foundations
package import HeapAnalysis
import ProfileModel
package import StackGraph

/// One screen about a profile: what it is, what holds memory, what allocates, and the findings.
package struct Summary: Sendable {
  let selection: Selection
  let findings: HotspotReport
  private let name: String

  /// The composition of the process's memory; nil when unknown.
  let memory: ProcessMemory?

  /// Says why the profile is empty; nil for one that is not.
  private let emptyNote: String?

  /// The argument that names the profile in further commands, with a leading blank.
  private let argument: String

  /// The URL that it was fetched from; nil for files.
  private let url: String?

  /// - Parameters:
  ///   - selection: the whole profile, by function.
  ///   - findings: with the largest lines, if the profile has any.
  ///   - url: where it was fetched from. The profile that was read last needs no name.
  package init(
    _ selection: Selection, findings: HotspotReport, name: String, memory: ProcessMemory? = nil,
    emptyNote: String? = nil, url: String? = nil
  ) {
    self.url = url
    argument =
      url != nil || name.isEmpty || name.contains(" ") || name == "standard input"
      ? "" : " " + shown(name)
    self.selection = selection
    self.emptyNote = emptyNote
    self.memory = memory
    self.findings = findings
    self.name = name
  }

  package func text(_ style: TextStyle) -> TextOutput {
    var style = style
    if findings.ownCode == .module { style.own = OwnNames(modulePath: findings.modulePath) }
    var output = TextOutput()
    writeKind(style, to: &output)
    if !isHeapOfGo { writeTotals(style, to: &output) }
    writeMemory(style, to: &output)
    if let emptyNote {
      output.line()
      output.line(emptyNote)
      return output.laidOut(style)
    }
    if isHeapOfGo { writeLines(style, to: &output) } else { writeLargest(style, to: &output) }
    writeFindings(style, to: &output)
    writeNext(style, to: &output)
    return output.laidOut(style)
  }

  /// The profile distinguishes live from allocated memory, and has amounts.
  var isHeapOfGo: Bool {
    guard findings.live != nil, findings.allocated != nil, emptyNote == nil else { return false }
    switch findings.provenance {
    case .liveIsChange, .change: return false
    default: return true
    }
  }

  /// The one command to type next: short, and other than the one that made this.
  private func writeNext(_ style: TextStyle, to output: inout TextOutput) {
    let (command, reason) = nextCommand
    output.line()
    output.line(
      style.marked("NEXT", .heading) + "  ".unbroken + command.unbroken
        + style.marked("   (\(reason))", .faint))
  }

  /// From this share on, a finding should be looked at.
  private static let largeShare = 0.1

  private var nextCommand: (String, reason: String) {
    let measure = findings.measure
    if measure == .goroutines {
      return ("heapscope goroutines\(argument)", "what they wait for, and who started them")
    }
    if !measure.isMemory {
      return ("heapscope top --cum\(argument)", "with all that each function calls")
    }
    let hasFinding = !findings.findings.isEmpty
    if hasFinding, abs(findings.findings[0].share) >= Self.largeShare || url == nil {
      return ("heapscope hotspots\(argument)", "the lines, their source and the fix")
    }
    if let url { return ("heapscope watch \(shown(url))", "one profile cannot show growth") }
    guard let row = (findings.live?.rows.first ?? findings.allocated?.rows.first), row.line > 0
    else {
      return ("heapscope top --cum\(argument)", "with all that each function calls")
    }
    let name = OwnNames(modulePath: findings.modulePath).withoutModule(shown(row.function))
    return ("heapscope focus '\(name)'\(argument)", "who calls it, and what lies below")
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
    var facts = isHeapOfGo ? [liveText(profile)].compactMap(\.self) : []
    let count = profile.samples.count
    facts.append("\(groupedDigits(Int64(count))) sample\(count == 1 ? "" : "s")")
    if !isHeapOfGo { facts.append("\(groupedDigits(Int64(profile.functions.count))) functions") }
    if let text = profile.samplingText { facts.append(text) }
    output.line(style.marked(facts.joined(separator: ", "), isHeapOfGo ? .plain : .faint))
    if isHeapOfGo {
      if let note = provenanceNote(findings.provenance) { output.line("* " + note) }
      if let text = selection.gaps.text(findings.measure) { output.line(text) }
    }
  }

  /// `21MB live, 76MB allocated (72.4% already freed)`.
  private func liveText(_ profile: Profile) -> String? {
    guard let live = profile.column(named: "inuse_space"),
      let allocated = profile.column(named: "alloc_space"),
      let liveSum = profile.magnitude(ofColumn: live),
      let allocatedSum = profile.magnitude(ofColumn: allocated)
    else { return nil }
    func size(_ value: Int64, _ name: String) -> String {
      shortText(value, from: "bytes") + (isAffected(name, by: findings.provenance) ? "*" : "")
    }
    let freed =
      allocatedSum > 0
      ? " (\(percentText(max(0, 1 - Double(liveSum) / Double(allocatedSum)))) already freed)" : ""
    return "\(size(liveSum, "inuse_space")) live, \(size(allocatedSum, "alloc_space")) allocated"
      + freed
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
    if let text = selection.gaps.text(findings.measure) { output.line("  " + text) }
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

  /// What shares are shares of.
  private var wholeText: String {
    let total = valueText(selection.total, unit: selection.unit)
    return selection.isOfBase ? "the base's \(total)" : "\(total), gains and losses added up"
  }

  static func weakNote(_ style: TextStyle) -> String {
    style.marked("  weak: few samples", .faint)
  }

  /// A row of what is largest: a function, or what has no stack.
  struct Largest {
    var name: [UInt8]
    var flat: Int64

    /// The figure rests on too few samples; nil when unknown.
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
    // Rules about memory do not apply to anything else.
    if !findings.measure.isMemory, findings.findings.isEmpty { return }
    output.line()
    output.line(style.marked("FINDINGS", .heading) + "  in \(sampleTypeText(findings.sampleType))")
    if let note = findings.ownCodeNote { output.line(style.marked("  " + note, .faint)) }
    if findings.findings.isEmpty {
      output.line("  none: no known pattern takes a noticeable part")
    }
    let shownFindings = findings.findings.prefix(6)
    let figures = shownFindings.map {
      [percentText($0.share), shortText($0.value, from: findings.unit)]
    }
    // Below the titles.
    let indent = [0, 1].reduce(6) { sum, column in
      sum + (figures.map { $0[column].count }.max() ?? 0)
    }
    let room = max(40, style.width - indent)
    var table = TextTable([.figures(""), .figures("")], indent: 2)
    for (finding, figures) in zip(shownFindings, figures) {
      table.add(
        figures,
        marks: [0: { style.share($0, finding.share) }]
      ) { width in
        // In a pipe the line to look at stands behind it, so that both are found at once.
        let line = style.isTerminal ? nil : finding.blame.first?.row(style, width: width, share: "")
        return shown(finding.title) + (line.map { "  " + $0 } ?? "")
          + (finding.isWeak ? Self.weakNote(style) : "")
      }
    }
    for (index, (line, finding)) in zip(table.lines(style), shownFindings).enumerated() {
      output.line(line)
      guard let first = finding.blame.first else { continue }
      func write(_ text: String) { output.line(String(repeating: " ", count: indent) + text) }
      if style.isTerminal { write(first.row(style, width: room, share: "")) }
      // Of what matters most, the answer stands here.
      if index == 0, finding.share.magnitude >= Self.largeShare {
        for source in first.sourceRow(style, indent: indent + 3) { output.line(source) }
        output.line(finding.fixRow(style, indent: indent))
      }
    }
    if findings.findings.count > 6 {
      output.line(style.marked("  and \(findings.findings.count - 6) more", .faint))
    }
    if let text = findings.suppressedText { output.line(style.marked("  " + text, .faint)) }
  }
}
