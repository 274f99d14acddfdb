/// Describes an error in a command line, in one line: the option, the value and what would be
/// right.
struct Mistakes {
  /// The command as the user would type it, for example `heapscope top`.
  var command: String

  private var help: String { "'\(command) --help'" }

  /// A value that an option does not take.
  static func refusal(_ option: String, _ value: String, _ kind: any OptionValue.Type) -> String {
    "--\(option) '\(value)': give \(kind.description.expected)"
  }

  func missingValue(_ option: String, _ kind: any OptionValue.Type) -> String {
    "--\(option): the value is missing; give \(kind.description.expected)"
  }

  /// - Parameters:
  ///   - option: with its dashes.
  ///   - known: the existing options, with their dashes.
  func unknown(_ option: String, known: [String]) -> String {
    // A more distant suggestion would only mislead.
    if let near = known.min(by: { editDistance($0, option) < editDistance($1, option) }),
      isNear(near, option)
    {
      return "unknown option '\(option)': did you mean '\(near)'?"
    }
    return "unknown option '\(option)': see \(command) --help"
  }

  /// The likely meaning of a word, or where all names are listed.
  static func nearest(to word: String, _ names: [String]) -> String {
    let nearest = names.min { editDistance($0, word) < editDistance($1, word) } ?? ""
    return isNear(nearest, word) ? "did you mean '\(nearest)'?" : "see heapscope --help"
  }

  /// - Parameter name: the word's name in help.
  func missing(_ name: String) -> String {
    if name == "before" || name == "after" {
      return "two profiles are needed: '\(command) BEFORE AFTER'"
    }
    return "a \(name) is missing: \(help) shows the usage"
  }

  func tooMany(_ words: ArraySlice<String>) -> String {
    if words.count == 1 {
      return "'\(words.first ?? "")' is one argument too many: \(help) shows the usage"
    }
    let names = words.map { "'\($0)'" }.joined(separator: ", ")
    return "\(words.count) arguments too many, \(names): \(help) shows the usage"
  }

  /// - Parameter wording: from a command's own `validate()`, or from ArgumentParser.
  func invalid(_ wording: String) -> String {
    var text = wording.split(separator: "\n").first.map(String.init) ?? "wrong usage"
    if text.hasSuffix(".") { text.removeLast() }
    // An error that names its option says what would be right; others need the hint.
    if text.hasPrefix("-") { return text }
    return text.prefix(1).lowercased() + text.dropFirst()
      + (text.contains(": ") ? "" : "; \(help) shows the options")
  }
}
