/// Rows in columns that stand in line: figures to the right, words to the left, and behind
/// them what gets the rest of the room.
struct TextTable {
  /// The heading of a column, and which end of it is in line.
  struct Column {
    var title: String
    var isWords = false

    static func figures(_ title: String) -> Column { Column(title: title) }
    static func words(_ title: String) -> Column { Column(title: title, isWords: true) }
  }

  private struct Row {
    var cells: [String]
    var marks: [Int: (String) -> String]
    var rest: (Int) -> String
  }

  private let columns: [Column]
  private let restTitle: String
  private let indent: Int
  private var rows: [Row] = []

  /// - Parameter rest: the heading of what stands behind the columns.
  init(_ columns: [Column], rest: String = "", indent: Int = 0) {
    self.columns = columns
    restTitle = rest
    self.indent = indent
  }

  /// - Parameters:
  ///   - marks: by column, how a cell is coloured once it has its width.
  ///   - rest: what stands behind the columns, for the room that is left.
  mutating func add(
    _ cells: [String], marks: [Int: (String) -> String] = [:],
    rest: @escaping (_ width: Int) -> String = { _ in "" }
  ) {
    rows.append(Row(cells: cells, marks: marks, rest: rest))
  }

  /// Writes the rows, below their headings where there are any.
  func write(_ style: TextStyle, to output: inout TextOutput) {
    let widths = columns.indices.map { column in
      rows.reduce(columns[column].title.count) { max($0, $1.cells[column].count) }
    }
    func aligned(_ cells: [String], _ marks: [Int: (String) -> String] = [:]) -> String {
      var parts: [String] = []
      for (column, cell) in cells.enumerated() {
        let text =
          columns[column].isWords
          ? cell.padded(to: widths[column]) : cell.rightAligned(to: widths[column])
        parts.append(marks[column]?(text) ?? text)
      }
      return String(repeating: " ", count: indent) + parts.joined(separator: "  ")
    }
    let used = indent + widths.reduce(0, +) + 2 * widths.count
    if !restTitle.isEmpty || columns.contains(where: { !$0.title.isEmpty }) {
      output.line(
        style.marked(aligned(columns.map(\.title)) + "  " + restTitle, .heading))
    }
    for row in rows {
      output.write(aligned(row.cells, row.marks))
      let rest = row.rest(max(24, style.width - used))
      output.line(rest.isEmpty ? "" : "  " + rest)
    }
  }
}

extension TextStyle {
  /// A function with its line in so many characters: the name is fitted, the place never cut.
  ///
  /// - Parameter name: as the profile has it.
  func line(_ name: String, _ place: String, width: Int) -> String {
    marked(self.name(name).fitted(to: max(12, width - place.count - 2)), .user) + "  " + place
  }
}
