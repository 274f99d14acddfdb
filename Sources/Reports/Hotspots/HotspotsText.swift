import Foundations
package import HeapAnalysis
import ProfileModel

/// How many lines to blame the text of a finding shows.
package let hotspotsTextLineCount = 4

/// Returns the findings as text: the pattern, its cost, the lines to blame, the fix.
package func hotspotsText(_ report: HotspotReport, _ style: TextStyle) -> TextOutput {
  var output = TextOutput()
  let mark = isAffected(report.sampleType, by: report.provenance) ? "*" : ""
  func size(_ value: Int64) -> String { ScaledValue(value, from: report.unit, to: "auto").text }
  let total = report.sum.parts(size)
  output.line(
    style.marked("HOTSPOTS", .heading)
      + "  \(sampleTypeText(report.sampleType)), \(total.net)\(mark) in all\(total.detail)"
      + (report.modulePath.isEmpty || report.ownCode != .module
        ? "" : ", your code: \(shown(report.modulePath))"))
  if let note = report.ownCodeNote { output.line(style.marked(note, .faint)) }
  if report.findings.isEmpty {
    output.line()
    output.line(report.nothingFoundText)
  } else if report.sum.lost < 0 {
    output.line("shares are of \(size(report.total)), gains and losses added up")
  }
  for (index, finding) in report.findings.enumerated() {
    output.line()
    finding.write(number: index + 1, report, style, to: &output)
  }
  if let text = report.suppressedText {
    output.line()
    output.line(style.marked(text, .faint))
  }
  for hint in report.hints {
    output.line()
    output.line(
      style.marked("hint", .heading) + "  " + percentText(hint.share) + "  "
        + style.marked(shown(hint.function), .user)
        + "  \(placeText(hint.file, hint.line))")
    for text in hint.texts { output.line("   " + text) }
  }
  if let text = report.unreadText {
    output.line()
    output.line(style.marked(text, .faint))
  }
  let blindSpots = report.blindSpots.texts(report.measure)
  if !blindSpots.isEmpty { output.line() }
  for (index, text) in blindSpots.enumerated() {
    output.line(style.marked((index == 0 ? "unseen: " : "        ") + text, .faint))
  }
  if let note = provenanceNote(report.provenance) {
    output.line()
    output.line("* " + note)
  }
  return output.laidOut(style)
}

extension HotspotReport {
  /// Says why there are no findings.
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

  /// What the source may explain that is not at hand; nil where that is little.
  package var unreadText: String? {
    if unreadShare < 0.05 { return nil }
    return percentText(unreadShare) + " is allocated by lines of your own whose source is not at "
      + "hand: --source-path=DIR may say as what"
  }

  /// What a rules file hides, in one line with its shares; nil when there is nothing.
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
  /// What it allocated and what of that is live, in words; figures that the
  /// profile's arithmetic speaks against are marked.
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
    if let retention = footprint.retention, footprint.allocatedBytes ?? 0 > 0,
      mark("inuse_space").isEmpty
    {
      facts.append(
        retention < 0.1
          ? "garbage: \(percentText(1 - retention)) is gone already"
          : "kept: \(percentText(retention)) is still live")
    }
    return facts.joined(separator: ", ")
  }

  fileprivate func write(
    number: Int, _ report: HotspotReport, _ style: TextStyle, to output: inout TextOutput
  ) {
    output.line(
      "\(number). " + style.share(percentText(share), share) + "  "
        + style.marked(shown(title), .heading) + style.marked("  [\(kind.rawValue)]", .faint))
    let facts = factsText(report.provenance)
    if !facts.isEmpty { output.line("   " + facts) }
    if let error { output.line("   " + error.text(unit: report.unit)) }
    for line in blame.prefix(hotspotsTextLineCount) {
      line.write(style, isCut: report.blindSpots.stackLimit != nil, to: &output)
      for text in line.arithmetic?.texts ?? [] { output.line("                  \(text)") }
    }
    if lineCount > hotspotsTextLineCount {
      let rest = lineCount - hotspotsTextLineCount
      output.line(style.marked("          and \(rest) more lines", .faint))
    }
    for path in paths.prefix(2) {
      let names = path.functions.map(shown)
      let short = names.count > 6 ? names.prefix(3) + ["…"] + names.suffix(2) : names[...]
      output.line(
        style.marked(
          "   path   " + percentText(path.share).rightAligned(to: 6) + "  "
            + short.joined(separator: " → "), .faint))
    }
    output.line("   fix    " + style.marked(shown(advice), .good))
  }
}

extension LineHint {
  /// The part that a few sizes must have to be what the line is about.
  private static let mostOfIt = 0.9

  /// What the block sizes of the line suggest, in words.
  fileprivate var texts: [String] {
    let way = through.map { "through \(shown($0)): " } ?? ""
    if let ladder { return [way + "something seems to grow here: \(ladder.text)"] }
    guard let first = sizes.first else { return [way + "no finding names it"] }
    func size(_ bytes: Int64) -> String { ScaledValue(bytes, from: "bytes", to: "auto").text }
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
  /// How many of the callers the text shows.
  private static let callerCount = 2

  /// Writes the line with its chain: what it goes through, and what calls it. The own line that
  /// calls a third party's stands first.
  ///
  /// - Parameter isCut: some stacks were cut, so what callers add up to is a lower bound.
  fileprivate func write(_ style: TextStyle, isCut: Bool, to output: inout TextOutput) {
    func row(_ title: String, _ share: Double, _ text: String, bound: String = "") {
      output.line(
        "   \(title.padded(to: 6)) " + (bound + percentText(share)).rightAligned(to: 6) + "  "
          + text)
    }
    let bound = isCut ? "≥" : ""
    let shownCallers = callers.prefix(Self.callerCount)
    let way = way.map { style.marked("  " + $0, .faint) } ?? ""
    if isThirdParty, !callers.isEmpty {
      for caller in shownCallers {
        row(
          "blame", caller.share, style.marked(shown(caller.function), .user) + "  " + caller.place,
          bound: bound)
      }
      row("in", share, style.marked(shown(function), .faint) + "  " + place + way)
      return
    }
    row("blame", share, style.marked(shown(function), .user) + "  " + place + way)
    for caller in shownCallers {
      row(
        "caller", caller.share, style.marked("\(shown(caller.function))  \(caller.place)", .faint),
        bound: bound)
    }
  }
}

extension HotspotReport {
  /// Whose code is judged, where that is not the user's own module; nil where it is.
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
