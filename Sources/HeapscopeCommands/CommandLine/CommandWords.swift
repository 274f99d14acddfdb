import ArgumentParser
import Glibc
import HeapAnalysis

/// A command line in ArgumentParser's spelling, and the command that it is for.
///
/// Options may be spelled as in pprof: `-sample_index=alloc_space -cum` becomes
/// `--sample-index=alloc_space --cum`, `-trim=false` becomes `--no-trim`, and `-top FILE` becomes
/// `top FILE`, so that habits and scripts keep working. A pprof option with an empty text, as in
/// `-focus=`, is dropped: that is its default.
///
/// Errors in a word are reported here, where its option is known. No value is kept.
struct CommandWords {
  /// Nil for what only the root has: help and version.
  private(set) var type: (any ParsableCommand.Type)?

  /// The command as the user would type it, for example `heapscope top`.
  private(set) var name = "heapscope"

  /// What follows the command.
  private(set) var words: [String] = []

  /// The requested kind of help, if any.
  private(set) var help: HelpText.Length?

  init(_ arguments: [String]) throws(CommandFailure) {
    try chooseCommand(arguments)
    if let type { try spell(type) }
  }

  // MARK: The command

  /// Takes the command from the words: its name, or pprof's spelling of a report.
  private mutating func chooseCommand(_ arguments: [String]) throws(CommandFailure) {
    if let first = arguments.first, let type = HeapscopeCommand.command(named: first) {
      choose(first, type, Array(arguments.dropFirst()))
      return
    }
    let options = arguments.prefix { $0 != "--" }.compactMap(OptionWord.init)
    if options.contains(where: { $0.name == "experimental-dump-help" }) {
      words = arguments
      return
    }
    if options.contains(where: { $0.name == "version" || $0.written == "-V" })
      || arguments == ["version"]
    {
      words = ["--version"]
      return
    }
    if arguments.first == "help" {
      try chooseHelp(Array(arguments.dropFirst()))
      return
    }
    // Options may precede the command, so all options with values must be known.
    lazy var table = DeclaredOptions(HeapscopeCommand.commands)
    var rest = arguments[...]
    var report: [String] = []
    var hasWord = false
    while let argument = rest.popFirst() {
      guard let option = OptionWord(argument) else {
        if argument == "--" {
          words.append(argument)
          words += rest
          break
        }
        if !hasWord, report.isEmpty, let front = try Self.report(word: argument) {
          report = front
        } else {
          words.append(argument)
        }
        hasWord = true
        continue
      }
      if report.isEmpty, let front = try Self.report(option, &rest) {
        report = front
        continue
      }
      words.append(argument)
      if option.value == nil, table[option.name]?.kind != nil, option.takes(rest.first),
        let value = rest.popFirst()
      {
        words.append(value)
      }
    }
    if let command = report.first, let type = HeapscopeCommand.command(named: command) {
      choose(command, type, report.dropFirst() + words)
    } else if let option = options.first(where: { $0.help != nil }) {
      help = option.help
    } else {
      // Words that are no command's name are profiles for the default command.
      type = SummaryCommand.self
    }
  }

  private mutating func choose(
    _ command: String, _ type: any ParsableCommand.Type, _ words: [String]
  ) {
    self.type = type
    name += " \(command)"
    self.words = words
  }

  /// Returns the command that a word names, with its arguments; nil for a profile.
  private static func report(word: String) throws(CommandFailure) -> [String]? {
    if HeapscopeCommand.command(named: word) != nil { return [word] }
    // A word of pprof's shell may also be a file's name.
    if access(word, F_OK) == 0 { return nil }
    if let counted = PprofHabit.counted(word) { return counted }
    switch PprofHabit.table[word] {
    case .instead, .words: return try PprofHabit.table[word]?.front(word, written: word) { nil }
    default: return nil
    }
  }

  /// Returns the command for one of pprof's report options, with its arguments.
  private static func report(
    _ option: OptionWord, _ rest: inout ArraySlice<String>
  ) throws(CommandFailure) -> [String]? {
    guard let habit = PprofHabit.table[option.name] else {
      return option.value == nil ? PprofHabit.counted(option.name) : nil
    }
    return try habit.front(option.name, written: option.written) {
      option.value ?? (option.hasOneDash ? rest.popFirst() : nil)
    }
  }

  /// Reads which help is requested: a command's, or the page of a rule.
  private mutating func chooseHelp(_ asked: [String]) throws(CommandFailure) {
    help = .long
    guard let word = asked.first(where: { !$0.hasPrefix("-") }) else { return }
    if let type = HeapscopeCommand.command(named: word) {
      choose(word, type, [])
      return
    }
    let rules = Set(HotspotRule.all.flatMap { [$0.id, $0.kind.rawValue] })
    if rules.contains(word) {
      help = nil
      choose("explain", ExplainCommand.self, [word])
      return
    }
    if case .instead(let text) = PprofHabit.table[word] {
      throw CommandFailure(.usage, "\(word): \(text)")
    }
    throw CommandFailure(
      .usage,
      "there is no help for '\(word)': "
        + Mistakes.nearest(to: word, HeapscopeCommand.commandNames + rules.sorted()))
  }

