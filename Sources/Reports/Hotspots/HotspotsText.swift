import Foundations
package import HeapAnalysis
import ProfileModel

/// The number of lines to blame in the text of a finding.
package let hotspotsTextLineCount = 4

/// Returns the findings as text: about five lines each, with the line to look at, its source if
/// available, and the fix.
package func hotspotsText(_ report: HotspotReport, _ style: TextStyle) -> TextOutput {
  var style = style
  if report.ownCode == .module { style.own = OwnNames(modulePath: report.modulePath) }
  var output = TextOutput()
  output.line(style.marked("HOTSPOTS", .heading) + "  " + report.totalsText)
  if let note = report.ownCodeNote { output.line(style.marked(note, .faint)) }
  if report.findings.isEmpty {
    output.line()
    output.line(report.nothingFoundText)
  } else if report.sum.lost < 0 {
    output.line("shares are of \(report.size(report.total)), gains and losses added up")
  }
  for (index, finding) in report.findings.enumerated() {
    output.line()
    finding.write(number: index + 1, report, style, to: &output)
  }
  if style.isTerminal, let first = report.findings.first {
    output.line()
    output.line(
      style.marked("details:", .faint) + " " + "heapscope explain \(shown(first.rule))".unbroken
        + style.marked("   (why, before and after)", .faint))
  }
  if let text = report.suppressedText {
    output.line()
    output.line(style.marked(text, .faint))
  }
  for hint in report.hints {
    output.line()
    output.line(
      style.marked("hint", .heading) + "  " + percentText(hint.share) + "  "
        + placeText(hint.file, hint.line) + "  " + style.ownName(hint.function))
    for text in hint.texts(style) { output.line("      " + text) }
  }
  if let text = report.unreadText {
    output.line()
    output.line(style.marked(text, .faint))
  }
  let blindSpots = report.blindSpots.texts(report.measure)
  if !blindSpots.isEmpty { output.line() }
  for text in blindSpots { output.line(style.marked(text, .faint)) }
  if let note = provenanceNote(report.provenance) {
    output.line()
    output.line("* " + note)
  }
  return output.laidOut(style)
}

extension HotspotReport {
  fileprivate func size(_ value: Int64) -> String { shortText(value, from: unit) }

  /// The sample type that shares refer to, and its total: `by alloc_space: 902MB allocated · 4.5MB
  /// live`.
  fileprivate var totalsText: String {
    func mark(_ name: String) -> String { isAffected(name, by: provenance) ? "*" : "" }
    let total = sum.parts(size)
    let isAmount = liveBytes != nil && total.detail.isEmpty
    return "by \(sampleTypeText(sampleType)): \(total.net)\(mark(sampleType))"
      + (isAmount ? " allocated" : " in all") + total.detail
      + (isAmount ? liveBytes.map { " · \(size($0))\(mark("inuse_space")) live" } ?? "" : "")
  }
}

extension HotspotReport {
  /// Explains why there are no findings.
  package var nothingFoundText: String {
    if isEmpty { return "There is nothing to judge: the profile is empty." }
    if measure.isMemory {
      return "No known pattern takes a noticeable part of \(measure.noun)"
        + (hints.isEmpty ? "." : "; the largest lines of your own stand below.")
    }
    let other =
      measure == .goroutines
      ? "'heapscope goroutines' reads goroutines" : "'heapscope top --cum' shows what is largest"
    return
      "The rules are about memory, which \(sampleTypeText(sampleType)) does not count: \(other)."
  }

  /// The share that unavailable source might explain; nil when it is small.
  package var unreadText: String? {
    if unreadShare < 0.05 { return nil }
    return percentText(unreadShare) + " is allocated by lines of your own whose source is not at "
      + "hand: --source-path=DIR may say as what"
  }

  /// The findings that a rules file hides, on one line with their shares; nil when there are none.
  package var suppressedText: String? {
    if suppressed.isEmpty { return nil }
    let parts = suppressed.map { finding in
      let name =
        finding.kind.rawValue == finding.rule
        ? finding.rule : "\(finding.kind.rawValue) (\(finding.rule))"
      return "\(shown(name)) \(percentText(finding.share))"
    }
    return "suppressed by a rules file: " + parts.joined(separator: ", ")
  }
}

