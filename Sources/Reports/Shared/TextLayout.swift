import Foundations

extension TextOutput {
  /// The finished text of a report, with no line longer than the style allows.
  ///
  /// Lines are broken only at blanks, so that no path, number or name is cut; anything longer than
  /// a line gets one of its own. The rest of a broken line goes below the column that it belongs
  /// to; columns are separated by at least two blanks. A no-break space prevents a break, as in a
  /// command to type (``String/unbroken``).
  ///
  /// The path of the user's module is stated below the first line, and left out of all names.
  package func laidOut(_ style: TextStyle) -> TextOutput {
    var result = TextOutput()
    if isOverLimit { return self }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.isEmpty, index == lines.count - 1 { break }
      if index == 1, let note = style.moduleNote { result.line(style.marked(note, .faint)) }
      // Most lines fit, and need no replacement.
      if line.count <= style.width, style.moduleNote == nil, line.allSatisfy({ $0 < 0x80 }) {
        result.write(line)
        result.newline()
        continue
      }
      let text = style.own.withoutModule(String(decoding: line, as: UTF8.self))
      for part in broken(style.plain(text), to: style.width) {
        result.line(part.replacing("\u{a0}", with: " "))
      }
    }
    return result
  }
}

extension TextOutput {
  /// The text with only the characters that the style's locale can show.
  package func plain(_ style: TextStyle) -> TextOutput {
    if !style.isASCII || bytes.allSatisfy({ $0 < 0x80 }) { return self }
    var result = TextOutput()
    result.write(style.plain(String(decoding: bytes, as: UTF8.self)))
    return result
  }
}

extension TextStyle {
  /// A text with only the characters that the locale can show.
  package func plain(_ text: String) -> String {
    if !isASCII || text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var result = ""
    for character in text {
      if character.isASCII || character == "\u{a0}" {
        result.append(character)
      } else {
        result += Self.asciiForms[character] ?? "?"
      }
    }
    return result
  }

  /// Replacements for our own signs; most have one character, so that columns stay aligned.
  private static let asciiForms: [Character: String] = {
    var forms: [Character: String] = [
      "…": "~", "→": "->", "≥": ">", "≤": "<", "≈": "~", "·": "|", "×": "x", "–": "-", "—": "-",
      "▲": "^", "▼": "v", "±": "+-", "Δ": "d", "µ": "u", "μ": "u", "“": "\"", "”": "\"", "’": "'",
      "Σ": "sum", "−": "-",
    ]
    for (index, bar) in "▁▂▃▄▅▆▇█".enumerated() {
      forms[bar] = String(Array("_..-==##")[index])
    }
    for bar in "▏▎▍▌" { forms[bar] = " " }
    for bar in "▋▊▉" { forms[bar] = "#" }
    return forms
  }()
}

/// A text as a terminal counts it: a colour takes no room.
func visibleCount(_ text: some StringProtocol) -> Int {
  var count = 0
  var isEscape = false
  for character in text {
    if character == "\u{1b}" {
      isEscape = true
    } else if isEscape {
      if character == "m" { isEscape = false }
    } else {
      count += 1
    }
  }
  return count
}

/// Breaks a line at blanks into lines of at most this many characters.
private func broken(_ line: String, to width: Int) -> [String] {
  if visibleCount(line) <= width { return [line] }
  let indent = String(repeating: " ", count: restIndent(line, width))
  var lines: [String] = []
  var current = ""
  var used = 0
  var hasWord = false

  /// The active colour, which is switched off between lines.
  var color = ""

  /// The blanks before the next word.
  var gap = ""
  var word = ""
  func take() {
    let count = visibleCount(word)
    if hasWord, used + gap.count + count > width {
      lines.append(current + (color.isEmpty ? "" : "\u{1b}[0m"))
      current = indent + color
      used = indent.count
    } else {
      current += gap
      used += gap.count
    }
    current += word
    used += count
    hasWord = hasWord || count > 0
    gap = ""
    for escape in word.split(separator: "\u{1b}", omittingEmptySubsequences: false).dropFirst() {
      let code = escape.prefix { $0 != "m" }
      color = code == "[0" ? "" : "\u{1b}\(code)m"
    }
    word = ""
  }
  for character in line {
    if character == " " {
      if !word.isEmpty { take() }
      gap.append(character)
    } else {
      word.append(character)
    }
  }
  if !word.isEmpty { take() }
  lines.append(current)
  return lines
}

/// Where the rest of a broken line begins: below the last column that begins in the first half of
/// the line.
private func restIndent(_ line: String, _ width: Int) -> Int {
  var column = 0
  var blanks = 0
  var indent: Int?
  var isEscape = false
  for character in line {
    if character == "\u{1b}" {
      isEscape = true
    } else if isEscape {
      if character == "m" { isEscape = false }
    } else {
      if character != " " {
        if indent == nil { indent = column + 2 } else if blanks > 1 { indent = column }
        blanks = 0
      } else {
        blanks += 1
      }
      column += 1
      if column > width / 2 { break }
    }
  }
  return indent ?? 0
}
