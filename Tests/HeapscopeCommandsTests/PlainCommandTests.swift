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
    #expect(Self.types.count == 20)
    let lines = [
      "a.pb b", "./a --sample-index=alloc_space --cum --lines --nodecount=20 --output=o.txt",
      "--inuse-space --files --flat --nodecount=-1 a.pb", "--inuse-objects --functions a.pb",
      "--alloc-space --addresses --nodefraction=0.1 --edgefraction=0 --no-trim a.pb",
      "--alloc-objects --filefunctions --noinlines --unit=MB a.pb b",
      "--focus=x=y --ignore=- --hide=a;b --show=. é.pb 日本",
      "--show-from=a --prune-from=b --tagfocus=k=v --tagignore=1kb: --tagshow=x a.pb",
      "--taghide=x --tagroot=a,b --tagleaf=c --trim-path=/a --source-path=/b a.pb",
      "--packages --showcolumns --mean --relative-percentages --call-tree a.pb",
      "--modules --compact-labels --drop-negative --symbolize=none --base=x.pb a.pb",
      "--diff-base=x.pb --normalize a.pb",
    ]
    for type in Self.types {
      // The options are the same for all.
      let own = type is any PlainPatternCommand.Type ? ["--match=x a.pb"] : []
      let merge = type is MergeCommand.Type ? [lines[lines.count - 1], "--output=o a b"] : []
      for line in (type is TopCommand.Type ? lines : [lines[0]]) + own + merge {
        let words = line.split(separator: " ").map(String.init)
        let read: (any ParsableCommand)? = type.plain(words[...])
        let plain = try #require(read, "\(type) \(line)")
        #expect(difference(plain, try type.parse(words)) == "", "\(type) \(line)")
      }
    }
  }

  @Test("that a command does not have are ArgumentParser's to refuse")
  func foreign() {
    for line in ["--focus=x a b", "--sample-index=1 a", "--lines a", "--nodecount=1 a"] {
      let words = line.split(separator: " ").map(String.init)
      #expect(MergeCommand.plain(words[...]) == nil, "\(line)")
    }
  }

  @Test("without any word, where a command needs none")
  func bare() {
    for type in Self.types {
      let plain: (any ParsableCommand)? = type.plain([])
      #expect((plain == nil) == ((try? type.parse([])) == nil), "\(type)")
    }
  }

  @Test(
    "are left to ArgumentParser where it has more to say",
    arguments: [
      "--help", "-h", "-o x a", "--", "a -", "--focus a", "--focus= a", "--nodecount=many a",
      "--nodefraction=2 a", "--cum --cum a", "--cum=1 a", "--lines --files a", "--cum --flat a",
      "--sample-index=inuse_space --alloc-space a", "--divide-by=2 a", "--no-such-option a",
      "--base=x --diff-base=y a", "--normalize a", "--symbolize=maybe a", "--packages --lines a",
      "--version", "--sampleindex=x a", "--match a",
    ])
  func left(line: String) {
    for type in Self.types {
      let plain: (any ParsableCommand)? = type.plain(
        line.split(separator: " ").map(String.init)[...])
      #expect(plain == nil, "\(type)")
    }
  }
}
