import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Completions in the shells themselves")
struct ShellCompletionTests {
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.write("order.pb.gz", "")
    try folder.write("orders/kept", "")
    try folder.write("with blank.pb", "")
    let profile = Repository.fixtures.appending(path: "go1.27/orderlog.incident.pb.gz").path
    let run = try runTool(["top", profile], in: folder)
    try #require(run.status == 0)
  }

  /// What is typed, and what the line shows after one or two tabs.
  private static let lines = [
    ("ord", ["order"]), ("expl", ["explain "]), ("top --color=al", ["always "]),
    ("top --sample-index=al", ["alloc_objects", "alloc_space"]),
    ("top --sample-index al", ["alloc_objects", "alloc_space"]),
    ("peek main.ne", ["main.newOrder "]), ("focus main.ne", ["main.newOrder "]),
    ("list main.main", ["main.main", "main.main.func1"]),
    ("explain map-f", ["map-format "]), ("help gc", ["gctrace "]), ("help map-f", ["map-format "]),
    ("watch --into o", ["orders/"]), ("top with", ["with\\ blank.pb "]),
    ("check --budget map-fo", ["map-format\\<5%"]), ("--color=always to", ["top"]),
  ]

  /// Types into a shell of its own, and waits for the expected text.
  private static let typing = """
    import json, os, pty, select, signal, sys, time
    argv, setup, lines = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    def read(words, seconds):
        text, end = "", time.time() + seconds
        while time.time() < end and not all(word in text for word in words):
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    text += os.read(terminal, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        return text
    os.write(terminal, (setup + "; echo read''y\\n").encode())
    read(["ready"], 10)
    for line, words in lines:
        os.write(terminal, f"heapscope {line}\\t".encode())
        text = read(words, 1)
        # The second tab lists what there is, where there are several.
        if not all(word in text for word in words):
            os.write(terminal, b"\\t")
            text += read(words, 5)
        if not all(word in text for word in words):
            print(line, "gives", repr(text))
        os.write(terminal, b"\\x15")
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    """

  private func expectCompletions(_ shell: [String], setup: String) throws {
    let lines = Self.lines.map { [$0.0, $0.1] as [Any] }
    let plan = try JSONSerialization.data(withJSONObject: [shell, setup, lines] as [Any])
    try folder.write("typing.py", Self.typing)
    let script = """
      mkdir -p bin; ln -sf "$0" bin/heapscope
      export PATH=$PWD/bin:/usr/bin:/bin TERM=dumb
      python3 typing.py "$1"
      """
    let run = try runTool(
      [String(decoding: plan, as: UTF8.self)], in: folder, atFolder: true, script: script)
    #expect(run.text == "", "\(run.messages)")
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test("bash completes commands, files, values and functions")
  func bash() throws {
    try expectCompletions(
      ["bash", "--norc", "--noprofile", "-i"],
      setup: "PS1=; bind 'set show-all-if-ambiguous on'; bind 'set bell-style none'; "
        + "source <(heapscope --generate-completion-script bash)")
  }

  @Test(
    "zsh completes commands, files, values and functions",
    .enabled(if: Tools.path("zsh") != nil, "zsh is not installed"))
  func zsh() throws {
    try expectCompletions(
      ["zsh", "-f", "-i"],
      setup: "PS1=; autoload -U compinit; compinit -u -D; "
        + "source <(heapscope --generate-completion-script zsh)")
  }

  @Test(
    "fish completes commands, files, values and functions",
    .enabled(if: Tools.path("fish") != nil, "fish is not installed"))
  func fish() throws {
    let script = """
      mkdir -p bin; ln -sf "$0" bin/heapscope
      export PATH=$PWD/bin:/usr/bin:/bin TERM=dumb
      heapscope --generate-completion-script fish >script.fish
      fish --private -c 'source script.fish; for line in $argv
        echo -- "-- $line"; complete -C "heapscope $line"; end' "$@"
      """
    let run = try runTool(
      Self.lines.map(\.0) + ["report --base=ord"], in: folder, atFolder: true, script: script)
    let answers = Dictionary(
      run.text.components(separatedBy: "-- ").dropFirst().map { part in
        let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
        return (String(lines[0]), lines.dropFirst().joined(separator: "\n"))
      }
    ) { first, _ in first }
    for (line, words) in Self.lines {
      for word in words {
        // It is fish that quotes and adds the blank, on its line.
        let plain = word.replacing("\\", with: "").trimmingCharacters(in: .whitespaces)
        #expect(answers[line]?.contains(plain) == true, "\(line): \(answers[line] ?? "")")
      }
    }
    #expect(answers["report --base=ord"]?.contains("--base=order.pb.gz") == true)
  }
}