  // MARK: The options

  private mutating func spell(_ type: any ParsableCommand.Type) throws(CommandFailure) {
    if help != nil { return }
    lazy var table = DeclaredOptions(type)
    let reportWord = name.split(separator: " ").last.map(String.init) ?? ""
    let mistakes = Mistakes(command: name)
    var spelled: [String] = []
    var plain: [String] = []
    var rest = words[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        spelled.append(argument)
        spelled += rest
        plain += rest
        break
      }
      guard let option = OptionWord(argument) else {
        spelled.append(argument)
        plain.append(argument)
        continue
      }
      if let help = option.help {
        self.help = help
        return
      }
      if option.name.hasPrefix("no-"),
        DeclaredOptions.invertible.contains(String(option.name.dropFirst(3))),
        table[String(option.name.dropFirst(3))] != nil, option.value == nil
      {
        spelled.append("--\(option.name)")
        continue
      }
      guard let entry = table[option.name] else {
        if PprofHabit.table[option.name] != nil {
          throw CommandFailure(
            .usage, "\(option.written): asks for a report of its own; leave '\(reportWord)' out")
        }
        let isKnown = DeclaredOptions(HeapscopeCommand.commands)[option.name] != nil
        throw CommandFailure(
          .usage,
          mistakes.unknown(
            isKnown ? "--\(option.name)" : option.written,
            known: table.spellings + ["--help", "--version"]))
      }
      if let kind = entry.kind {
        var value = option.value
        if value == nil, option.takes(rest.first) { value = rest.popFirst() }
        guard let value else {
          throw CommandFailure(.usage, mistakes.missingValue(entry.name, kind))
        }
        if let value = try meant(value, entry.name, kind, byLetter: option.isLetter) {
          spelled.append("--\(entry.name)=\(value)")
        }
      } else {
        spelled += try spelledSwitch(entry.name, option.value)
      }
    }
    words = spelled
    try check(plain, PlainWord.all(of: type), mistakes)
  }

  /// Returns the meaning of an option's value; nil for its default.
  private func meant(
    _ value: String, _ option: String, _ kind: any OptionValue.Type, byLetter: Bool
  ) throws(CommandFailure) -> String? {
    if value.isEmpty {
      switch kind.description.whenEmpty {
      case .theDefault where !byLetter: return nil
      case .value(let value): return value
      default: break
      }
    } else if kind.init(argument: value) != nil {
      return value
    }
    throw CommandFailure(.usage, Mistakes.refusal(option, value, kind))
  }

  /// A switch in ArgumentParser's spelling: with or without `no-`.
  private func spelledSwitch(
    _ name: String, _ value: String?
  ) throws(CommandFailure) -> [String] {
    switch value {
    case nil, "1", "t", "T", "true", "TRUE", "True": return ["--\(name)"]
    case "0", "f", "F", "false", "FALSE", "False":
      return DeclaredOptions.invertible.contains(name) ? ["--no-\(name)"] : []
    default: throw CommandFailure(.usage, "--\(name) '\(value ?? "")': give true or false")
    }
  }

  private func check(
    _ given: [String], _ words: [PlainWord], _ mistakes: Mistakes
  ) throws(CommandFailure) {
    if let missing = words.dropFirst(given.count).first(where: \.isNeeded) {
      throw CommandFailure(.usage, mistakes.missing(missing.name))
    }
    if given.count > words.count, !words.contains(where: \.isRepeated) {
      throw CommandFailure(.usage, mistakes.tooMany(given[words.count...]))
    }
  }
}

/// A word of the command line that is an option, in either spelling.
struct OptionWord {
  /// Without leading dashes, and with dashes for pprof's underscores.
  var name: String
  var value: String?
  var hasOneDash: Bool

  /// As the user wrote it, without the value.
  var written: String

  init?(_ argument: String) {
    guard argument.hasPrefix("-"), argument != "-", argument != "--" else { return nil }
    let body = argument.drop { $0 == "-" }
    hasOneDash = argument.count - body.count == 1
    let end = body.firstIndex(of: "=") ?? body.endIndex
    name = String(body[..<end].map { $0 == "_" ? "-" : $0 })
    value = end == body.endIndex ? nil : String(body[body.index(after: end)...])
    written = String(argument[..<end])
  }

  var isLetter: Bool { name.count == 1 }

  /// The kind of help that the option requests, if any.
  var help: HelpText.Length? {
    if value != nil { return nil }
    switch name {
    case "h": return .short
    case "help": return .long
    case "help-hidden": return .hidden
    default: return nil
    }
  }

  /// Whether the next word is the option's value: after a single dash, whatever it looks like.
  func takes(_ next: String?) -> Bool {
    guard let next else { return false }
    return hasOneDash && !isLetter || !next.hasPrefix("-") || next == "-"
  }
}
