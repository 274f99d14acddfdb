import ArgumentParser
import Testing

@testable import HeapscopeCommands

@Suite("pprof's spelling of options")
struct PprofSpellingTests {
  /// The command line as ArgumentParser gets it.
  private func spelled(_ arguments: [String]) throws(CommandFailure) -> [String] {
    let line = try CommandWords(arguments)
    return line.name.split(separator: " ").dropFirst().map(String.init) + line.words
  }

  @Test(
    "pprof's spelling of options is rewritten into heapscope's",
    arguments: [
      (["top", "--cum", "f"], ["top", "--cum", "f"]),
      (["-top", "f"], ["top", "f"]),
      (["--top", "f"], ["top", "f"]),
      (["-cum", "-top", "f"], ["top", "--cum", "f"]),
      (["top", "-sample_index=alloc_space", "f"], ["top", "--sample-index=alloc_space", "f"]),
      (["top", "--sample_index", "alloc_space", "f"], ["top", "--sample-index=alloc_space", "f"]),
      (["top", "--sample-index=a_b", "f"], ["top", "--sample-index=a_b", "f"]),
      (["top", "-trim=false", "f"], ["top", "--no-trim", "f"]),
      (["top", "-trim=true", "f"], ["top", "--trim", "f"]),
      (["flame", "--no-trim", "f"], ["flame", "--no-trim", "f"]),
      (["top", "-cum=false", "-lines=1", "f"], ["top", "--lines", "f"]),
      (["-peek=fmt\\.Spr", "f"], ["peek", "--match=fmt\\.Spr", "f"]),
      (["-peek", "fmt", "f"], ["peek", "--match=fmt", "f"]),
      (["-list=x=y", "f"], ["list", "--match=x=y", "f"]),
      (["peek", "fmt", "f"], ["peek", "fmt", "f"]),
      (["top", "-diff_base=a_b.gz", "f"], ["top", "--diff-base=a_b.gz", "f"]),
    ])
  func rewritten(arguments: [String], expected: [String]) throws {
    #expect(try spelled(arguments) == expected)
  }

  @Test(
    "options in pprof's spelling may come before the command",
    arguments: [
      (["--color=always", "top", "f"], ["top", "--color=always", "f"]),
      (["--color", "always", "top", "f"], ["top", "--color=always", "f"]),
      (["-cum", "-focus", "top", "tree", "f"], ["tree", "--cum", "--focus=top", "f"]),
      (["--every=5s", "watch", "u"], ["watch", "--every=5s", "u"]),
      (["-cum", "f", "top"], ["--cum", "f", "top"]),
      (["--cum", "--", "top"], ["--cum", "--", "top"]),
      (["-o", "x", "top", "f"], ["top", "--output=x", "f"]),
      (["--help", "top"], ["top", "--help"]),
    ])
  func beforeTheCommand(arguments: [String], expected: [String]) throws {
    #expect(try spelled(arguments) == expected)
  }

  @Test(
    "pprof's other ways to request a report lead to the equivalent",
    arguments: [
      (["-http=:8080", "f"], ["report", "--http=:8080", "f"]),
      (["-http", ":8080", "-alloc_space", "f"], ["report", "--http=:8080", "--alloc-space", "f"]),
      (["-no_browser", "-http=:0", "f"], ["report", "--http=:0", "--no-browser", "f"]),
      (["-web", "f"], ["report", "--open", "f"]),
      (["web", "f"], ["report", "--open", "f"]),
      (["-gif", "f"], ["gif", "f"]), (["-ps", "-o", "x", "f"], ["ps", "--output=x", "f"]),
      (["top10", "f"], ["top", "--nodecount=10", "f"]),
      (["-top10", "f"], ["top", "--nodecount=10", "f"]),
      (["--tree5", "-cum", "f"], ["tree", "--nodecount=5", "--cum", "f"]),
      (["text3", "f"], ["text", "--nodecount=3", "f"]),
      (["top", "-n", "3", "f"], ["top", "--nodecount=3", "f"]),
      (["-n=3", "-top", "f"], ["top", "--nodecount=3", "f"]),
    ])
  func habits(arguments: [String], expected: [String]) throws {
    #expect(try spelled(arguments) == expected)
  }

  @Test(
    "a pprof report that heapscope does not have gets one line that names the equivalent",
    arguments: [
      (["-kcachegrind", "f"], "-kcachegrind: 'heapscope callgrind -o"),
      (["-weblist", "f", "P"], "-weblist: 'heapscope list PATTERN PROFILE'"),
      (["-weblist=f", "P"], "-weblist: 'heapscope list PATTERN PROFILE'"),
      (["weblist", "f", "P"], "weblist: 'heapscope list PATTERN PROFILE'"),
      (["-disasm", "f", "BIN", "P"], "-disasm: heapscope reads no machine code"),
      (["-interactive", "P"], "-interactive: the shell is the one you are in"),
      (["-gv", "P"], "-gv: 'heapscope ps -o heap.ps PROFILE'"),
      (["-eps", "P"], "-eps: 'heapscope dot PROFILE | dot -Teps'"),
      (["-http"], "-http: the value is missing; write it as in -http=localhost:8080"),
      (["top", "-http=:8080", "P"], "-http: asks for a report of its own; leave 'top' out"),
      (["help", "tpo"], "there is no help for 'tpo': did you mean 'top'?"),
      (["help", "map-fromat"], "there is no help for 'map-fromat': did you mean 'map-format'?"),
      (["--verison"], "unknown option '--verison': did you mean '--version'?"),
    ])
  func instead(arguments: [String], message: String) {
    let failure = #expect(throws: CommandFailure.self) { try spelled(arguments) }
    #expect(failure?.status == .usage)
    #expect(failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("\n") == false)
  }

