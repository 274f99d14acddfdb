import ArgumentParser
import Reports

/// The help of heapscope or of one of its commands, based on ArgumentParser's text.
struct HelpText {
  enum Length {
    /// `-h`: examples, usage and the most common options.
    case short

    /// `--help`: everything.
    case long

    /// `--help-hidden`: also the options that only pprof's scripts use.
    case hidden
  }

  private let command: (any ParsableCommand.Type)?
  private let length: Length
  private let columns: Int

  /// - Parameter command: nil for heapscope itself.
  init(_ command: (any ParsableCommand.Type)?, _ length: Length, columns: Int) {
    self.command = command
    self.length = length
    self.columns = columns
  }

  var text: String {
    var sections = Self.sections(
      of: HeapscopeCommand.helpMessage(
        for: command ?? HeapscopeCommand.self, includeHidden: length == .hidden, columns: columns))
    let optionCount = sections.reduce(0) { $0 + $1.entries.count { $0.option != nil } }
    for index in sections.indices { reword(&sections[index]) }
    if length == .short {
      sections = command == nil ? shortRoot(sections) : shortCommand(sections)
    }
    return sections.map(\.text).joined(separator: "\n") + "\n" + footer(optionCount)
  }

  private func footer(_ optionCount: Int) -> String {
    guard let command else {
      return length == .short
        ? "'heapscope --help' says what each command does, 'heapscope COMMAND -h' how it is used.\n"
        : "'heapscope help COMMAND' says more of one, 'heapscope help RULE' of what hotspots finds.\n"
    }
    return length == .short
      ? "'heapscope \(command._commandName) --help' lists all \(optionCount) options.\n"
      : "'heapscope \(command._commandName) -h' shows the options that are used most.\n"
  }

  /// The usage line.
  static func usage(_ command: (any ParsableCommand.Type)?) -> String {
    guard let command else { return "heapscope [COMMAND] [OPTIONS] [PROFILE…]" }
    let words = PlainWord.all(of: command).map(\.usage)
    return (["heapscope", command._commandName, "[OPTIONS]"] + words).joined(separator: " ")
  }

  /// The options of a command, without dashes, each with its description.
  static func options(
    of command: (any ParsableCommand.Type)?
  ) -> [(name: String, text: String)] {
    let text = HeapscopeCommand.helpMessage(
      for: command ?? HeapscopeCommand.self, includeHidden: false, columns: 1000)
    return sections(of: text).flatMap(\.entries).compactMap { entry in
      guard let name = entry.option else { return nil }
      // The description is beside the option, or below one that is too long for that.
      let said =
        entry.lines.count > 1
        ? entry.lines.dropFirst().joined(separator: " ")
        : String(entry.lines[0].dropFirst(column))
      return (name, String(said.drop { $0 == " " }))
    }
  }

  // MARK: Short

  /// The most common options of reports.
  private static let common = [
    "sample-index", "focus", "nodecount", "cum", "lines", "base", "module", "source-path", "output",
    "format",
  ]

  /// Examples and usage, the options of this command alone, and common ones.
  private func shortCommand(_ sections: [Section]) -> [Section] {
    let words = Set(["", "EXAMPLES", "USAGE", "ARGUMENTS"])
    let options = sections.filter { !words.contains($0.heading) }
    let own = options.filter { $0.heading == "OPTIONS" }.flatMap(\.entries).filter {
      !["version", "help"].contains($0.option)
    }
    let others = options.filter { $0.heading != "OPTIONS" }.flatMap(\.entries)
    let used = Self.common.compactMap { name in others.first { $0.option == name } }
    return sections.filter { words.contains($0.heading) }.map { section in
      section.heading == "EXAMPLES"
        ? Section(heading: section.heading, lines: firstExamples(section.lines)) : section
    } + [
      Section(heading: "OPTIONS", lines: (own + used).flatMap(\.lines))
    ]
  }

