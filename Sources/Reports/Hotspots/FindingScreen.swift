import Foundations
import HeapAnalysis

/// A finding on a terminal: at most five lines, none of them cut. What does not fit is left to
/// `explain`.
extension Finding {
  /// The lines between the head and the fix.
  private static let bodyLineCount = 3

  /// - Parameter mark: follows figures that the profile's arithmetic contradicts.
  func screenLines(
    number: Int, _ report: HotspotReport, mark: String, fate: String?, _ style: TextStyle
  ) -> [String] {
    let head = screenHead(
      "\(number)".padded(to: 2),
      [
        style.share(percentText(share).rightAligned(to: 6), share),
        (shortText(value, from: report.unit) + mark).rightAligned(to: 6),
      ], fate: fate, style)
    let indent = Indent(columns: 5, style)
    var body: [String] = []
    if let line = blame.first {
      let bound = line.leadsToCallers && report.blindSpots.stackLimit != nil ? "≥" : ""
      body.append(
        indent.text
          + line.row(
            style, width: indent.room, share: bound + percentText(line.nearest.share)))
      body += line.sourceRow(style, indent: 8)
    } else if unblamedShare != 0 {
      let path = paths.first.map { path in
        ": " + path.functions.map(style.name).joined(fittedTo: max(40, indent.room - 34))
      }
      body.append(indent.text + "on stacks without a line of yours" + (path ?? ""))
    }
    body += facts(report, room: indent.room, rows: Self.bodyLineCount - body.count)
      .map { indent.text + style.marked($0, .faint) }
    return [head] + body + [fixRow(style, indent: 5)]
  }

  /// The finding's name, as far as there is room: the title comes before the rule's name, and that
  /// before the rest.
  private func screenHead(
    _ number: String, _ figures: [String], fate: String?, _ style: TextStyle
  ) -> String {
    let weak = isWeak ? style.marked("weak: few samples", .warm) : nil
    let name = style.marked("[\(shown(rule))]", .faint)
    func line(_ title: String, _ rest: [String?]) -> String {
      number
        + (figures + [style.marked(title, .heading)] + rest.compactMap(\.self))
        .joined(separator: "  ")
    }
    let title = shown(self.title)
    let short = fate?.replacing("already ", with: "").replacing("still ", with: "")
    let forms = [[name, weak, fate], [name, weak, short], [name, weak], [weak]]
    if let form = forms.first(where: { visibleCount(line(title, $0)) <= style.width }) {
      return line(title, form)
    }
    let room = style.width - visibleCount(line("", [weak]))
    return line(title.cut(toClause: room), [weak])
  }

  /// Additional facts, as far as there is room: other lines, the results of the arithmetic, how
  /// certain the figures are.
  private func facts(_ report: HotspotReport, room: Int, rows: Int) -> [String] {
    var parts: [String] = []
    if let others = otherLines(room: room) { parts.append(others) }
    parts += blame.first?.arithmetic?.shortTexts ?? []
    if let objects = objectsText(report.provenance) { parts.append(objects) }
    if let error { parts.append(error.text(unit: report.unit)) }
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + 3 + part.count <= room {
        lines[lines.count - 1] = last + " · " + part
      } else if lines.count < rows, part.count <= room {
        lines.append(part)
      }
    }
    return lines
  }

  /// `and 3 more lines: main.go:8 1.2%, …`: names as many as there is room for.
  private func otherLines(room: Int) -> String? {
    var others = blame.first.map { $0.leadsToCallers ? Array($0.callers.dropFirst()) : [] } ?? []
    let count = others.count + max(0, lineCount - 1)
    if count <= 0 { return nil }
    others += blame.dropFirst().map(\.nearest)
    var text = "and \(count) more line\(count == 1 ? "" : "s")"
    for (index, line) in others.enumerated() {
      let next = text + (index == 0 ? ": " : ", ") + "\(line.place) \(percentText(line.share))"
      let isLast = index == count - 1
      if next.count + (isLast ? 0 : 3) > room {
        return index == 0 ? text : text + ", …"
      }
      text = next
    }
    return others.count < count ? text + ", …" : text
  }

  /// The fix, and, if there is room, the command that says more.
  func fixRow(_ style: TextStyle, indent: Int) -> String {
    let indent = Indent(columns: indent, style)
    if !style.isTerminal { return indent.text + "fix  " + style.marked(shown(advice), .good) }
    let room = indent.room - 5
    let fix = shown(advice).cut(toClause: room)
    let details = "details: heapscope explain \(shown(rule))"
    return indent.text + "fix  " + style.marked(fix, .good).unbroken
      + (fix.count + 3 + details.count <= room
        ? "   " + style.marked(details.unbroken, .faint) : "")
  }
}

