import ArgumentParser
import Foundation
import HeapscopeTestSupport
import Testing

@testable import HeapscopeCommands

@Suite("What shells are offered")
struct CompletionTests {
  private static let profile = "go1.27/orderlog.incident.pb.gz"

  /// The offered words, and what else may be here.
  private func offered(
    _ shell: String, _ words: [String], home: URL? = nil
  ) -> (words: [String], rest: String) {
    let run = heapscope(["---complete", shell] + words, home: home)
    #expect(run.status == 0)
    #expect(run.messages == [])
    var lines = run.text.split(separator: "\n").map {
      String($0.prefix { $0 != "\t" })
    }
    let rest = lines.popLast() ?? ""
    return (lines, rest)
  }

  @Test("completion offers commands, files, help and pprof's report options for the first word")
  func first() {
    let all = offered("zsh", [""])
    #expect(Set(all.words).isSuperset(of: HeapscopeCommand.commandNames + ["help"]))
    #expect(all.rest == ":files")
    #expect(offered("zsh", ["ord"]).words == [])
    #expect(offered("zsh", ["ord"]).rest == ":files")
    #expect(offered("zsh", ["-ht"]).words == ["-http"])
    #expect(offered("zsh", ["--vers"]).words == ["--version"])
  }

  @Test("completion offers all options of every command, with their descriptions")
  func options() {
    for command in HeapscopeCommand.commands {
      let name = command._commandName
      let words = Set(offered("fish", [name, "--"]).words)
      let spellings = DeclaredOptions(command).entries.map { "--\($0.name)" }
      let hidden: Set = ["--total-delay", "--contentions", "--mean-delay"]
      #expect(words.isSuperset(of: Set(spellings).subtracting(hidden)), "\(name)")
    }
    let text = heapscope(["---complete", "fish", "top", "--nodecou"]).text
    #expect(text == "--nodecount\tThe most rows to show; 0 for all.\n:nothing\n")
  }

  @Test(
    "completion offers an option's values in each of its spellings",
    arguments: [
      ("zsh", ["top", "--format", "m"], ["markdown"]),
      ("zsh", ["top", "--format=m"], ["markdown"]),
      ("fish", ["top", "--format=m"], ["--format=markdown"]),
      ("bash", ["top", "--format", "=", "m"], ["markdown"]),
      ("bash", ["top", "--color", "="], ["auto", "always", "never"]),
      ("zsh", ["top", "-unit", "k"], ["kB"]),
      ("zsh", ["-top", "-unit=k"], ["kB"]),
      ("zsh", ["check", "--budget", "map-fo"], ["map-format<5%"]),
      ("zsh", ["explain", "map-fo"], ["map-format"]),
      ("zsh", ["help", "map-fo"], ["map-format"]), ("zsh", ["help", "mer"], ["merge"]),
      ("zsh", ["top", "--nodecount", ""], []), ("zsh", ["top", "--focus=x"], []),
    ] as [(String, [String], [String])])
  func values(shell: String, words: [String], expected: [String]) {
    #expect(offered(shell, words).words == expected)
  }

  @Test(
    "completion offers the sample types and functions of the profile that is named or was read last"
  )
  func profiles() {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: home) }
    #expect(offered("zsh", ["peek", "main."], home: home).words == [])
    let named = ["top", Self.profile, "--sample-index", "in"]
    #expect(offered("zsh", named, home: home).words == ["inuse_objects", "inuse_space"])
    // Completing is not reading the profile.
    #expect(offered("zsh", ["peek", "main."], home: home).words == [])
    #expect(heapscope(["top", Self.profile], home: home).status == 0)
    for command in ["peek", "list", "focus"] {
      let functions = offered("zsh", [command, "main.new"], home: home)
      #expect(functions.words == ["main.newOrder"], "\(command)")
      #expect(offered("zsh", [command, "main.new", "ord"], home: home).rest == ":files")
    }
    #expect(offered("zsh", ["top", "--sample-index=alloc_s"], home: home).words == ["alloc_space"])
  }

  @Test("completion of a meaningless line offers nothing, or files, and never fails")
  func senseless() {
    for words in [
      ["--", "-"], ["-", "-", "="], ["=", "="], ["\u{1b}[31m"], ["top", "--nosuch", "x"],
      ["help", "top", ""],
      ["diff", "a", "b", "c"], ["-weblist", "f", ""], [],
    ] {
      for shell in ["bash", "zsh", "fish", "tcsh", ""] { _ = offered(shell, words) }
    }
  }

  @Test("completion scripts exist only for known shells")
  func scripts() {
    for shell in ["bash", "zsh", "fish"] {
      let run = heapscope(["--generate-completion-script", shell])
      #expect(run.status == 0)
      #expect(run.text.contains("---complete \(shell) "), "\(shell)")
      #expect(heapscope(["--generate-completion-script=\(shell)"]).output == run.output)
    }
    let other = heapscope(["--generate-completion-script", "tcsh"])
    #expect(other.status == 64)
    #expect(
      other.messages == [
        "heapscope: --generate-completion-script 'tcsh': give bash, zsh or fish"
      ])
  }
}
