import ArgumentParser

/// Where one of pprof's ways to request a report leads. Each is an option of pprof and a word of
/// its shell.
enum PprofHabit {
  /// To the command of the same name.
  case same

  /// To the command of the same name, with the pattern after the option.
  case pattern

  /// To a command with these words first; the option's value follows the last one.
  case value([String])

  /// To a command with these words first.
  case words([String])

  /// To no command: what to use instead.
  case instead(String)

  static let table: [String: PprofHabit] = [
    "top": .same, "text": .same, "tree": .same, "traces": .same, "tags": .same, "raw": .same,
    "comments": .same, "dot": .same, "callgrind": .same, "proto": .same, "topproto": .same,
    "svg": .same, "png": .same, "pdf": .same, "gif": .same, "ps": .same,
    "peek": .pattern, "list": .pattern,
    "http": .value(["report", "--http="]),
    "web": .words(["report", "--open"]),
    "gv": picture("ps", for: "gv"), "evince": picture("pdf", for: "evince"),
    "eog": picture("svg", for: "eog"), "eps": .instead("'heapscope dot PROFILE | dot -Teps'"),
    "kcachegrind": .instead(
      "'heapscope callgrind -o callgrind.out PROFILE' writes what kcachegrind opens"),
    "weblist": .instead(
      "'heapscope list PATTERN PROFILE' shows the source with what each line holds"),
    "disasm": .instead(
      "heapscope reads no machine code: 'heapscope list PATTERN PROFILE' shows the source, "
        + "'heapscope top --addresses --focus=REGEX PROFILE' the addresses"),
    "symbols": .instead("'heapscope raw PROFILE' prints the names that the profile has"),
    "collapsed": .instead("'heapscope folded PROFILE' prints folded stacks"),
    "interactive": shell, "i": shell, "shell": shell,
    "buildid": files, "tools": files, "symbolizer": files,
    "intel-syntax": .instead("there is no 'disasm' whose syntax it could choose: leave it out"),
  ]

  private static func picture(_ format: String, for program: String) -> PprofHabit {
    .instead("'heapscope \(format) -o heap.\(format) PROFILE' writes what \(program) opens")
  }

  private static let shell = PprofHabit.instead(
    "the shell is the one you are in: 'heapscope top PROFILE', then 'heapscope peek PATTERN' and "
      + "all others look at the same profile")

  private static let files = PprofHabit.instead(
    "heapscope reads no program for names, which Go's profiles carry: leave it out")

  /// It leads to no command.
  var isInstead: Bool { if case .instead = self { true } else { false } }

  /// Returns the meaning of a word of pprof's shell that ends in a number of rows, as in `top10`.
  static func counted(_ word: String) -> [String]? {
    let name = word.prefix { !$0.isNumber }
    let digits = word.dropFirst(name.count)
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      let command = HeapscopeCommand.command(named: String(name)),
      DeclaredOptions(command)["nodecount"] != nil
    else { return nil }
    return [String(name), "--nodecount=\(digits)"]
  }

  /// The words that replace the option at the start of the command line.
  ///
  /// - Parameters:
  ///   - name: as in the table.
  ///   - written: as the user wrote it.
  ///   - value: the option's argument, with a leading blank or `=`.
  func front(
    _ name: String, written: String, value: () -> String?
  ) throws(CommandFailure) -> [String] {
    switch self {
    case .same: return [name]
    case .pattern: return [name] + (value().map { ["--match=\($0)"] } ?? [])
    case .words(let words): return words
    case .value(let words):
      guard let value = value() else {
        throw CommandFailure(
          .usage, "\(written): the value is missing; write it as in \(written)=localhost:8080")
      }
      return words.dropLast() + [(words.last ?? "") + value]
    case .instead(let text): throw CommandFailure(.usage, "\(written): \(text)")
    }
  }
}