extension Finding {
  /// What the finding allocated and what of that is live, in words; figures that the profile's
  /// arithmetic contradicts are marked.
  package func factsText(_ provenance: SamplingProvenance) -> String {
    func size(_ bytes: Int64) -> String { ScaledValue(bytes, from: "bytes", to: "auto").text }
    func mark(_ sampleType: String) -> String {
      isAffected(sampleType, by: provenance) ? "*" : ""
    }
    var facts: [String] = []
    if let allocated = footprint.allocatedBytes {
      facts.append("allocated \(size(allocated))" + mark("alloc_space"))
    }
    if let live = footprint.liveBytes { facts.append("live \(size(live))" + mark("inuse_space")) }
    if let objects = footprint.allocatedObjects ?? footprint.liveObjects {
      facts.append("\(groupedDigits(objects)) objects" + mark("alloc_objects"))
    }
    if let average = footprint.averageObjectSize {
      facts.append("\(size(Int64(clamping: average))) each on average")
    }
    if let fate = fateText(provenance) { facts.append(fate) }
    return facts.joined(separator: ", ")
  }

  /// How much of it is freed, or still live; nil when unknown.
  private func fateText(_ provenance: SamplingProvenance) -> String? {
    guard let retention = footprint.retention, footprint.allocatedBytes ?? 0 > 0,
      !isAffected("inuse_space", by: provenance)
    else { return nil }
    return retention < 0.1
      ? "\(percentText(1 - retention)) already freed" : "\(percentText(retention)) still live"
  }

  fileprivate func write(
    number: Int, _ report: HotspotReport, _ style: TextStyle, to output: inout TextOutput
  ) {
    let mark = isAffected(report.sampleType, by: report.provenance) ? "*" : ""
    if style.isTerminal {
      for line in screenLines(
        number: number, report, mark: mark, fate: fateText(report.provenance), style)
      {
        output.line(line)
      }
      return
    }
    var parts = [
      style.share(percentText(share).rightAligned(to: 6), share),
      (report.size(value) + mark).rightAligned(to: 6), style.marked(shown(title), .heading),
      style.marked("[\(kind.rawValue)]", .faint),
    ]
    if isWeak { parts.append(style.marked("weak: few samples", .warm)) }
    if let fate = fateText(report.provenance) { parts.append(fate) }
    output.line("\(number)".padded(to: 2) + parts.joined(separator: "  "))
    for line in blame.prefix(hotspotsTextLineCount) {
      line.write(style, isCut: report.blindSpots.stackLimit != nil, to: &output)
      let texts = line.arithmetic?.texts ?? []
      if !texts.isEmpty { output.line("     " + texts.joined(separator: " · ")) }
    }
    if lineCount > hotspotsTextLineCount {
      let rest = lineCount - hotspotsTextLineCount
      output.line(style.marked("     and \(rest) more line\(rest == 1 ? "" : "s")", .faint))
    }
    if unblamedShare != 0, blame.isEmpty {
      output.line("     on stacks without a line of yours" + pathText(style))
    }
    let basis = [objectsText(report.provenance), error?.text(unit: report.unit)]
      .compactMap(\.self).joined(separator: " · ")
    if !basis.isEmpty { output.line(style.marked("     " + basis, .faint)) }
    output.line(
      "     fix  " + style.marked(shown(advice), .good) + "   "
        + style.marked("details:", .faint) + " "
        + style.marked("heapscope explain \(shown(rule))".unbroken, .faint))
  }

  /// A finding below no line of the user's is described by its own stack.
  private func pathText(_ style: TextStyle) -> String {
    guard let path = paths.first else { return "" }
    return ": " + path.functions.map(style.name).joined(fittedTo: max(40, style.width - 42))
  }

