import Foundation
import FoundationXML
import HeapscopeTestSupport
import Testing

@Suite("Input of trend")
struct TrendCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// Copies phases of Fixtures/trend into the folder, under other names.
  private func copy(_ names: KeyValuePairs<String, String>) throws {
    for (source, name) in names {
      try FileManager.default.copyItem(
        at: Repository.fixtures.appending(path: "trend/go1.27/phases/\(source).pb.gz"),
        to: folder.url.appending(path: name))
    }
  }

  @Test("trend leaves out files of a folder that are no such profiles, and names them")
  func mixedFolder() throws {
    // Not in the order of time.
    try copy(["01": "c.pb.gz", "02": "b.pb.gz", "05": "a.pb.gz", "09": ".hidden"])
    try folder.write("notes.txt", "not a profile\n")
    try folder.write("stacks.folded", "main;f 3\n")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "inner"), withIntermediateDirectories: true)
    let run = heapscope(["trend", "--granularity=functions", folder.url.path])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.hasPrefix("TREND  inuse_space in 3 profiles of one process over 0.5s\n"))
    #expect(run.messages.count == 2)
    #expect(run.messages[0].contains("/notes.txt: "))
    #expect(run.messages[1].contains("/stacks.folded: "))
    #expect(run.messages.allSatisfy { $0.contains("left out") })
    // The same three by name are in the same order.
    let named = heapscope(
      ["trend", "--granularity=functions"]
        + ["b", "a", "c"].map { folder.url.appending(path: "\($0).pb.gz").path })
    #expect(named.output == run.output && named.messages.isEmpty)
  }

  @Test("trend refuses a folder with fewer than two profiles")
  func emptyFolder() throws {
    let none = heapscope(["trend", folder.url.path])
    #expect(none.status == 66)
    #expect(none.messages.joined().contains("there is no file in it"))
    try copy(["01": "a.pb.gz"])
    let one = heapscope(["trend", folder.url.path])
    #expect(one.status == 66)
    #expect(one.messages.joined().contains("here is only one"))
  }

  @Test("trend writes a well-formed chart when the name of its output asks for one")
  func chart() throws {
    let file = folder.url.appending(path: "trend.svg")
    let run = heapscope(["trend", "-o", file.path, "trend/go1.22/phases"])
    #expect(run.status == 0 && run.output.isEmpty)
    let data = try Data(contentsOf: file)
    let document = try XMLDocument(data: data)
    #expect(document.rootElement()?.name == "svg")
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains("leakFast") && text.contains(">warm-up<"))
    #expect(text.components(separatedBy: "<polyline").count >= 8)
    let terminal = heapscope(["trend", "--format=svg", "trend/go1.22/phases"], columns: 80)
    #expect(terminal.status == 64)
    #expect(terminal.messages.joined().contains("use -o trend.svg"))
  }

  @Test("trend computes from GOGC how much of the limit may be live")
  func limits() {
    func forecast(_ options: [String]) -> String {
      let text = heapscope(["trend", "--limit=200MB"] + options + ["trend/go1.27/phases"]).text
      return text.components(separatedBy: "FORECAST").dropFirst().joined()
    }
    #expect(forecast([]).contains("when 100MB are live\n  with GOGC=100"))
    #expect(forecast(["--gogc=25"]).contains("when 160MB are live\n  with GOGC=25"))
    #expect(forecast(["--gogc=off"]).contains("when 200MB are live"))
    #expect(forecast(["--gogc=900"]).contains("it is reached already"))
  }
}
