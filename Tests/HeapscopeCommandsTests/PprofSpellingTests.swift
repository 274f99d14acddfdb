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
    "rewriting pprof's spelling leaves values alone, whatever they look like",
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