  /// As many examples as leave room on a screen.
  private func firstExamples(_ lines: [String]) -> [String] {
    let starts = lines.indices.filter { lines[$0].hasPrefix("  heapscope ") }
    guard starts.count > Self.exampleCount else { return lines }
    return Array(lines[..<starts[Self.exampleCount]])
  }

  private static let exampleCount = 4

  /// Of the commands, only the names.
  private func shortRoot(_ sections: [Section]) -> [Section] {
    sections.filter { $0.heading != "OPTIONS" }.map { section in
      guard !["", "EXAMPLES", "USAGE"].contains(section.heading) else { return section }
      let names = section.entries.compactMap { entry in
        entry.lines.first?.split(separator: " ").first?.split(separator: ",").first
      }
      return Section(
        heading: section.heading,
        lines: wrapped(names.joined(separator: ", "), to: columns - 2).map { "  " + $0 })
    }
  }

  // MARK: Sections

  /// A heading, empty for the first part, and the lines below it.
  private struct Section {
    var heading: String
    var lines: [String]

    var text: String {
      if heading == "USAGE" { return "USAGE: \(lines.joined())\n" }
      return (heading.isEmpty ? lines : ["\(heading):"] + lines).joined(separator: "\n") + "\n"
    }

    /// The lines, grouped by option, argument or command.
    var entries: [Entry] {
      var entries: [Entry] = []
      for line in lines {
        if line.hasPrefix("  "), !line.hasPrefix("   ") {
          entries.append(Entry(lines: [line]))
        } else if !entries.isEmpty {
          entries[entries.count - 1].lines.append(line)
        }
      }
      return entries
    }
  }

  private struct Entry {
    var lines: [String]

    /// The name of an option, without dashes; nil for another entry.
    var option: String? {
      guard let first = lines.first?.firstMatch(of: /^  (?:-\w, )?--([a-z-]+)/) else { return nil }
      return String(first.1)
    }
  }

  /// Splits ArgumentParser's text into sections.
  private static func sections(of text: String) -> [Section] {
    var sections: [Section] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let heading = line.firstMatch(of: /^([A-Z][A-Z ]*):(?: (.*))?$/) {
        let isFirst = heading.1 == "OVERVIEW"
        sections.append(
          Section(
            heading: isFirst ? "" : String(heading.1).replacing(" SUBCOMMANDS", with: ""),
            lines: heading.2.map { [String($0)] } ?? []))
      } else if !sections.isEmpty {
        sections[sections.count - 1].lines.append(String(line))
      }
    }
    for index in sections.indices {
      while sections[index].lines.last?.isEmpty == true { sections[index].lines.removeLast() }
    }
    return sections
  }

  /// Rewrites usage, arguments and help itself in heapscope's style.
  private func reword(_ section: inout Section) {
    switch section.heading {
    case "USAGE": section.lines = [Self.usage(command)]
    case "ARGUMENTS":
      for word in command.map(PlainWord.all) ?? [] {
        let old = "  <\(word.name)>"
        guard let index = section.lines.firstIndex(where: { $0.hasPrefix(old) }) else { continue }
        let rest = section.lines[index].dropFirst(old.count).drop { $0 == " " }
        section.lines[index] = ("  " + word.shown).padded(to: Self.column) + rest
      }
    default:
      section.lines.removeAll { $0.contains("See 'heapscope help") }
      while section.lines.last?.isEmpty == true { section.lines.removeLast() }
      section.lines = section.lines.map {
        $0.replacing("Show help information.", with: "Show what is used most (-h), or all of it.")
      }
    }
  }

  /// The column where ArgumentParser's descriptions begin.
  private static let column = 26
}

extension PlainWord {
  /// The name in help.
  fileprivate var shown: String {
    if name == "words" { return "PATTERN PROFILE…" }
    return (isRepeated && name.hasSuffix("s") ? String(name.dropLast()) : name).uppercased()
      + (isRepeated ? "…" : "")
  }

  /// The name in the usage line.
  fileprivate var usage: String {
    if name == "words" { return "PATTERN [PROFILE…]" }
    return isNeeded ? shown : "[\(shown)]"
  }
}
