import Foundations
import ProfileModel
import StackGraph

/// Tables in GitHub's Markdown.
struct MarkdownFormat: FormatWriter {
  let name = "markdown"

  func write(_ report: ReportForms) throws -> TextOutput? {
    if let own = report.markdown { return try own() }
    return try report.document?().markdown()
  }
}

extension ReportFormat {
  package static let markdown = ReportFormat(MarkdownFormat())
}

extension ReportDocument {
  /// Returns the tables in GitHub's Markdown, to paste into a ticket: values
  /// with their unit, shares in percent.
  package func markdown() -> TextOutput {
    var output = TextOutput()
    let about =
      switch subject {
      case .profile(let context):
        "\(shown(context.selection.sampleType)), \(shown(context.format(context.total))) in all"
      case .facts(let facts):
        facts.compactMap { name, cell in
          if case .none = cell { nil } else { "\(name) \(text(cell))" }
        }.joined(separator: ", ")
      }
    output.line("**heapscope \(report)**: \(about)")
    for table in tables {
      output.line()
      if tables.count > 1 {
        output.line("**\(table.name)**")
        output.line()
      }
      output.line("| " + table.columns.joined(separator: " | ") + " |")
      var isNumeric = [Bool](repeating: false, count: table.columns.count)
      for index in 0..<table.rowCount {
        for (column, cell) in table.row(index).enumerated() {
          switch cell {
          case .integer, .value, .measure, .share, .number: isNumeric[column] = true
          default: break
          }
        }
      }
      output.line("|" + isNumeric.map { $0 ? " ---: |" : " --- |" }.joined())
      for index in 0..<table.rowCount where !output.isOverLimit {
        output.line("| " + table.row(index).map(text).joined(separator: " | ") + " |")
      }
    }
    return output
  }

  private func text(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): Self.escaped(shown(text))
    case .name(let name): name.isEmpty ? "" : "`" + Self.escaped(shown(name)) + "`"
    case .integer(let number): "\(number)"
    case .value(let value):
      if case .profile(let context) = subject { shown(context.format(value)) } else { "\(value)" }
    case .measure(let value, let unit): ScaledValue(value, from: unit, to: "auto").text
    case .share(let share): share.isFinite ? percentText(share) : ""
    case .number(let number): number.isFinite ? formatted(number, "%.2f") : ""
    case .flag(let flag): flag ? "yes" : ""
    case .list(let list): list.map(text).joined(separator: " ")
    case .none: ""
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("`", with: "'")
  }
}
