import Foundation
import HeapscopeTestSupport
import Testing

/// A command line of a document and the output shown below it.
struct DocumentedCommand: CustomTestStringConvertible, Sendable {
  var line: String
  var output: [String]
  var testDescription: String { line }

  /// The command lines of a document's `console` blocks that begin with `$ heapscope`.
  static func all(in path: String) -> [DocumentedCommand] {
    var result: [DocumentedCommand] = []
    var isInside = false
    for line in ((try? Repository.text(path)) ?? "").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        result.append(DocumentedCommand(line: String(line.dropFirst(2)), output: []))
      } else if isInside, !result.isEmpty {
        result[result.count - 1].output.append(String(line))
      }
    }
    return result
  }

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
}

@Suite("README and docs")
struct ReadmeTests {
  private static let commands = ["README.md", "docs/check.md"].flatMap(DocumentedCommand.all)

  @Test("the README has examples of commands")
  func examples() {
    #expect(Self.commands.count >= 6)
    for command in Self.commands { #expect(command.line.hasPrefix("heapscope ")) }
  }

  @Test("documents show what their commands print", arguments: commands)
  func output(command: DocumentedCommand) {
    let result = run(command.arguments)
    // A check that shows a budget exceeded says so with its status.
    #expect(result.status == (result.text.contains("budgets exceeded") ? 1 : 0))
    #expect(result.messages == [])
    if command.line.contains(" | ") { return }
    var lines = result.text.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    while lines.last == "" { lines.removeLast() }
    // A line with an ellipsis alone stands for the rest.
    var expected = command.output
    if expected.last == "…" {
      expected.removeLast()
      lines = Array(lines.prefix(expected.count))
    }
    func trimmed(_ lines: [String]) -> [String] {
      lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
    }
    #expect(trimmed(lines) == trimmed(expected))
  }

  private static let documents = [
    "README.md", "docs/flame.md", "docs/from-pprof.md", "docs/troubleshooting.md", "docs/schema.md",
    "docs/design.md", "docs/check.md", "docs/live.md", "docs/trend.md", "docs/rules-file.md",
    "docs/gctrace.md",
    "docs/goroutines.md", "docs/held.md", "docs/logs.md", "docs/fleet.md", "CHANGELOG.md",
  ]

  /// The options of other programs that the documents name.
  private static let foreign: Set<String> = [
    "--colors", "--countname", "--bench", "--title", "--format=lzma", "--help",
    // pprof's and jeprof's.
    "--raw",
    // Those of engines, in docs/fleet.md.
    "--conf", "--source", "--autodetect",
  ]

  /// The options that some command has.
  private static let known: Set<String> = {
    let commands = [
      "top", "hotspots", "focus", "diff", "explain", "trend", "gctrace", "goroutines", "held",
      "peek",
      "list", "merge", "fleet", "export", "proto",
      "check", "bench", "held", "flame", "report", "watch",
    ]
    let help = commands.map { run([$0, "--help"]).text }.joined()
    return Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.0) })
  }()

  @Test("documents name only options that exist", arguments: documents)
  func options(document: String) throws {
    let named = try Repository.text(document).matches(of: /(?:^|[ `(])(--[a-z][a-z-]+)/).map {
      String($0.1)
    }
    #expect(Set(named).subtracting(Self.known).subtracting(Self.foreign) == [])
  }

  @Test(
    "links in documents lead to files that exist",
    arguments: documents + ["CONTRIBUTING.md", "docs/pprof-semantics.md"])
  func links(document: String) throws {
    let folder = Repository.root.appending(path: document).deletingLastPathComponent()
    for match in try Repository.text(document).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
      let target = folder.appending(path: String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: target), "\(match.1)")
    }
  }
}
