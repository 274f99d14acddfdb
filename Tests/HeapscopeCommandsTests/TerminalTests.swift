import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("What a terminal shows")
struct TerminalTests {
  private static let profile = "go1.27/orderlog.allocs.pb.gz"

  @Test(
    "tabs in pprof's reports become blanks on a terminal",
    arguments: [
      ["tree"], ["peek", "handleOrder"],
      ["list", "--source-path=sources/orderlog", "handleOrder"],
    ])
  func tabs(words: [String]) {
    let arguments = words + [Self.profile]
    let (pipe, terminal) = (heapscope(arguments), heapscope(arguments, columns: 100))
    #expect(pipe.text.contains("\t") && !terminal.text.contains("\t"))
    #expect(!terminal.text.contains("x09"))
  }

  /// A helper far down, with the names of a real service.
  private func service() throws -> (folder: URL, file: String) {
    let module = "git.corp.example/platform/commerce/checkout-service/internal/transport/httpapi"
    var test = StackProfile(types: ["alloc_space/bytes"])
    test.add(
      "\(module).(*API).debugf@/src/api.go:23 < \(module).(*API).Checkout@/src/api.go:37 < "
        + "net/http.(*conn).serve@/usr/local/go/src/net/http/server.go:9", [900])
    let folder = FileManager.default.temporaryDirectory.appending(path: "t-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "a.pb.gz")
    try Data(writeProfile(test.profile)).write(to: file)
    return (folder, file.path)
  }

  @Test(
    "focus shows the first caller, and another function to look at", arguments: [60, 80, 120, nil])
  func focus(columns: Int?) throws {
    let (folder, file) = try service()
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = heapscope(["focus", "debugf", file, "--color=never"], columns: columns).text
    let callers = try #require(text.components(separatedBy: "CALLERS, outward").last)
    let first = try #require(
      callers.split(separator: "\n").dropFirst(0).first { $0.contains("900B") })
    #expect(first.contains("(*API).debugf → ") && first.contains("(*API).Checkout"), "\(text)")
    let next = try #require(text.components(separatedBy: "NEXT").last)
    #expect(next.contains("heapscope focus '") && next.contains("(*API).Checkout'"))
    #expect(
      !next.contains(
        "focus 'git.corp.example/platform/commerce/checkout-service/internal/transport/httpapi.(*API).debugf'"
      ))
  }

  @Test("the page shows the texts of a user's own rule")
  func page() throws {
    let (folder, file) = try service()
    defer { try? FileManager.default.removeItem(at: folder) }
    let rules = folder.appending(path: "rules.toml")
    try Data(
      """
      [[rules]]
      id = "serve-anything"
      calls = ["git.corp.example/platform/commerce/checkout-service/internal/transport/httpapi.(*API).debugf"]
      title = "debug texts"
      advice = "leave them out"
      cost = "a text a request that nobody reads"
      before = "a.debugf(q.String())"
      after = "if a.debug { a.debugf(q.String()) }"
      """.utf8
    ).write(to: rules)
    let out = folder.appending(path: "page.html")
    let run = heapscope(["report", "--rules=\(rules.path)", "-o", out.path, file])
    #expect(run.status == 0, "\(run.messages)")
    let text = try String(contentsOf: out, encoding: .utf8)
    for part in ["debug texts", "a text a request that nobody reads", "if a.debug {"] {
      #expect(text.contains(part), "\(part)")
    }
  }
}
