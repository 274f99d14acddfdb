import ArgumentParser
import Glibc
import ProfileModel
import StackGraph

/// What a function's name is to match: a word of the command line, which is literal text
/// unless it stands between slashes, or pprof's regular expression.
struct PatternWord {
  var text: String

  /// It came with `--match`, as pprof writes patterns.
  var isExpression = false

  /// The pattern as it is meant for the functions of a profile.
  ///
  /// Literal text means the names that have it as it is written, if any do; then those that have
  /// it in other letters; and what it names in a path, which mostly is the module of them all,
  /// comes last. What is left out so is said.
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

  /// Literal text in the last part of a name, as it is written, and then in either case.
  private var closerExpressions: [String] {
    let quoted = Pattern.quoted(text)
    let hasCase = text.contains(where: \.isUppercase)
    // No slash behind it, but in type arguments and in a file that stands behind the name.
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

/// Refuses a missing pattern, and a profile that stands in its place.
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

/// The sample types beside the selected one that have data, to go after a message.
func otherTypes(_ selection: Selection) -> String {
  let profile = selection.profile
  let others = profile.sampleTypes.indices.filter {
    $0 != selection.column && profile.magnitude(ofColumn: $0) != 0
  }.map { typeName(profile.sampleTypeName($0)) }
  return others.isEmpty ? "" : "; other sample types with data: \(others.joined(separator: ", "))"
}
