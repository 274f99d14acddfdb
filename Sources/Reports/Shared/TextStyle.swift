import Foundations

/// How text for people looks: colours, width, and how names are written.
///
/// All layout code consults it; a finished text goes through ``TextOutput/laidOut(_:)``.
package struct TextStyle: Sendable {
  package var usesColor: Bool

  /// In characters. A pipe has a width too, so that texts look the same everywhere.
  package var width: Int

  /// The number of lines on the screen; nil in pipes and when unknown.
  package var height: Int?

  /// Names must be made safe, and bars may be drawn.
  package var isTerminal: Bool

  /// The locale has only ASCII characters.
  package var isASCII = false

  /// The names of the user's own code.
  package var own = OwnNames()

  package init(usesColor: Bool, width: Int, height: Int? = nil, isTerminal: Bool) {
    self.usesColor = usesColor
    self.width = width
    self.height = height
    self.isTerminal = isTerminal
  }

  /// Narrower screens need the room for names.
  private static let leastWidthWithBars = 100

  var hasBars: Bool { isTerminal && width >= Self.leastWidthWithBars }

  /// SGR codes (ECMA-48), named after what they mark.
  enum Mark: String {
    case plain = ""
    case heading = "1"
    case faint = "2"
    case user = "1;36"
    case hot = "1;31"
    case warm = "33"
    case good = "32"
  }

  func marked(_ text: String, _ mark: Mark) -> String {
    usesColor && mark != .plain ? "\u{1b}[\(mark.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// The colour of a share: hot from 20 %, warm from 5 %.
  func share(_ text: String, _ share: Double) -> String {
    share >= 0.2 ? marked(text, .hot) : share >= 0.05 ? marked(text, .warm) : text
  }

  /// A bar of eighths of a character, at most `width` characters long.
  static func bar(_ share: Double, width: Int) -> String {
    let eighths = Int((min(max(share, 0), 1) * Double(width * 8)).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let text = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return text + String(repeating: " ", count: width - text.count)
  }
}

/// Returns a name as text that is safe to show anywhere.
func shown(_ name: some Collection<UInt8>) -> String {
  String(decoding: safeName(name), as: UTF8.self)
}

package func shown(_ name: String) -> String { shown(name.utf8) }

extension String {
  package func padded(to width: Int) -> String {
    let count = self.count
    return count >= width ? self : self + String(repeating: " ", count: width - count)
  }

  func rightAligned(to width: Int) -> String {
    let count = self.count
    return count >= width ? self : String(repeating: " ", count: width - count) + self
  }

  /// The text with no-break spaces for its blanks, as in a command to type; see
  /// ``TextOutput/laidOut(_:)``.
  var unbroken: String { replacing(" ", with: "\u{a0}") }
}

/// Returns the end of a path: its last folder and file.
package func shortPath(_ path: String) -> String {
  path.split(separator: "/").suffix(2).joined(separator: "/")
}