  @Test("every option and shell word of pprof for a report leads somewhere")
  func commandsThere() {
    let names = HeapscopeCommand.commandNames
    for (name, habit) in PprofHabit.table {
      switch habit {
      case .same, .pattern: #expect(names.contains(name), "\(name)")
      case .value(let words), .words(let words):
        #expect(names.contains(words[0]), "\(name)")
      case .instead(let text):
        #expect(text.contains("'heapscope ") || text.contains("leave it out"), "\(name)")
      }
    }
    // `commands` of pprof's internal/driver/commands.go, and its flags for the web page.
    let pprofs = [
      "callgrind", "comments", "disasm", "dot", "eog", "evince", "gif", "gv", "http", "kcachegrind",
      "list", "pdf", "peek", "png", "proto", "ps", "raw", "svg", "tags", "text", "top", "topproto",
      "traces", "tree", "web", "weblist",
    ]
    for name in pprofs { #expect(PprofHabit.table[name] != nil, "\(name)") }
  }

  @Test("every option of every command is known in pprof's spelling")
  func allOptions() throws {
    for command in HeapscopeCommand.commands {
      let help = command.helpMessage(includeHidden: true, columns: 200)
      // As ArgumentParser lists them: `-o, --output <file>`.
      var listed: [String] = []
      for match in help.matches(of: /\n  (-[a-z], )?(--[^\s<]+)/) {
        listed += match.2.split(separator: "/").map { String($0.dropFirst(2)) }
        if let letter = match.1 { listed.append(String(letter.dropFirst().prefix(1))) }
      }
      listed.removeAll { ["help", "h", "version"].contains($0) }
      let table = DeclaredOptions(command)
      #expect(listed.isEmpty == false)
      for name in listed {
        let positive =
          name.hasPrefix("no-") && table[name] == nil ? String(name.dropFirst(3)) : name
        #expect(table[positive] != nil, "\(command._commandName) \(name)")
        #expect(
          (table[positive]?.kind != nil) == help.contains("--\(name) <") || name.count == 1,
          "\(command._commandName) \(name)")
      }
    }
  }

  @Test(
    "rewriting pprof's spelling leaves values unchanged, whatever they look like",
    arguments: [
      (["top", "-focus=-top", "f"], ["top", "--focus=-top", "f"]),
      (["top", "-focus", "-cum", "f"], ["top", "--focus=-cum", "f"]),
      (["top", "--focus", "a_b=c", "f"], ["top", "--focus=a_b=c", "f"]),
      (["top", "-tagfocus=key_1=v_1"], ["top", "--tagfocus=key_1=v_1"]),
      (["top", "-"], ["top", "-"]),
      (["top", "--", "-cum", "-top"], ["top", "--", "-cum", "-top"]),
    ])
  func values(arguments: [String], expected: [String]) throws {
    #expect(try spelled(arguments) == expected)
  }

  @Test(
    "an empty value in pprof's spelling means the default",
    arguments: [
      (["top", "-focus=", "f"], ["top", "f"]),
      (["top", "-focus", "", "f"], ["top", "f"]),
      (["top", "--output=", "f"], ["top", "f"]),
      // An empty unit is no default: it is the base unit without a name.
      (["top", "-unit=", "f"], ["top", "--unit=count", "f"]),
    ])
  func emptyValues(arguments: [String], expected: [String]) throws {
    #expect(try spelled(arguments) == expected)
  }

  @Test(
    "a spelling that fits no option is refused",
    arguments: [
      ("-trim=maybe", "--trim 'maybe': give true or false"),
      ("-cum=", "--cum '': give true or false"),
      ("-nodecount=", "--nodecount '': give a whole number; 0 shows all"),
      ("--module=", "--module '': give the path of a Go module, such as example.com/shop"),
    ])
  func refused(argument: String, message: String) {
    let failure = #expect(throws: CommandFailure.self) {
      try spelled(["hotspots", argument, "f"])
    }
    #expect(failure?.message == message)
    #expect(failure?.status == .usage)
  }

  @Test(
    "a size is a number with a unit of bytes",
    arguments: [
      ("0", nil), ("17", 17), ("5B", 5), ("3kB", 3072), ("3KiB", 3072), ("512MB", 536_870_912),
      ("2g", 2_147_483_648), ("8GB", 8_589_934_592), ("1mib", 1_048_576), ("", nil), ("MB", nil),
      ("-1", nil), ("1.5GB", nil), ("1TB", nil), ("1 GB", nil), ("9999999999999GB", nil),
      ("99999999999999999999", nil), ("٣", nil),
    ] as [(String, Int?)])
  func sizes(text: String, bytes: Int?) {
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }
}
