import ArgumentParser
import Foundations
import Glibc
import HeapAnalysis
import ProfileModel

/// What a shell may offer for the last word of a command line. The shells' scripts ask for it
/// (``CompletionScripts``), so that only this code knows what exists.
struct Completion {
  private enum Rest: String {
    case nothing, files, folders
  }

  private var words: [(word: String, text: String)] = []
  private var rest = Rest.nothing
  private let shell: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - arguments: the shell, and the words after the program's name up to the cursor.
  init(_ arguments: [String], environment: [String: String]) {
    self.environment = environment
    shell = arguments.first ?? ""
    var line = Array(arguments.dropFirst())
    if shell == "bash" {
      // To bash, the `=` of an option is a word of its own.
      if line.last == "=" { line.append("") }
      line.removeAll { $0 == "=" }
    }
    complete(line.popLast() ?? "", after: line)
  }

  /// One word per line, its description after a tab, and in the last line what else may be here.
  var text: String {
    let lines = words.map { $0.text.isEmpty ? $0.word : "\($0.word)\t\($0.text)" }
    return (lines + [":\(rest.rawValue)"]).map { $0 + "\n" }.joined()
  }

  // MARK: Where the cursor is

  private mutating func complete(_ current: String, after line: [String]) {
    var type: (any ParsableCommand.Type)?
    var plain: [String] = []
    var asksHelp = false
    var expected: (any OptionValue.Type)?
    var ends = false
    for word in line {
      if expected != nil {
        expected = nil
      } else if word == "--" {
        ends = true
      } else if !ends, let option = OptionWord(word) {
        if let front = Self.front(of: option) { type = HeapscopeCommand.command(named: front) }
        if option.value == nil { expected = Self.kind(of: option, type) }
      } else if !ends, type == nil, plain.isEmpty, word == "help" {
        asksHelp = true
      } else if !ends, type == nil, plain.isEmpty,
        let command = HeapscopeCommand.command(named: word)
      {
        type = command
      } else {
        plain.append(word)
      }
    }
    let option = ends ? nil : OptionWord(current)
    if let expected {
      offer(expected.description.completion, current, plain)
    } else if let option, let value = option.value {
      let front = shell == "fish" ? "\(option.written)=" : ""
      offer(Self.kind(of: option, type)?.description.completion ?? .nothing, value, plain, front)
    } else if current.hasPrefix("-"), !ends {
      offerOptions(type, current)
    } else if asksHelp {
      offerCommands(current)
      offer(.rules(suffix: ""), current, plain)
    } else {
      if type == nil, plain.isEmpty { offerCommands(current) }
      offer(Self.completion(of: type ?? SummaryCommand.self, plain), current, plain)
    }
  }

  private static func front(of option: OptionWord) -> String? {
    switch PprofHabit.table[option.name] {
    case .same, .pattern: option.name
    case .value(let words), .words(let words): words.first
    case .instead, nil: nil
    }
  }

  private static func kind(
    of option: OptionWord, _ type: (any ParsableCommand.Type)?
  ) -> (any OptionValue.Type)? {
    (type.map { DeclaredOptions($0) } ?? DeclaredOptions(HeapscopeCommand.commands))[option.name]?
      .kind
  }

  /// The completion of the next word that is not an option.
  private static func completion(
    of type: any ParsableCommand.Type, _ plain: [String]
  ) -> ValueCompletion {
    let words = PlainWord.all(of: type)
    guard let word = plain.count < words.count ? words[plain.count] : words.last,
      plain.count < words.count || word.isRepeated
    else { return .nothing }
    switch word.name {
    case "rule": return .rules(suffix: "")
    case "pattern": return .functions
    case "words" where plain.isEmpty: return .functions
    case "url": return .words(["localhost:6060"])
    default: return .files
    }
  }

  // MARK: What there is

  private mutating func add(_ candidates: [String], _ current: String, _ front: String = "") {
    words += candidates.filter { $0.hasPrefix(current) }.map { (front + $0, "") }
  }

  private mutating func offerCommands(_ current: String) {
    for command in HeapscopeCommand.commands {
      for name in [command._commandName] + command.configuration.aliases
      where name.hasPrefix(current) {
        words.append((name, command.configuration.abstract))
      }
    }
    add(["help"], current)
  }

  private mutating func offerOptions(_ type: (any ParsableCommand.Type)?, _ current: String) {
    let isOne = current.hasPrefix("-") && !current.hasPrefix("--")
    for (option, text) in HelpText.options(of: type) {
      let written = (isOne && current.count > 1 ? "-" : "--") + option
      if written.hasPrefix(current) { words.append((written, text)) }
    }
    if type == nil, isOne, current.count > 1 {
      let reports = PprofHabit.table.filter { !$0.value.isInstead }.keys
      add(reports.map { "-" + $0 }.sorted(), current)
    }
  }

  private mutating func offer(
    _ completion: ValueCompletion, _ current: String, _ plain: [String], _ front: String = ""
  ) {
    switch completion {
    case .nothing: break
    case .words(let words): add(words, current, front)
    case .files: rest = .files
    case .folders: rest = .folders
    case .rules(let suffix):
      for rule in HotspotRule.all where rule.id.hasPrefix(current) {
        words.append((front + rule.id + suffix, suffix.isEmpty ? rule.title : ""))
      }
    case .sampleTypes:
      add(
        profile(plain).map { $0.sampleTypes.indices.map($0.sampleTypeName) } ?? [], current, front)
    case .functions: add(profile(plain).map(Self.functions) ?? [], current, front)
    }
  }

  /// Larger profiles take too long to read for a completion.
  private static let largestProfile = 32 << 20

  /// The profile that is named, or the one that was read last.
  private func profile(_ plain: [String]) -> Profile? {
    var invocation = Invocation(arguments: [])
    invocation.environment = environment
    // It may be a URL, and completions fetch nothing.
    invocation.environment["HEAPSCOPE_PROFILE"] = nil
    let session = Session(invocation)
    session.remembersProfiles = false
    var request = LoadingRequest()
    request.inflatedLimit = Self.largestProfile * 8
    let named = plain.last(where: isRegularFile)
    return try? session.load(named.map { [$0] } ?? [], request, usesSymbols: true).profile
  }

  /// A pattern matches anywhere in a name, so the part before the last `/` can be omitted.
  private static func functions(of profile: Profile) -> [String] {
    var names: Set<String> = []
    for index in 0..<profile.functions.count {
      let name = String(
        decoding: safeName(profile.strings[profile.functions.names[index]].utf8), as: UTF8.self)
      names.insert(name.split(separator: "/").last.map(String.init) ?? name)
    }
    return names.filter { !$0.isEmpty }.sorted()
  }
}
