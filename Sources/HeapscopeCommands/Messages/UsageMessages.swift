/// Says what is wrong with a command line, in one line: the option, the value
/// and what would be right.
///
/// - Parameters:
///   - wording: ArgumentParser's own message.
///   - command: the command as the user would type it, such as `heapscope top`.
func describeMistake(_ wording: String, command: String) -> String {
  let help = "'\(command) --help'"
  if let (value, rest) = quotedPart(of: wording, between: "The value '", and: "' is invalid for '"),
    let option = optionName(rest)
  {
    return OptionValues.refusal(option, value, command: command)
  }
  if let (name, _) = quotedPart(of: wording, between: "Missing value for '", and: "'"),
    let option = optionName(name)
  {
    let expected = OptionValues.expected(by: option, of: command).map { "give \($0)" }
    return "--\(option == "o" ? "output" : option): the value is missing; "
      + (expected ?? "\(help) shows what it takes")
  }
  if let (name, rest) = quotedPart(of: wording, between: "Unknown option '", and: "'") {
    // Farther away than this, a suggestion only misleads.
    if let (near, _) = quotedPart(of: rest, between: ". Did you mean '", and: "'"),
      isNear(near, name)
    {
      return "unknown option '\(name)': did you mean '\(near)'?"
    }
    return "unknown option '\(name)': \(help) lists those there are"
  }
  if let (name, _) = quotedPart(of: wording, between: "Missing expected argument '", and: "'") {
    let name = name.filter { !"<>.".contains($0) }
    if name == "before" || name == "after" {
      return "two profiles are needed: '\(command) BEFORE AFTER'"
    }
    return "a \(name) is missing: \(help) shows the usage"
  }
  if let (word, _) = quotedPart(of: wording, between: "Unexpected argument '", and: "'") {
    return "'\(word)' is one argument too many: \(help) shows the usage"
  }
  if let range = wording.firstRange(of: " unexpected arguments: ") {
    let count = wording[..<range.lowerBound]
    return "\(count) arguments too many, \(wording[range.upperBound...]): \(help) shows the usage"
  }
  var text = wording.split(separator: "\n").first.map(String.init) ?? "wrong usage"
  if text.hasSuffix(".") { text.removeLast() }
  // A mistake that names its option says what would be right; others need the hint.
  if text.hasPrefix("-") { return text }
  return text.prefix(1).lowercased() + text.dropFirst()
    + (text.contains(": ") ? "" : "; \(help) shows the options")
}

/// `nodecount` of `--nodecount <count>'…`.
private func optionName(_ text: String) -> String? {
  guard text.hasPrefix("-") else { return nil }
  let name = text.drop { $0 == "-" }.prefix { $0.isLetter || $0 == "-" }
  return name.isEmpty ? nil : String(name)
}

/// Returns what stands between the start of a text and the last place of a mark,
/// and what follows it.
private func quotedPart(
  of text: String, between start: String, and end: String
) -> (part: String, rest: String)? {
  guard text.hasPrefix(start) else { return nil }
  let body = text.dropFirst(start.count)
  // A value may hold the mark itself; behind the last one stands no value. A
  // lone quote ends at its first place.
  guard let range = end == "'" ? body.ranges(of: end).first : body.ranges(of: end).last else {
    return nil
  }
  return (String(body[..<range.lowerBound]), String(body[range.upperBound...]))
}
