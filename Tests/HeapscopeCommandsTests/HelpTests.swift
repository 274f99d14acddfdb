import ArgumentParser
import HeapscopeTestSupport
import Testing

@testable import HeapscopeCommands

@Suite("Help")
struct HelpTests {
  @Test("-h shows the most common options on one screen, --help shows all; both begin alike")
  func lengths() {
    for command in HeapscopeCommand.commands {
      let name = command._commandName
      let abstract = command.configuration.abstract
      let short = heapscope([name, "-h"], columns: 80)
      let long = heapscope([name, "--help"], columns: 80)
      #expect(short.status == 0 && long.status == 0)
      let lines = short.text.split(separator: "\n", omittingEmptySubsequences: false)
      // The syntax of budgets is more than a screen's.
      #expect(lines.count <= (name == "check" ? 60 : 47), "\(name): \(lines.count)")
      #expect(lines.allSatisfy { $0.count <= 100 }, "\(name)")
      for text in [short.text, long.text] {
        #expect(text.replacing("\n", with: " ").hasPrefix(abstract + " "), "\(name)")
      }
      for entry in DeclaredOptions(command).entries
      where !["total-delay", "contentions", "mean-delay"].contains(entry.name) {
        #expect(long.text.contains("--\(entry.name)"), "\(name) \(entry.name)")
      }
      #expect(short.text.contains("'heapscope \(name) --help' lists all "), "\(name)")
      #expect(long.text.contains("\nUSAGE: heapscope \(name) [OPTIONS]"), "\(name)")
      #expect(!long.text.contains("SUBCOMMAND") && !long.text.contains("OVERVIEW"), "\(name)")
    }
    let root = heapscope(["-h"], columns: 80).text
    #expect(root.split(separator: "\n").count < 40)
    let names = HeapscopeCommand.commands.map { $0._commandName }
    for name in names {
      #expect(root.contains(name), "\(name)")
    }
    #expect(root.contains("\nUSAGE: heapscope [COMMAND] [OPTIONS] [PROFILE…]\n"))
  }

  @Test(
    "help of a command is the same in every place",
    arguments: [
      ["help", "top"], ["--help", "top"], ["top", "--help"], ["help", "text"],
      ["top", "--help", "nosuch.pb.gz"], ["-top", "--help"],
    ])
  func places(arguments: [String]) {
    #expect(heapscope(arguments).output == heapscope(["top", "-help"]).output)
  }

  @Test("help of a rule is what explain says")
  func rules() {
    #expect(
      heapscope(["help", "map-format"]).output == heapscope(["explain", "map-format"]).output)
  }

  @Test(
    "help for an unknown topic is a mistake on the command line",
    arguments: ["tpo", "nosuch", "weblist", "-x"])
  func unknown(word: String) {
    let run = heapscope(["help", word])
    if word == "-x" {
      #expect(run.status == 0)
    } else {
      #expect(run.status == 64)
      #expect(run.output.isEmpty)
      #expect(run.messages.count == 1)
    }
  }

  @Test(
    "--version works in each spelling", arguments: ["--version", "-version", "-V", "version"])
  func version(argument: String) {
    #expect(heapscope([argument]).text == programVersion + "\n")
  }
}
