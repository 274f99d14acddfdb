import ArgumentParser
import Reports

struct TagsAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "tags", abstract: "List the labels and what the samples with each add up to.",
    discussion: """
      EXAMPLES:
        heapscope tags heap.pb.gz
        heapscope tags --tagshow='^bytes$' --unit=kB heap.pb.gz
      """)

  static let isStyled = true

  func answer(_ run: ProfileRun) throws -> Answer {
    let report = TagsReport(ReportContext(try run.select()))
    let style = run.session.style(run.request.output)
    return try run.written(
      text: { style.isTerminal ? report.table(style) : report.text() }, document: report.document)
  }
}