/// The blanks before a line, and the room after them.
private struct Indent {
  var text: String
  var room: Int

  init(columns: Int, _ style: TextStyle) {
    text = String(repeating: " ", count: columns)
    room = max(40, style.width - columns)
  }
}

extension BlamedLine {
  /// The line to look at, with the path to it as far as there is room; its place is never cut.
  ///
  /// - Parameter share: the line's share; empty if it is shown elsewhere.
  func row(_ style: TextStyle, width: Int, share: String) -> String {
    let line = nearest
    let whole = style.name(line.function)
    func row(_ name: String, _ note: String) -> String {
      let parts = [
        line.place, style.marked(name, .user), share,
        note.isEmpty ? "" : style.marked(note, .faint),
      ]
      return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
    let names = [whole, whole.memberName]
    for note in notes(style, beside: line) {
      if let name = names.first(where: { visibleCount(row($0, note)) <= width }) {
        return row(name, note)
      }
    }
    return row(whole.fitted(to: max(8, width - visibleCount(row("", "")))), "")
  }

  /// The line's path to the allocation and its caller: longest form first, the last one empty.
  private func notes(_ style: TextStyle, beside line: Caller) -> [String] {
    let chain = (leadsToCallers ? [itself] : []) + forwarders
    let whole = chain.map { "\(style.name($0.function)) \($0.place)" }
    let last = wayIn.map(style.name)
    let caller = leadsToCallers ? nil : callers.first
    func note(_ way: [String], _ caller: String?) -> String {
      ((way.isEmpty ? [] : ["via " + way[0]] + way.dropFirst())
        + [caller.map { "called from \($0)" }].compactMap(\.self)).joined(separator: ", ")
    }
    let calledFrom = caller.map { "\(style.name($0.function)) \($0.place)" }
    let way = whole + [last].compactMap(\.self)
    var notes = [note(way, calledFrom), note(way, caller?.place), note(way, nil)]
    if let first = chain.first {
      let member = style.name(first.function).memberName
      notes += [
        note(whole, nil), note([whole[0]], nil), note(["\(member) \(first.place)"], nil),
        note(["\(member) \(first.place(beside: line))"], nil), note([first.place], nil),
      ]
    } else {
      notes += [
        note([], calledFrom),
        note([], caller.map { "\(style.name($0.function).memberName) \($0.place)" }),
        note([], caller?.place),
      ]
    }
    return notes + [""]
  }

  /// The source of the line to look at, if available.
  func sourceRow(_ style: TextStyle, indent: Int) -> [String] {
    guard let text = leadsToCallers ? nearest.sourceText : sourceText, !text.isEmpty else {
      return []
    }
    let indent = Indent(columns: indent, style)
    let code = shown(text.replacing("\t", with: " "))
    return [indent.text + code.shortened(to: indent.room).unbroken]
  }
}

extension BlamedLine.Caller {
  /// The place, without the folder if the other line is in the same one.
  fileprivate func place(beside other: Self) -> String {
    func folder(_ place: String) -> Substring? { place.lastIndex(of: "/").map { place[...$0] } }
    guard let own = folder(place), own == folder(other.place) else { return place }
    return String(place.dropFirst(own.count))
  }
}

extension String {
  /// A function's name without its package: `(*API).Get`.
  fileprivate var memberName: String {
    let short = withoutModulePath
    let head = short.prefix { $0 != "(" && $0 != "[" }
    guard let dot = head.firstIndex(of: ".") else { return short }
    return String(short[short.index(after: dot)...])
  }

  /// The text, cut to at most this many characters at the end of a clause, or else of a word.
  func cut(toClause width: Int) -> String {
    guard count > width else { return self }
    let room = prefix(max(0, width - 1))
    var depth = 0
    var clause: String.Index?
    var word: String.Index?
    for index in room.indices {
      switch self[index] {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case ";", ",": if depth == 0 { clause = index }
      case " ":
        word = index
        if depth == 0, self[index...].hasPrefix(" or ") || self[index...].hasPrefix(" and ") {
          clause = index
        }
      default: break
      }
    }
    // A very short clause says too little.
    if let clause, distance(from: startIndex, to: clause) * 2 >= width {
      return self[..<clause].trimmed + "…"
    }
    return (word.map { self[..<$0] } ?? room).trimmed + "…"
  }
}

extension Substring {
  /// Without the punctuation that joins clauses at its end.
  fileprivate var trimmed: String {
    var text = self
    while let last = text.last, last == " " || last == "," || last == ";" { text.removeLast() }
    return String(text)
  }
}
