import Foundation
import HeapscopeTestSupport
import ProfileCodec
import Pictures
import ProfileModel
import Testing

private let incident = "go1.27/orderlog.incident.pb.gz"

@Suite("The page of heapscope report")
struct FlamePageTests {
  @Test(
    "the page is one file whose policy allows nothing but itself",
    arguments: Repository.fixtureNames)
  func contained(name: String) {
    let run = heapscope(["report", name])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.count < 300_000)
    #expect(run.text.contains("default-src 'none'"))
    for reference in ["src=", "<link", "@import", "url(", "http://", "style="] {
      #expect(!run.text.contains(reference), "\(reference)")
    }
    #expect(run.text.components(separatedBy: "<script").count == 3)
  }

  @Test("the page's policy has the hashes of its script and style; 'make page' writes them")
  func hashes() throws {
    let sum = try #require(Tools.path("sha256sum"))
    for (bytes, hash) in [
      (FlamePage.script, PageHashes.script), (FlamePage.style, PageHashes.style),
    ] {
      let result = try ProgramRun(sum, [], input: .bytes(bytes))
      let digits = String(decoding: result.output.prefix(64), as: UTF8.self)
      let pairs = stride(from: 0, to: 64, by: 2).compactMap { index in
        UInt8(digits.dropFirst(index).prefix(2), radix: 16)
      }
      #expect(hash == "sha256-" + Data(pairs).base64EncodedString())
    }
  }

  @Test("the page of a profile is reproducible")
  func deterministic() {
    #expect(heapscope(["report", incident]).output == heapscope(["report", incident]).output)
  }

  @Test("the page says what was left out, and nothing when it is complete")
  func pruned() throws {
    let whole = heapscope(["report", incident]).text
    #expect(whole.contains("\"notice\":\"\""))
    let cut = heapscope(["report", "--nodefraction=0.2", incident])
    #expect(cut.status == 0)
    #expect(cut.text.contains("subtrees below 20.00% of the total were put into (smaller frames)"))
    #expect(cut.output.count < whole.utf8.count)
  }

  @Test("the page has the first lines of a finding and says how many more there are")
  func manyLines() throws {
    var builder = StackProfile()
    for line in 1...40 {
      builder.add(
        "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Sprintf < main.line\(line) < main.main",
        [100])
    }
    let run = heapscope(["report", "-"], input: encodeProfile(builder.profile))
    #expect(run.status == 0)
    #expect(run.text.components(separatedBy: "\"place\":").count == 13)
    #expect(run.text.contains("\"rest\":\"28 more lines, together 70.0%\""))
  }

  @Test("names cannot become markup or script in the page")
  func names() {
    let folded = "main;</script><script>alert(1)</script>;<!--\u{2028}\"\\ 10\n"
    let run = heapscope(["report", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(run.status == 0)
    #expect(run.text.components(separatedBy: "<script").count == 3)
    #expect(!run.text.contains("alert(1)<"))
    #expect(!run.text.contains("<!--"))
    #expect(!run.text.unicodeScalars.contains("\u{2028}"))
  }

  @Test("report opens the requested browser, and says so when there is none")
  func browser() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let page = folder.appending(path: "heap.html").path
    let script = folder.appending(path: "browser")
    try Data("#!/bin/sh\necho \"$1\" > '\(folder.path)/opened'\n".utf8).write(to: script)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
    func open(_ browser: String) -> CommandRun {
      heapscope(
        ["report", "--open", "-o", page, incident], columns: 80, environment: ["BROWSER": browser])
    }
    #expect(open(script.path).status == 0)
    let opened = try Repository.bytes(folder.appending(path: "opened"))
    #expect(String(decoding: opened, as: UTF8.self) == page + "\n")
    #expect(open("/nowhere/browser:\(script.path) --new-window").status == 0)
    let second = try Repository.bytes(folder.appending(path: "opened"))
    #expect(String(decoding: second, as: UTF8.self) == "--new-window\n")
    #expect(open("\(script.path) %s --new-window").status == 0)
    let third = try Repository.bytes(folder.appending(path: "opened"))
    #expect(String(decoding: third, as: UTF8.self) == page + "\n")
    let missing = open("/nowhere/browser")
    #expect(missing.status == 69)
    #expect(missing.messages.last?.contains("/nowhere/browser did not start") == true)
    let none = open("")
    #expect(none.status == 69)
    #expect(none.messages.last?.contains("there is no display") == true)
    #expect(FileManager.default.fileExists(atPath: page))
  }
}
