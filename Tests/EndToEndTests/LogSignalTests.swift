import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Logs that go on")
struct LogSignalTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test(
    "Ctrl-C ends gctrace in a pipe with a report of what was read", arguments: ["INT", "TERM"])
  func interrupted(signal: String) throws {
    let line =
      "gc $n @$n.5s 2%: 0.1+1+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, 4->5->2 MB, 6 MB goal, 4 P"
    // The program that writes continues until it is ended itself.
    let run = try runTool(
      ["gctrace", "-"], in: folder,
      script: """
        # Without job control what runs beside ignores SIGINT.
        set -m
        mkfifo "$HOME/log"
        "$0" "$@" < "$HOME/log" &
        tool=$!
        exec 3> "$HOME/log"
        for n in 1 2 3; do echo "\(line)" >&3; done
        sleep 2
        kill -\(signal) $tool
        wait $tool
        """)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.hasPrefix("GC TRACE  3 collections over 2s\n"), "\(run.text)")
    // The shell reports that its job is done.
    #expect(!run.messages.contains("heapscope"), "\(run.messages)")
  }

  @Test("gctrace on a terminal shows the log as it arrives, and restores the terminal")
  func live() throws {
    let script = Tools.path("script")
    guard let script else { return }
    let line =
      "gc $n @$n.5s 2%: 0.1+1+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, 4->5->2 MB, 6 MB goal, 4 P"
    let run = try runTool(
      [], in: folder, environment: ["TERM=xterm"],
      script: """
        cat > "$HOME/run" <<END
        (for n in 1 2 3; do echo "\(line.replacing("$n", with: "\\$n"))"; sleep 0.6; done) | "$0" gctrace -
        END
        "\(script)" -qec "bash $HOME/run" /dev/null
        """)
    #expect(run.status == 0, "\(run.messages)")
    let parts = run.text.components(separatedBy: "\u{1b}[?1049l")
    try #require(parts.count == 2, "\(run.text)")
    #expect(parts[0].contains("lines read; q ends with the report"))
    #expect(parts[1].contains("3 collections"))
  }
}
