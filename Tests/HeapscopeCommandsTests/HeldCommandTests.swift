import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("heapscope held")
struct HeldCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func dump(_ version: String, _ situation: String) -> String {
    "held/\(version)/\(situation).dump.gz"
  }

  @Test(
    "held names the variable or the goroutines, the line that allocated, and the share",
    arguments: [
      ("go1.22", "sessions", "main.sessions keeps 538.04kB in 2,193 objects, 88.7%", "main.login"),
      ("go1.27", "sessions", "main.sessions keeps 538.05kB in 2,194 objects, 84.9%", "main.login"),
      (
        "go1.22", "workers",
        "300 goroutines in main.worker (chan receive) keep 487.50kB in 900 objects, 70.7%",
        "main.newJob"
      ),
      (
        "go1.27", "workers",
        "300 goroutines in main.worker (chan receive) keep 492.19kB in 900 objects, 67.2%",
        "main.newJob"
      ),
    ])
  func names(version: String, situation: String, title: String, line: String) throws {
    let program = try HeldProgram(version)
    let run = heapscope(["held", dump(version, situation), program.path])
    #expect(run.status == 0)
    #expect(run.messages == [])
    let lines = run.text.split(separator: "\n").map(String.init)
    let first = try #require(lines.firstIndex(of: title), "\(run.text)")
    #expect(lines[(first + 1)...].prefix(4).contains { $0.contains("allocated by  \(line)") })
    #expect(lines.allSatisfy { $0.count <= 100 }, "\(run.text)")
  }

  @Test("held prints no contents of the dump, so no string of the program is in its output")
  func secrets() throws {
    let program = try HeldProgram("go1.27")
    for format in ["text", "json", "csv", "markdown"] {
      let run = heapscope([
        "held", "--nodecount=0", "--format=\(format)", dump("go1.27", "sessions"), program.path,
      ])
      #expect(!run.text.contains("user-"), "\(format)")
    }
  }

  @Test("held without the program names segments and offsets, and says so")
  func nameless() {
    let run = heapscope(["held", dump("go1.27", "sessions")])
    #expect(run.status == 0)
    #expect(run.text.contains("\nvariables have no names: give the program"))
    #expect(run.text.contains("data+0x"))
    // The list of goroutines is known by them.
    #expect(run.text.contains("\nruntime keeps "))
  }

  @Test("held refuses the program of another build")
  func otherProgram() throws {
    let program = try HeldProgram("go1.22")
    let run = heapscope(["held", dump("go1.27", "sessions"), program.path])
    #expect(run.status == 65)
    #expect(run.output.isEmpty)
    #expect(run.messages.first?.contains("is not the program that wrote") == true)
  }

  @Test("held of a truncated dump has holders without sizes, status 65 and a line that says so")
  func truncated() throws {
    var bytes = try Repository.bytes(
      Repository.fixtures.appending(path: dump("go1.27", "sessions")))
    let source = try unpacked(ArraySource(bytes)).source
    bytes = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    let program = try HeldProgram("go1.27")
    let cut = try folder.write("cut.dump", Array(bytes.dropLast(1000)))
    let run = heapscope(["held", cut, program.path])
    #expect(run.status == 65)
    #expect(run.messages.first?.contains("truncated: the dump ends at byte") == true)
    #expect(run.text.contains("\nmain.sessions\n"))
    #expect(!run.text.contains("keeps"))
    let early = try folder.write("early.dump", Array(bytes.prefix(bytes.count / 2)))
    let refused = heapscope(["held", early, program.path])
    #expect(refused.status == 65)
    #expect(refused.output.isEmpty)
    #expect(refused.messages.first?.contains("within its objects") == true)
  }

  @Test(
    "held --path shows the shortest path from a root, and the one that holds the object when that is cut"
  )
  func paths() throws {
    let program = try HeldProgram("go1.27")
    let run = heapscope(["held", "--path=main.login", dump("go1.27", "sessions"), program.path])
    #expect(run.status == 0)
    #expect(run.text.contains("kept by\n  main.sessions  (global)\n"))
    #expect(run.text.contains("no other root leads to it: when main.sessions lets go, it goes"))
    let shared = heapscope(["held", "--path=main.subscribe", dump("go1.27", "hub"), program.path])
    #expect(shared.text.contains("lets go, still kept by\n"))
    let json = try JSONSerialization.jsonObject(
      with: Data(
        heapscope([
          "held", "--path=main.login", "--format=json", dump("go1.27", "sessions"), program.path,
        ]).output))
    let address = try #require((json as? [String: Any])?["address"] as? String)
    let same = heapscope(["held", "--path=\(address)", dump("go1.27", "sessions"), program.path])
    #expect(same.text == run.text)
    for (target, part) in [
      ("0x10", "no object lies at 0x10"), ("main.nothing", "no sampled object was allocated by"),
    ] {
      let none = heapscope(["held", "--path=\(target)", dump("go1.27", "sessions"), program.path])
      #expect(none.status == 1)
      #expect(none.messages.contains { $0.contains(part) })
    }
    let wrong = heapscope(["held", "--path=0xyz", dump("go1.27", "sessions"), program.path])
    #expect(wrong.status == 64)
  }

  @Test(
    "the profile that held writes adds up to what is reachable, and other commands read it",
    arguments: ["go1.22", "go1.27"])
  func profile(version: String) throws {
    let program = try HeldProgram(version)
    let file = folder.path("held-\(version).pb.gz")
    let run = heapscope(["held", "-o", file, dump(version, "sessions"), program.path])
    #expect(run.status == 0)
    #expect(run.messages == ["heapscope: wrote \(file)"])
    let profile = try readProfile(Repository.bytes(URL(filePath: file))).profile
    #expect(
      profile.sampleTypes.indices.map(profile.sampleTypeName)
        == ["retained_objects", "retained_space", "self_objects", "self_space"])
    let json = try JSONSerialization.jsonObject(
      with: Data(
        heapscope(["held", "--format=json", dump(version, "sessions"), program.path]).output))
    let totals = (json as? [String: Any])?["totals"] as? [String: Int]
    for column in [1, 3] {
      #expect(profile.magnitude(ofColumn: column).map(Int.init) == totals?["reachableBytes"])
    }
    for column in [0, 2] {
      #expect(profile.magnitude(ofColumn: column).map(Int.init) == totals?["reachableObjects"])
    }
    let top = heapscope(["top", "--sample-index=retained_space", file])
    #expect(top.text.contains("main.sessions"))
    let focus = heapscope(["peek", "main.sessions", file])
    #expect(focus.text.contains("map"))
    guard let pprof = Tools.pprof else { return }
    let raw = try ProgramRun(pprof, ["-raw", file])
    #expect(raw.status == 0)
    #expect(raw.text.contains("retained_space/bytes"))
  }
}
