import ArgumentParser
import Glibc
import ProfileModel
import StackGraph

/// The pattern for a function's name: a word of the command line, literal unless it is between
/// slashes, or pprof's regular expression.
struct PatternWord {
  var text: String

  /// The pattern came with `--match`, in pprof's syntax.
  var isExpression = false

  /// The pattern as intended for the functions of a profile.
  ///
  /// Literal text means the names that contain it as written, if any do; otherwise those that
  /// contain it in another case. A match in the path, which mostly is the common module's, comes
  /// last. What this leaves out is reported.
  func pattern(in run: ProfileRun) throws(CommandFailure) -> Pattern {
    let whole = try pattern()
    if isExpression || isExpressionWord { return whole }
    let strings = run.loaded.profile.strings
    let names = Set(run.loaded.profile.functions.names).map { strings[bytesOf: $0] }
    let count = names.count { whole.matches($0) }
    for source in closerExpressions {
      guard let closer = try? Pattern(source) else { continue }
      let closerCount = names.count { closer.matches($0) }
      if closerCount == 0 { continue }
      if closerCount < count {
        let rest = count - closerCount
        run.session.message(
          "'\(text)' is also in the path, or in other letters, of \(rest) more "
            + "function\(rest == 1 ? "" : "s"): '/(?i)\(Pattern.quoted(text))/' has them all")
      }
      return closer
    }
    return whole
  }

  private var isExpressionWord: Bool {
    text.count > 2 && text.hasPrefix("/") && text.hasSuffix("/")
  }

  /// Literal text in the last part of a name, as written, and then in either case.
  private var closerExpressions: [String] {
    let quoted = Pattern.quoted(text)
    let hasCase = text.contains(where: \.isUppercase)
    // No slash after it, except in type arguments and in a file after the name.
    let tail = text.contains("/") ? "" : #"[^/\[ ]*(?:[\[ ].*)?$"#
    return (hasCase ? [quoted + tail] : []) + (tail.isEmpty ? [] : ["(?i)" + quoted + tail])
  }

  func pattern() throws(CommandFailure) -> Pattern {
    do { return try isExpression ? Pattern(text) : Pattern(word: text) } catch {
      throw CommandFailure(
        .usage,
        "\(isExpression ? "--match" : "pattern") '\(text)': \(error.reason), "
          + "at byte \(error.offset); give a regular expression (RE2 syntax)")
    }
  }
}

/// The words of commands whose first one is a pattern, unless `--match` gives it.
struct PatternArguments: ParsableArguments {
  @Option("The pattern as pprof reads it.")
  var match: Text<FunctionPattern>?
}

extension PatternArguments {
  /// - Parameter words: of the command line.
  func pattern(_ words: [String]) -> PatternWord {
    match.map { PatternWord(text: $0.text, isExpression: true) }
      ?? PatternWord(text: words.first ?? "")
  }

  func profiles(_ words: [String]) -> [String] {
    match == nil ? Array(words.dropFirst()) : words
  }

  func validate(_ words: [String], command: String) throws {
    if match == nil {
      try checkPattern(words.first, profiles: profiles(words), command: command)
    }
  }
}

/// Rejects a missing pattern, and a profile in its place.
func checkPattern(_ word: String?, profiles: [String], command: String) throws(ValidationError) {
  guard let word else {
    throw ValidationError("a pattern is missing: 'heapscope \(command) PATTERN [PROFILE]'")
  }
  // A program in the working directory may well have a function's name.
  if profiles.isEmpty, word.contains("://") || word.hasPrefix("unix:") {
    throw ValidationError(
      "a pattern is missing: 'heapscope \(command) PATTERN URL'")
  }
  let endings = [".gz", ".pb", ".pprof", ".prof", ".zst"]
  if profiles.isEmpty, endings.contains(where: word.hasSuffix), access(word, F_OK) == 0 {
    throw ValidationError(
      "a pattern is missing: '\(word)' is a file; 'heapscope \(command) PATTERN \(word)'")
  }
}

/// Says that a pattern matches nothing, and which other sample types have data.
func noMatch(_ pattern: String, _ selection: Selection) -> CommandFailure {
  CommandFailure(
    .negative,
    "no function matches '\(pattern)' on a stack with \(typeName(selection.sampleType))"
      + otherTypes(selection))
}

/// The other sample types that have data, to append to a message.
func otherTypes(_ selection: Selection) -> String {
  let profile = selection.profile
  let others = profile.sampleTypes.indices.filter {
    $0 != selection.column && profile.magnitude(ofColumn: $0) != 0
  }.map { typeName(profile.sampleTypeName($0)) }
  return others.isEmpty ? "" : "; other sample types with data: \(others.joined(separator: ", "))"
}
