import HeapscopeTestSupport
import Testing

@Suite("Golden messages")
struct GoldenMessageTests {
  @Test(
    "the help of every command equals its golden file",
    arguments: [
      "--help", "help", "top --help", "tree --help", "peek --help", "traces --help", "tags --help",
      "raw --help", "comments --help", "proto --help", "folded --help", "focus --help",
      "hotspots --help", "summary --help", "trend --help", "gctrace --help", "goroutines --help",
      "metrics --help",
      "held --help",
      "check --help", "bench --help",
      "flame --help", "report --help", "watch --help",
    ])
  func help(line: String) throws {
    let run = heapscope(line.split(separator: " ").map(String.init), columns: 80)
    #expect(run.status == 0)
    #expect(run.messages == [])
    try expectGolden(run, "help/\(line.replacing(" ", with: "_").replacing("--", with: "")).txt")
  }

  /// `P` stands for a profile.
  private static let mistakes = [
    "top --nodecuont 3 P", "top --nodecount x P", "top --nodecount= P", "top -trim=maybe P",
    "top --lines --files P", "top --cum --flat P", "top -alloc_space -inuse_space P",
    "top --sample-index=space P", "top --sample-index=9 P", "top --sample-index=-1 P",
    "top --focus=( P", "top --ignore=a** P", "top --tagfocus=key=( P", "top --show-from=(?=x) P",
    "top --divide-by=0 P", "top --divide-by=x P", "top --nodefraction=x P",
    "top --base=P --diff-base=P P", "top --normalize P", "top --symbolize=x P",
    "top --max-inflated=x P", "top --color=red P", "top --module= P", "top --base=missing P",
    "top", "top missing.pb.gz", "top -", "peek", "peek --match=( P",
    "peek nothing_like_it P", "focus", "focus /(/ P", "focus nothing_like_it P", "nosuchcommand",
    "--nosuchoption", "hotspots --format=xml P", "gctrace", "gctrace missing.log", "gctrace P",
    "metrics", "metrics missing.prom", "metrics P", "metrics --for=1s P",
    "goroutines", "goroutines missing.txt", "goroutines P",
    "held", "held missing.dump", "held P", "held P P P", "held --path= P", "held --nodecount=x P",
    "trend", "trend P", "trend --nodecount=x P P",
    "trend --sample-index=nothing P P",
    "flame --mean P", "flame --nodefraction=2 P",
    "flame -o missing/heap.svg P",
    "report --snapshots P", "report --snapshots --base=P P P", "report --open -o - P",
  ]

  @Test("messages about mistakes on the command line equal their golden files", arguments: mistakes)
  func mistake(line: String) throws {
    let words = line.split(separator: " ").map {
      $0.replacing(/\bP$/, with: "go1.22/kvservice.pb.gz")
    }
    let run = heapscope(words.map { String($0) })
    #expect(run.status != 0)
    // A focus that finds nothing prints a report; everything else prints one line.
    if run.status != 1 || run.output.isEmpty {
      #expect(run.output.isEmpty)
      #expect(run.messages.count == 1)
    }
    for message in run.messages {
      #expect(message.hasPrefix("heapscope: "))
      #expect(!message.contains("\n"))
    }
    try expectGolden(run, "mistakes/\(fileName(line)).txt")
  }

  @Test("the output of --version equals its golden file")
  func version() {
    let run = heapscope(["--version"])
    #expect(run.status == 0)
    #expect(run.text.contains(/^[0-9]+\.[0-9]+\.[0-9]+\n$/))
  }

  private func fileName(_ line: String) -> String {
    String(line.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." ? $0 : "_" })
  }
}
