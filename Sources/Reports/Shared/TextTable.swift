/// Rows in aligned columns: figures to the right, words to the left, and after them a text that
/// gets the remaining room.
///
/// In a pipe a row has all its columns, whole names, and one line, so that it can be searched and
/// cut.
struct TextTable {
  /// The heading of a column, and its alignment.
  struct Column {
    var title: String
    var isWords = false

    /// When there is no room for all columns, the one with the highest rank is dropped first;
    /// columns without a rank stay.
    var rank: Int?

    static func figures(_ title: String, rank: Int? = nil) -> Column {
      Column(title: title, rank: rank)
    }
    static func words(_ title: String, rank: Int? = nil) -> Column {
      Column(title: title, isWords: true, rank: rank)
    }
  }

  private struct Row {
    var cells: [String]
    var marks: [Int: (String) -> String]
    var rest: (Int) -> String
  }

  private let columns: [Column]
  private let restTitle: String
  private let leastRest: Int
  private let breaksRows: Bool
  private let indent: Int
  private var rows: [Row] = []

  /// - Parameters:
  ///   - rest: the heading of the text after the columns.
  ///   - leastRest: the room that this text needs at least; columns with a rank are dropped for it.
  ///   - breaksRows: whether a row without that room may continue on the next line.
  init(
    _ columns: [Column], rest: String = "", leastRest: Int = 24, breaksRows: Bool = true,
    indent: Int = 0
  ) {
    self.columns = columns
    self.leastRest = leastRest
    self.breaksRows = breaksRows
    restTitle = rest
    self.indent = indent
  }

  /// - Parameters:
  ///   - marks: by column, how to colour a cell once it has its width.
  ///   - rest: makes the text after the columns for the remaining room.
  mutating func add(
    _ cells: [String], marks: [Int: (String) -> String] = [:],
    rest: @escaping (_ width: Int) -> String = { _ in "" }
  ) {
    rows.append(Row(cells: cells, marks: marks, rest: rest))
  }

  /// Writes the rows, below their headings if there are any.
  func write(_ style: TextStyle, to output: inout TextOutput) {
    for line in lines(style) { output.line(line) }
  }

  /// The rows, below their headings if there are any.
  func lines(_ style: TextStyle) -> [String] {
    let widths = columns.indices.map { column in
      rows.reduce(columns[column].title.count) { max($0, $1.cells[column].count) }
    }
    var shown = Array(columns.indices)
    func used() -> Int { shown.reduce(indent) { $0 + widths[$1] + 2 } }
    while style.isTerminal, used() + leastRest > style.width,
      let last = shown.filter({ columns[$0].rank != nil })
        .max(by: { columns[$0].rank! < columns[$1].rank! })
    {
      shown.removeAll { $0 == last }
    }
    func aligned(_ cells: [String], _ marks: [Int: (String) -> String] = [:]) -> String {
      let parts = shown.map { column in
        let text =
          columns[column].isWords
          ? cells[column].padded(to: widths[column])
          : cells[column].rightAligned(to: widths[column])
        return marks[column]?(text) ?? text
      }
      return String(repeating: " ", count: indent) + parts.joined(separator: "  ")
    }
    var lines: [String] = []
    if !restTitle.isEmpty || columns.contains(where: { !$0.title.isEmpty }) {
      lines.append(style.marked(aligned(columns.map(\.title)) + "  " + restTitle, .heading))
    }
    let left = style.width - used()
    let room = style.isTerminal ? (breaksRows ? max(leastRest, left) : left) : Self.wholeWidth
    for row in rows {
      let rest = row.rest(room)
      let line = aligned(row.cells, row.marks) + (rest.isEmpty ? "" : "  " + rest)
      lines.append(style.isTerminal ? line : line.unbroken)
    }
    return lines
  }

  /// Enough room for any name.
  private static let wholeWidth = 1 << 20
}

extension TextStyle {
  /// A function and its line, in this many characters: the name is fitted, the place never cut.
  ///
  /// - Parameter name: the name in the profile.
  func line(_ name: String, _ place: String, width: Int) -> String {
    marked(self.name(name).fitted(to: max(12, width - place.count - 2)), .user) + "  " + place
  }
}
