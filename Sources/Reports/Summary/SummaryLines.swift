import Foundations
import HeapAnalysis
import ProfileModel

/// What holds memory, and which own lines allocate most.
extension Summary {
  func writeLines(_ style: TextStyle, to output: inout TextOutput) {
    guard let live = findings.live, let allocated = findings.allocated else { return }
    write(
      live, "HOLDS MEMORY", "live (inuse_space)", none: "nothing is live", style, to: &output)
    write(
      allocated, "ALLOCATES MOST", "your lines, freed or not (alloc_space)",
      none: "no line of yours", style, to: &output)
    if allocated.profilersValue > 0 {
      let text = shortText(allocated.profilersValue, from: "bytes")
      output.line(
        style.marked("  left out: \(text) that the profiler's own handlers allocated", .faint))
    }
  }

  private func write(
    _ lines: LargestLines, _ title: String, _ what: String, none: String, _ style: TextStyle,
    to output: inout TextOutput
  ) {
    output.line()
    output.line(style.marked(title, .heading) + "  " + what)
    if lines.rows.isEmpty { output.line("  " + none) }
    var table = TextTable([.figures(""), .figures("")], indent: 2)
    for row in lines.rows {
      let note = row.isWeak == true ? Self.weakNote(style) : ""
      table.add(
        [percentText(row.share), shortText(row.value, from: "bytes")],
        marks: [0: { style.share($0, row.share) }]
      ) { width in
        lineText(row, style, width: width - (note.isEmpty ? 0 : 19)) + note
      }
    }
    table.write(style, to: &output)
  }

  private func lineText(_ row: LargestLines.Row, _ style: TextStyle, width: Int) -> String {
    if row.function.isEmpty { return noStackName }
    let place = row.file.isEmpty || row.line == 0 ? "" : placeText(row.file, row.line) + "  "
    let name = style.name(row.function).fitted(to: max(12, width - place.count))
    let via = row.helper.map {
      style.marked("  via \(style.name($0.function)) \($0.place)", .faint)
    }
    return place + (row.isOwn ? style.marked(name, .user) : name) + (via ?? "")
  }
}