  func objectsText(_ provenance: SamplingProvenance) -> String? {
    guard let objects = footprint.allocatedObjects ?? footprint.liveObjects else { return nil }
    let mark = isAffected("alloc_objects", by: provenance) ? "*" : ""
    let each = footprint.averageObjectSize.map {
      ", \(shortText(Int64(clamping: $0), from: "bytes")) each"
    }
    return "\(groupedDigits(objects))\(mark) objects\(each ?? "")"
  }
}

extension LineHint {
  /// The share that a few sizes must have to represent the line.
  private static let mostOfIt = 0.9

  /// What the block sizes of the line suggest, in words.
  fileprivate func texts(_ style: TextStyle) -> [String] {
    let way = through.map { "through \(style.name($0)): " } ?? ""
    if let ladder { return [way + "something seems to grow here: \(ladder.text)"] }
    guard let first = sizes.first else { return [way + "no finding names it"] }
    func size(_ bytes: Int64) -> String { shortText(bytes, from: "bytes") }
    if isOneSize {
      return [
        way
          + "\(percentText(first.share)) of it in blocks of \(size(first.bytes)), as of an object "
          + "or a buffer made for each call"
      ]
    }
    let parts = sizes.map { "\(size($0.bytes)) \(percentText($0.share))" }
    if sizes.reduce(0, { $0 + $1.share }) >= Self.mostOfIt {
      return [
        way
          + "blocks of \(parts.joined(separator: ", ")), as of objects or buffers made for each call"
      ]
    }
    return [
      way + "blocks of many sizes (\(parts.joined(separator: ", "))), as of copies and texts "
        + "made for each call"
    ]
  }
}

extension BlamedLine {
  /// The number of callers in the text.
  private static let callerCount = 2

  /// Writes the line to look at, its path to the allocation, and its source. For the line of a
  /// third party or a helper, writes the lines that call it.
  ///
  /// - Parameter isCut: some stacks were cut, so the sum over the callers is a lower bound.
  fileprivate func write(_ style: TextStyle, isCut: Bool, to output: inout TextOutput) {
    func row(_ line: Caller, _ notes: [String], bound: String = "") {
      let note = notes.isEmpty ? "" : "  " + style.marked(notes.joined(separator: ", "), .faint)
      output.line(
        "     " + line.place + "  " + style.ownName(line.function) + "  " + bound
          + percentText(line.share) + note)
      guard let text = line.sourceText, !text.isEmpty else { return }
      let code = shown(text.replacing("\t", with: " "))
      output.line("        " + code.shortened(to: max(40, style.width - 8)).unbroken)
    }
    let bound = isCut ? "≥" : ""
    if leadsToCallers {
      for (index, caller) in callers.prefix(Self.callerCount).enumerated() {
        let way =
          index == 0 ? ["via \(style.name(function)) \(place)"] + ways(style) : ["the same way"]
        row(caller, way, bound: bound)
      }
      let rest = callers.count - Self.callerCount
      if rest > 0 {
        output.line(style.marked("     and \(rest) more callers of it", .faint))
      }
      return
    }
    let caller = callers.first.map { "called from \(style.name($0.function)) \($0.place)" }
    var line = itself
    line.sourceText = sourceText
    let ways = ways(style)
    row(
      line,
      (ways.isEmpty ? [] : ["via " + ways[0]] + ways.dropFirst()) + [caller].compactMap(\.self))
  }

  /// Own helpers on the path to the function that allocates, then the logging call.
  private func ways(_ style: TextStyle) -> [String] {
    forwarders.map { "\(style.name($0.function)) \($0.place)" }
      + [wayIn.map(style.name)].compactMap(\.self)
  }
}

extension HotspotReport {
  /// Whose code is judged, if not that of the user's own module; otherwise nil.
  package var ownCodeNote: String? {
    switch ownCode {
    case .module: nil
    case .standard:
      "no code of your own is in this profile: judged is the standard library's "
        + shown(modulePath)
    case .none: "no code of your own is in this profile: other people's is blamed, or nobody's"
    }
  }
}
