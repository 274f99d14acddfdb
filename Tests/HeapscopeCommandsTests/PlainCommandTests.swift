import ArgumentParser
import Testing

@testable import HeapscopeCommands

@Suite("Command lines read without ArgumentParser")
struct PlainCommandTests {
  private static let types: [any PlainCommand.Type] = HeapscopeCommand.configuration
    .groupedSubcommands.flatMap(\.subcommands).compactMap { $0 as? any PlainCommand.Type }

  private func text(_ command: any ParsableCommand) -> String {
    var text = ""
    dump(command, to: &text)
    return text
  }

  /// The first line in which two commands differ; empty where they are the same. The
  /// titles of option groups are only there for the help.
  private func difference(_ one: any ParsableCommand, _ other: any ParsableCommand) -> String {
    let lines = [one, other].map { command in
      text(command).split(separator: "\n").filter { !$0.contains("- title: ") }
    }
    if lines[0].count != lines[1].count { return "not as many lines" }
    return zip(lines[0], lines[1]).first { $0 != $1 }.map { "\($0) / \($1)" } ?? ""
  }

  @Test("mean what ArgumentParser says they mean, to every option")
  func same() throws {
    #expect(Self.types.count == 17)
    let lines = [
      "a.pb", "a.pb b.pb.gz", "./a --sample-index=alloc_space", "--inuse-space a.pb",
      "--inuse-objects a.pb",
      "--alloc-space a.pb", "--alloc-objects a.pb b", "--cum --lines a.pb",
      "--flat --addresses a.pb",
      "--nodecount=20 --nodefraction=0.1 --edgefraction=0 a.pb", "--nodecount=-1 a.pb",
      "--no-trim a.pb",
      "--focus=x=y --ignore=- --hide=a;b --show=. a.pb", "--output=o.txt --unit=MB a.pb",
      "--files a.pb",
      "--functions --noinlines a.pb", "--filefunctions a.pb", "é.pb 日本",
    ]
    for type in Self.types {
      for line in lines {
        let words = line.split(separator: " ").map(String.init)
        let read: (any ParsableCommand)? = type.plain(words[...])
        let plain = try #require(read, "\(type) \(line)")
        #expect(difference(plain, try type.parse(words)) == "", "\(type) \(line)")
      }
    }
  }

  @Test("without any word, where a command needs none")
  func bare() {
    for type in Self.types {
      let parsed: (any ParsableCommand)? = try? type.parse([])
      let plain: (any ParsableCommand)? = type.plain([])
      #expect((plain == nil) == (parsed == nil), "\(type)")
      if let plain, let parsed { #expect(difference(plain, parsed) == "", "\(type)") }
    }
  }

  @Test(
    "are left to ArgumentParser where it has more to say",
    arguments: [
      "--help", "-h", "-o x a", "--", "a -", "--focus a", "--focus= a", "--nodecount=many a",
      "--nodefraction=2 a", "--cum --cum a", "--cum=1 a", "--lines --files a", "--cum --flat a",
      "--sample-index=inuse_space --alloc-space a", "--tagfocus=x a", "--no-such-option a",
      "--version", "--sampleindex=x a",
    ])
  func left(line: String) {
    for type in Self.types {
      let plain: (any ParsableCommand)? = type.plain(
        line.split(separator: " ").map(String.init)[...])
      #expect(plain == nil, "\(type)")
    }
  }
}
