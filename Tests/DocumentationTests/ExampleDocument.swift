import Foundation
import HeapscopeTestSupport

/// A command line of a document and the output shown below it.
struct DocumentedCommand {
  var line: String

  /// The place of the output among the lines of the document.
  var place: Range<Int>

  /// The words after `heapscope`, up to a pipe; single quotes hold a word together.
  var arguments: [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for letter in line {
      switch letter {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case "|" where !isQuoted, ">" where !isQuoted: return Array(words.dropFirst())
      case " " where !isQuoted:
        if let word { words.append(word) }
        word = nil
      default: word = (word ?? "") + String(letter)
      }
    }
    if let word { words.append(word) }
    return Array(words.dropFirst())
  }

  /// Whether another program gets the output.
  var isPiped: Bool { line.contains(" | ") }
}

/// A document with `console` blocks, which contain commands and their output.
///
/// A line `…` in an output stands for any number of lines.
struct ExampleDocument {
  static let ellipsis = "…"

  var lines: [String]
  private(set) var commands: [DocumentedCommand] = []

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var isInside = false
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        commands.append(
          DocumentedCommand(line: String(line.dropFirst(2)), place: index + 1..<index + 1))
      } else if isInside, !commands.isEmpty {
        commands[commands.count - 1].place =
          commands[commands.count - 1].place.lowerBound..<index + 1
      }
    }
  }

  var text: String { lines.joined(separator: "\n") }

  func shown(_ command: DocumentedCommand) -> [String] { Array(lines[command.place]) }

  /// What the document should show for a command that printed this text: `shown` itself if it is
  /// right.
  ///
  /// Before and between omitted lines, as many lines are kept as are shown today; those after an
  /// ellipsis are found by their first words. Nil when such a line no longer exists.
  static func expected(_ printed: String, like shown: [String]) -> [String]? {
    var rest = printed.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0.replacing(#/ +$/#, with: ""))
    }[...]
    while rest.last == "" { rest.removeLast() }
    let parts = shown.split(separator: ellipsis, omittingEmptySubsequences: false)
    guard parts.count > 1 else { return Array(rest) }
    var result: [String] = []
    for (number, part) in parts.enumerated() {
      if number > 0 {
        if part.isEmpty { return rest.isEmpty ? result : result + [ellipsis] }
        func key(_ line: String) -> Substring? { line.split(separator: " ").first }
        let begin =
          rest.firstIndex { $0 == part.first }
          ?? rest.firstIndex { part.first.map(key) == key($0) }
        guard let begin else { return nil }
        if begin > rest.startIndex { result.append(ellipsis) }
        rest = rest[begin...]
      }
      result += rest.prefix(part.count)
      rest = rest.dropFirst(part.count)
    }
    // The last part must end the output, otherwise an ellipsis would follow it.
    return rest.isEmpty ? result : result + [ellipsis]
  }
}
