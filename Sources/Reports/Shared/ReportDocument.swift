import ProfileModel
import StackGraph

/// A report as tables, for JSON, CSV and Markdown (docs/schema.md).
package struct ReportDocument: Sendable {
  package enum Cell: Sendable {
    case text(String)
    /// A name from the profile.
    case name([UInt8])
    case integer(Int64)
    /// A value in the sample type's unit.
    case value(Int64)
    /// A value in a unit of its own, such as `ns`.
    case measure(Int64, unit: String)
    /// A share of a whole, 0 to 1.
    case share(Double)
    case number(Double)
    case flag(Bool)
    case list([Cell])
    case none
  }

  package struct Table: Sendable {
    /// The key in JSON.
    package var name: String
    package var columns: [String]
    package var rowCount: Int

    /// Makes a row on demand. All rows at once may take many times the memory of their source.
    package var row: @Sendable (_ index: Int) -> [Cell]

    package init(_ name: String, _ columns: [String], _ rows: [[Cell]]) {
      self.init(name, columns, rowCount: rows.count) { rows[$0] }
    }

    package init(
      _ name: String, _ columns: [String], rowCount: Int,
      row: @escaping @Sendable (_ index: Int) -> [Cell]
    ) {
      self.name = name
      self.columns = columns
      self.rowCount = rowCount
      self.row = row
    }
  }

  /// The subject of a report: the head of JSON, the first line of Markdown.
  package enum Subject: Sendable {
    /// The selected part of a profile.
    case profile(ReportContext)

    /// Facts about the whole, in the order of Markdown; each is a field in JSON.
    case facts(KeyValuePairs<String, Cell>)
  }

  /// The report's name; the schema is `heapscope.<report>/1`.
  package var report: String
  package var subject: Subject

  /// The first one is the main table; CSV writes only that one.
  package var tables: [Table]

  package init(_ report: String, _ context: ReportContext, _ tables: [Table]) {
    self.report = report
    subject = .profile(context)
    self.tables = tables
  }

  /// A report about something other than one profile.
  package init(_ report: String, facts: KeyValuePairs<String, Cell>, _ tables: [Table]) {
    self.report = report
    subject = .facts(facts)
    self.tables = tables
  }

  var schema: String { "heapscope.\(report)/1" }
}

extension ReportContext {
  /// A value as a share of the total.
  func shareCell(_ value: Int64, of whole: Int64? = nil) -> ReportDocument.Cell {
    let whole = whole ?? total
    return .share(whole == 0 ? 0 : Double(value) / Double(whole))
  }

  /// The labels of a sample as `key:value`.
  func labelCells(_ sample: Int) -> [ReportDocument.Cell] {
    profile.samples.labels[profile.samples.labelRange(of: sample)].map { label in
      let key = Array(profile.strings[bytesOf: label.key]) + [UInt8(ascii: ":")]
      if label.kind == .text { return .name(key + profile.strings[bytesOf: label.string]) }
      return .name(key + Array("\(label.number)".utf8) + profile.strings[bytesOf: label.string])
    }
  }
}

/// Returns a name as text. One that is not UTF-8 is escaped, so that different names stay
/// different.
func documentName(_ name: some Collection<UInt8>) -> String {
  if let text = String(validating: name, as: UTF8.self) { return text }
  return shown(name)
}
