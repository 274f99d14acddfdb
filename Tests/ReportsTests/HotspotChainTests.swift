import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@testable import Reports

@Suite("The chain of a blamed line in reports")
struct HotspotChainTests {
  private static let types = [
    "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes",
  ]

  /// A heap profile with objects of 4 KiB, so many sampled on each stack.
  private func profile(_ stacks: KeyValuePairs<String, Int64>) -> Profile {
    var builder = StackProfile(types: Self.types)
    builder.standardRoot = "/usr/local/go/src/"
    for (stack, sampled) in stacks {
      // At a period of 4 MiB one sampled object stands for 1,024.5.
      let objects = sampled * 1024 + sampled / 2
      builder.add(
        stack, [objects, objects * 4096, 0, 0], numbers: ["bytes": (4096, "bytes")])
    }
    var profile = builder.profile
    profile.period = 4 << 20
    profile.periodType = SampleType(
      name: profile.strings.intern("space"), unit: profile.strings.intern("bytes"))
    return profile
  }

  private func lines(_ output: TextOutput) -> [String] {
    String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let helper =
    "fmt.Sprintf < log.(*Logger).Printf < example.com/shop/api.debugf@/src/shop/api/log.go:23 < "
  private static let foreign =
    "fmt.Sprintf < github.com/acme/kv.(*E).Put@/pkg/mod/github.com/acme/kv@v1.2.0/kv.go:38 < "
  private static let checkout = "example.com/shop/api.Checkout@/src/shop/api/api.go:37"
  private static let refund = "example.com/shop/api.Refund@/src/shop/api/api.go:61"

  @Test("hotspots prints the callers of a helper and of a third party's line, and their callees")
  func text() {
    let report = findHotspots(
      in: profile([
        Self.helper + Self.checkout: 40, Self.helper + Self.refund: 10,
        Self.foreign + Self.refund: 30, Self.foreign + "main.x@/src/shop/x.go:9": 20,
      ]), column: 1)
    let text = lines(
      hotspotsText(report, TextStyle(usesColor: false, width: 200, isTerminal: false))
    )
    .filter { $0.contains(".go:") }
    #expect(
      text == [
        "     api/api.go:37  api.Checkout  40.0%  via api.debugf api/log.go:23, log.(*Logger).Printf",
        "     api/api.go:61  api.Refund  10.0%  the same way",
        "     api/api.go:61  api.Refund  30.0%  via github.com/acme/kv.(*E).Put kv@v1.2.0/kv.go:38",
        "     shop/x.go:9  main.x  20.0%  the same way",
      ])
    let rows = hotspotsJSON(report)
    let json = String(decoding: rows.bytes, as: UTF8.self).filter { !$0.isWhitespace }
    #expect(
      json.contains(
        #""callers":[{"file":"/src/shop/api/api.go","function":"example.com/shop/api.Checkout","line":37,"share":0.4},"#
      ))
    #expect(json.contains(#""ownCode":"module""#))
  }

  @Test("the summary names the chain of a blamed line, and marks what rests on few samples")
  func summary() throws {
    let profile = profile([
      Self.helper + Self.checkout: 3, Self.foreign + Self.refund: 3, "main.f@/src/shop/f.go:1": 60,
      "main.g@/src/shop/g.go:1": 2,
    ])
    var options = SelectionOptions()
    options.sampleIndex = "alloc_space"
    let summary = Summary(
      try Selection(profile, options), findings: findHotspots(in: profile, column: 1), name: "p")
    let text = lines(
      summary.text(TextStyle(usesColor: false, width: 200, isTerminal: false)))
    #expect(text.contains { $0.hasSuffix("main.f") })
    #expect(text.contains { $0.hasSuffix("main.g  weak: few samples") })
    let finding = try #require(text.first { $0.contains("text formatted by fmt") })
    #expect(finding.hasSuffix("weak: few samples"))
    #expect(
      finding.contains(
        "api/api.go:37  api.Checkout  via api.debugf api/log.go:23")
        || finding.contains(
          "api/api.go:61  api.Refund  via github.com/acme/kv.(*E).Put kv@v1.2.0/kv.go:38")
    )
  }

  @Test("reports say so when there is no code of the user's own")
  func noOwnCode() {
    func note(_ stack: String) -> String? {
      findHotspots(in: profile([stack: 40]), column: 1).ownCodeNote
    }
    let test =
      "bufio.NewReaderSize < encoding/csv.NewReader@/usr/local/go/src/encoding/csv/r.go:9"
      + " < encoding/csv.BenchmarkRead@/usr/local/go/src/encoding/csv/r_test.go:3 < testing.(*B).runN"
    #expect(note(test)?.contains("encoding/csv") == true)
    #expect(note("fmt.Sprint < net/http.(*conn).serve")?.contains("no code of your own") == true)
    #expect(note("fmt.Sprint < main.f@/src/f.go:3") == nil)
  }

  @Test("on a screen a finding has five lines at most, none of them wider, its place whole")
  func screens() throws {
    var folders = Repository.fixtureNames.filter { $0.hasPrefix("go1.27/") }
    folders += try FileManager.default.contentsOfDirectory(
      atPath: Repository.fixtures.appending(path: "patterns/go1.27").path
    ).filter { $0.hasSuffix(".pb.gz") }.sorted().map { "patterns/go1.27/\($0)" }
    folders.append("screens/checkout.pb.gz")
    var count = 0
    for name in folders {
      let report = findHotspots(in: try Repository.fixture(name), column: 1)
      for width in [80, 100, 120] {
        let text = String(
          decoding: hotspotsText(
            report, TextStyle(usesColor: false, width: width, isTerminal: true)
          ).bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "\n\n").filter {
          $0.prefixMatch(of: #/\d+ +[\d.]+% /#) != nil
        }
        #expect(parts.count == report.findings.count, "\(name)")
        for (part, finding) in zip(parts, report.findings) {
          let lines = part.split(separator: "\n")
          count += 1
          #expect((2...5).contains(lines.count), "\(name) \(width)\n\(part)")
          #expect(lines.last?.contains(#/^ +fix  ./#) ?? false, "\(name)\n\(part)")
          for line in lines { #expect(line.count <= width, "\(name)\n\(line)") }
          if let line = finding.blame.first {
            #expect(lines[1].contains("     \(line.nearest.place)  "), "\(name)\n\(part)")
          }
        }
      }
    }
    #expect(count > 100)
  }

  @Test(
    "advice that is too long ends where a clause does, or else a word",
    arguments: [
      ("reuse it", 40, "reuse it"),
      (
        "make it with its final size (make([]T, 0, n), Grow), or reuse it", 58,
        "make it with its final size (make([]T, 0, n), Grow)…"
      ),
      (
        "make it with its final size (make([]T, 0, n), Grow), or reuse it", 48,
        "make it with its final size (make([]T, 0, n)…"
      ),
      (
        "print what the reader needs or log typed attributes", 40,
        "print what the reader needs…"
      ),
      ("averyveryverylongword", 8, "averyve…"),
    ])
  func clauses(text: String, width: Int, cut: String) {
    #expect(text.cut(toClause: width) == cut)
  }
}
