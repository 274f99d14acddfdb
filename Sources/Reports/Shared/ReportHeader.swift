import Foundations
import ProfileModel
package import StackGraph

extension ReportContext {
  /// The lines that describe the profile (docs/pprof-semantics.md, section 14).
  package func profileLabels() -> [[UInt8]] {
    let profile = selection.profile
    var lines: [[UInt8]] = []
    func add(_ title: String, _ text: some Collection<UInt8>) {
      lines.append(Array(title.utf8) + inert(Array(text)[...]))
    }
    if let mapping = profile.mappings.first {
      if mapping.file != .empty {
        add("File: ", lastPathElement(profile.strings[bytesOf: mapping.file]))
      }
      if mapping.buildID != .empty {
        add("Build ID: ", profile.strings[bytesOf: mapping.buildID])
      }
    }
    for comment in profile.comments {
      let text = profile.strings[bytesOf: comment]
      if text.first != UInt8(ascii: "#") { lines.append(Array(text)) }
    }
    if !selection.sampleType.isEmpty { add("Type: ", selection.sampleType.utf8) }
    if profile.documentationURL != .empty {
      add("Doc: ", profile.strings[bytesOf: profile.documentationURL])
    }
    if profile.timeNanoseconds != 0 {
      add("Time: ", localTime(profile.timeNanoseconds, "%Y-%m-%d %H:%M:%S %Z").utf8)
    }
    if profile.durationNanoseconds != 0 {
      let duration = ScaledValue(profile.durationNanoseconds, from: "nanoseconds", to: "auto").text
      let nanoseconds = ScaledValue(total, from: sampleUnit, to: "nanoseconds")
      var part = ""
      if nanoseconds.unit == "ns", nanoseconds.value != 0 {
        let percent = percentage(
          Int64(clamping: nanoseconds.value), of: profile.durationNanoseconds)
        part = "(\(percent))"
      }
      add("Duration: ", "\(duration), Total samples = \(inertFormat(total)) \(part)".utf8)
    }
    return lines
  }

  /// The header of a graph report.
  package func reportLabels(_ trimmed: TrimmedGraph, isPicture: Bool = false) -> [[UInt8]] {
    var lines = hidesHeader && !isPicture ? [] : profileLabels()
    if !selection.activeFilters.isEmpty {
      lines.append(Array("Active filters:".utf8))
      for filter in selection.activeFilters {
        let bytes = Array(filter.utf8)
        lines.append(
          Array("   ".utf8) + (bytes.count > 80 ? bytes.prefix(80) + Array("…".utf8) : bytes))
      }
    }
    let shown = trimmed.graph.order.reduce(0) { $0 &+ trimmed.graph.nodes[$1].flatValue }
    let share = percent(shown).drop { $0 == " " }
    lines.append(
      Array(
        "Showing nodes accounting for \(inertFormat(shown)), \(share) of \(inertFormat(total)) total"
          .utf8)
    )
    if total != 0 {
      func dropped(_ count: Int, _ what: String, _ measure: String, _ fraction: Double) {
        if count == 0 { return }
        let cutoff = abs(Int64(clamping: Double(total) * fraction))
        let plural = count > 1 ? "s" : ""
        lines.append(
          Array("Dropped \(count) \(what)\(plural) (\(measure) <= \(inertFormat(cutoff)))".utf8))
      }
      dropped(trimmed.droppedNodes, "node", "cum", trimming.nodeFraction)
      if isPicture { dropped(trimmed.droppedEdges, "edge", "freq", trimming.edgeFraction) }
      let count = trimmed.graph.order.count
      if count > 0, count < trimmed.originalCount {
        lines.append(Array("Showing top \(count) nodes out of \(trimmed.originalCount)".utf8))
      }
    }
    if isPicture {
      lines.append(Array("\nSee https://git.io/JfYMW for how to read the graph".utf8))
    }
    return lines
  }
}

extension TextOutput {
  mutating func lines(_ lines: [[UInt8]]) {
    for line in lines {
      write(inert(line[...], beginsLine: true))
      newline()
    }
  }
}
