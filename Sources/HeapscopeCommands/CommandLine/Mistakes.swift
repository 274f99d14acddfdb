/// Says what is wrong with a command line, in one line: the option, the value and what
/// would be right.
struct Mistakes {
  /// The command as the user would type it, such as `heapscope top`.
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
  ///   - known: the options that there are, with their dashes.
  func unknown(_ option: String, known: [String]) -> String {
    // Farther away than this, a suggestion only misleads.
    if let near = known.min(by: { editDistance($0, option) < editDistance($1, option) }),
      isNear(near, option)
    {
      return "unknown option '\(option)': did you mean '\(near)'?"
    }
    return "unknown option '\(option)': \(help) lists those there are"
  }

  /// What is likely meant by a word, or where all that there is is listed.
  static func nearest(to word: String, _ names: [String]) -> String {
    let nearest = names.min { editDistance($0, word) < editDistance($1, word) } ?? ""
    return isNear(nearest, word) ? "did you mean '\(nearest)'?" : "'heapscope --help' lists them"
  }

  /// - Parameter name: what help calls the word.
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

  /// - Parameter wording: that of a command's own `validate()`, or ArgumentParser's.
  func invalid(_ wording: String) -> String {
    var text = wording.split(separator: "\n").first.map(String.init) ?? "wrong usage"
    if text.hasSuffix(".") { text.removeLast() }
    // A mistake that names its option says what would be right; others need the hint.
    if text.hasPrefix("-") { return text }
    return text.prefix(1).lowercased() + text.dropFirst()
      + (text.contains(": ") ? "" : "; \(help) shows the options")
  }
}
