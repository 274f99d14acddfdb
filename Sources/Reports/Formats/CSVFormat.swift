import Foundations

/// The first table as comma-separated values.
struct CSVFormat: FormatWriter {
  let name = "csv"

  func write(_ report: ReportForms) throws -> TextOutput? {
    try report.document?().csv()
  }
}

extension ReportFormat {
  package static let csv = ReportFormat(CSVFormat())
}

extension ReportDocument {
  /// Returns the first table as CSV (RFC 4180, but with plain newlines): a line of column names,
  /// values in the sample type's unit, lists separated by `;`.
  package func csv() -> TextOutput {
    var output = TextOutput()
    guard let table = tables.first else { return output }
    output.line(table.columns.map(Self.quoted).joined(separator: ","))
    for index in 0..<table.rowCount where !output.isOverLimit {
      output.line(table.row(index).map { Self.quoted(Self.plain($0)) }.joined(separator: ","))
    }
    return output
  }

  private static func plain(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): inert(text)
    case .name(let name): inert(documentName(name))
    case .integer(let number), .value(let number), .measure(let number, _): "\(number)"
    case .share(let number), .number(let number): number.isFinite ? "\(number)" : ""
    case .flag(let flag): "\(flag)"
    case .list(let list): list.map(plain).joined(separator: ";")
    case .none: ""
    }
  }

  /// Prefixes `'` to a text that a spreadsheet would take for a formula, as OWASP advises
  /// (https://owasp.org/www-community/attacks/CSV_Injection), since names come from others.
  private static func inert(_ text: String) -> String {
    guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return text }
    return "'" + text
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
