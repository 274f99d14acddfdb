import Foundation
import HeapscopeTestSupport
import Testing

@Suite("heapscope watch")
struct WatchTests {
  private let folder: TestFolder
  private let server: LiveServer

  init() throws {
    folder = try TestFolder()
    server = try LiveServer.recorded.get()
  }

  /// The folder for the snapshots.
  private var into: String { folder.path("snapshots") }

  private func watch(
    _ url: String, _ options: [String], signal: (number: Int32, afterSeconds: Double)? = nil
  ) throws -> ProgramRun {
    try runTool(["watch", url, "--into", into] + options, in: folder, signal: signal)
  }

  private func snapshots() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: into).sorted()
  }

  @Test("watch prints one line per snapshot, keeps the snapshots and prints a summary")
  func lines() throws {
    let url = server.changing("grow")
    let run = try watch(url, ["--every=200ms", "--for=1500ms"])
    #expect(run.status == 0, "\(run.messages)")
    let lines = run.text.split(separator: "\n").filter { $0.contains("  inuse_space ") }
    // 100,000 bytes more each time; an unoptimised binary on a busy machine may be slow.
    #expect(lines.count >= 3, "\(run.text)")
    #expect(
      lines[0].contains("  inuse_space 146.48kB  0 (0.0%) in 0s, 0/s  objects 150 0"), "\(lines[0])"
    )
    #expect(lines[1].contains("inuse_space 244.14kB  +97.66kB (+66.7%)"), "\(lines[1])")
    #expect(lines[1].contains("objects 250 +100"))
    #expect(lines[1].hasSuffix("most: +97.66kB main.(*cache).add app/cache.go:10"))
    #expect(run.text.contains("WATCH  \(url)  \(lines.count) snapshots"))
    #expect(run.text.contains("heapscope trend ~/snapshots"), "a shell takes it so")
    // The summary has the one line that grew, and not the one that stays.
    let summary = run.text.split(separator: "\n").drop { !$0.hasPrefix("WATCH") }
    let grown = summary.filter {
      $0.contains("app/cache.go:10") && $0.contains("main.(*cache).add")
    }
    // In the table, and where it is a suspect once more.
    #expect((1...2).contains(grown.count), "\(run.text)")
    #expect(!summary.contains { $0.contains("main.work") })
    #expect(try snapshots().count == lines.count)
    let paths = try snapshots().map { "\(into)/\($0)" }
    let trend = try runTool(["trend"] + paths, in: folder)
    #expect(trend.status == 0, "\(trend.messages)")
    #expect(trend.text.contains("main.(*cache).add"))
    // The last one is what the next command looks at.
    let next = try runTool(["top"], in: folder)
    #expect(next.messages.contains(paths[paths.count - 1]))
  }

  @Test("watch ends with status 1 after too much growth")
  func growth() throws {
    for (limit, words) in [("150%", "more than 150.0%"), ("200000", "more than 200000 bytes")] {
      let run = try watch(
        server.changing("grow"), ["--every=50ms", "--for=20s", "--on-growth=\(limit)"])
      #expect(run.status == 1)
      #expect(run.messages.contains("has grown by \(words)"), "\(run.messages)")
      // From 150,000 bytes in steps of 100,000: the fourth is the first over either.
      #expect(run.text.contains("4 snapshots"), "\(run.text)")
    }
    let stable = try watch(
      server.url("heap"), ["--every=50ms", "--for=300ms", "--on-growth=0%"])
    #expect(stable.status == 0)
    #expect(stable.text.contains("Nothing changed."))
  }

  @Test("Ctrl-C ends watch with a summary", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let run = try watch(
      server.changing("grow"), ["--every=60s"], signal: (signal, afterSeconds: 1.5))
    #expect(run.status == 0)
    #expect(run.seconds < 5)
    #expect(run.text.contains("1 snapshot in"))
    #expect(run.text.contains("NEXT"))
  }

  @Test("keys change the screen of watch, q ends it, and the terminal is restored")
  func keys() throws {
    guard let script = Tools.path("script") else { return }
    // Debian's script hands a key on when the next one comes.
    let run = try runTool(
      ["watch", server.changing("grow"), "--every=300ms", "--for=15s", "--into", into], in: folder,
      environment: ["TERM=xterm"],
      script: """
        (sleep 2; printf s; sleep 1; printf t; sleep 1; printf '\\033[A'; sleep 0.3; printf q; sleep 0.3; printf x; sleep 1) \
          | "\(script)" -qec "stty rows 30 cols 120; $(printf '%q ' "$0" "$@"); stty -a" /dev/null
        """)
    #expect(run.status == 0, "\(run.messages)")
    let parts = run.text.components(separatedBy: "\u{1b}[?1049l")
    try #require(parts.count == 2, "\(run.text)")
    #expect(
      parts[0].contains("q quit · s sort: growth · t allocated · snapshots go to ~/snapshots"))
    #expect(parts[0].contains("q quit · s sort: size · "))
    #expect(parts[1].contains("app/cache.go:10"), "the summary: \(parts[1])")
    #expect(parts[1].contains(" icanon") && parts[1].contains(" echo "), "\(parts[1])")
  }

  @Test(
    "watch shows the goroutines of a Go service and how often it collects",
    .enabled(if: LiveServer.leakyProgram != nil, "there is no Go"))
  func vitals() throws {
    let leaky = try LiveServer.leaky.get()
    // A page is asked a snapshot, in turn, and two readings make a rate.
    let run = try watch(leaky.address, ["--every=200ms", "--for=4s"])
    #expect(run.status == 0, "\(run.messages)")
    let lines = run.text.split(separator: "\n").filter { $0.contains("  inuse_space ") }
    #expect(lines.contains { $0.contains(#/ goroutines [1-9]\d* /#) }, "\(run.text)")
    #expect(lines.contains { $0.contains(#/ GC \d+\.\d/(s|min)/#) }, "\(run.text)")
    let json = try watch(leaky.address, ["--every=200ms", "--for=1s", "--format=json"])
    #expect(json.text.contains(/"goroutines":[1-9]/), "\(json.text)")
    let summary = try runTool([leaky.address], in: folder)
    #expect(summary.text.contains(/goroutine stacks +\d+(\.\d+)?[kM]B/), "\(summary.text)")
    #expect(summary.text.contains(/held by the runtime +\d+(\.\d+)?MB/), "\(summary.text)")
  }

  @Test("watch on a terminal that can only print lines prints lines")
  func dumb() throws {
    guard let script = Tools.path("script") else { return }
    let run = try runTool(
      ["watch", server.changing("grow"), "--every=100ms", "--for=1s", "--into", into], in: folder,
      environment: ["TERM=dumb"],
      script: #"\#(script) -qec "$(printf '%q ' "$0" "$@")" /dev/null"#)
    #expect(run.status == 0, "\(run.messages)")
    #expect(!run.text.contains("\u{1b}"), "\(run.text)")
    #expect(run.text.contains("most: +97.66kB main.(*cache).add app/cache.go:10"), "\(run.text)")
  }

  @Test("watch reports a failed fetch and tries again")
  func failure() throws {
    let url = server.changing("grow-flaky")
    let run = try watch(url, ["--every=100ms", "--for=2s"])
    #expect(run.status == 0)
    #expect(
      run.messages == "heapscope: \(url): the answer is 503 Service "
        + "Unavailable; the program is in trouble itself; try again; trying again in 100ms\n")
    #expect(run.text.contains("1 fetch failed"))
    #expect(run.text.contains("(+133.3%)"), "\(run.text)")
  }

  @Test(
    "watch without any snapshot ends with the status of the last failure",
    arguments: ["busy", "hang"])
  func noSnapshot(path: String) throws {
    let run = try watch(
      server.url(path), ["--every=300ms", "--for=900ms", "--timeout=200ms"])
    #expect(run.status == 66)
    #expect(run.seconds < 6)
    #expect(run.output.isEmpty)
    #expect(run.messages.contains("trying again in 300ms"))
    #expect(try snapshots() == [])
    let login = try watch(server.url("login"), ["--every=300ms", "--for=500ms"])
    #expect(login.status == 65)
    #expect(login.messages.contains("login: not a pprof profile: it is an HTML page"))
    #expect(try snapshots() == [])
  }

  @Test("watch notices that the program was restarted")
  func restart() throws {
    let run = try watch(server.changing("grow-restart"), ["--every=100ms", "--for=2s"])
    #expect(run.status == 0)
    #expect(
      run.messages.components(separatedBy: "has started anew; growth is counted from here").count
        == 2,
      "\(run.messages)")
  }

  @Test("watch keeps the first snapshot and the last ones")
  func keep() throws {
    let run = try watch(server.changing("grow"), ["--every=50ms", "--for=2s", "--keep=3"])
    #expect(run.status == 0)
    let names = try snapshots()
    #expect(names.count == 3)
    let first = try runTool(
      ["top", "--sample-index=inuse_objects", "\(into)/\(names[0])"], in: folder)
    #expect(first.text.contains("of 150 total"))
  }

  @Test("watch refuses to keep snapshots below a path that is not a folder")
  func noFolder() throws {
    for place in ["/nonexistent/folder/x", try folder.write("file", [1])] {
      let run = try runTool(["watch", server.address, "--into", place], in: folder)
      #expect(run.status == 73)
      #expect(run.messages.contains(place))
      #expect(run.messages.filter(\.isNewline).count == 1)
    }
  }

  @Test(
    "watch sees the leak of a Go service, over a unix socket too",
    .enabled(if: LiveServer.leakyProgram != nil, "there is no Go"))
  func goService() throws {
    let leaky = try LiveServer.leaky.get()
    for url in ["unix:\(leaky.socket)", "https+insecure://127.0.0.1:\(leaky.securePort)"] {
      let run = try watch(url, ["--every=300ms", "--for=2s", "--gc", "--on-growth=100000%"])
      #expect(run.status == 0, "\(run.messages)")
      let table = run.text.split(separator: "\n").drop { !$0.hasPrefix("WATCH") }
      #expect(run.text.contains("\nLEAKS\n  main.(*registry).remember"), "\(run.text)")
      let first = table.first { $0.contains("main.") }
      // Names give way where the table is narrow, places do not.
      #expect(first?.contains(" leaky/main.go:34") ?? false, "\(run.text)")
    }
    let paths = try snapshots().map { "\(into)/\($0)" }
    let trend = try runTool(["trend", "--format=csv"] + paths, in: folder)
    // The service leaks for as long as the tests run, so what it leaks in these seconds may be a
    // small part of what it holds; its samples show it all the same.
    let row = trend.text.split(separator: "\n").first { $0.contains("leaky/main.go,34,") }
    #expect(row?.contains("leaky/main.go,34,leak,") ?? false, "\(trend.text)")
    #expect(trend.messages.isEmpty, "\(trend.messages)")
    let suspects = try runTool(["trend", into], in: folder).text.components(
      separatedBy: "LEAK SUSPECTS")
    #expect(suspects.last?.contains("main.(*registry).remember  leaky/main.go:34") ?? false)
  }
}
