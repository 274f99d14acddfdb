import Foundation
import Glibc
import HeapscopeTestSupport
import Testing

/// What a merge of many leaves behind where it cannot end well.
@Suite("Merges that do not end well") struct MergeFaultTests {
  private let folder: TestFolder
  private let fixtures = Repository.fixtures.appending(path: "trend/go1.27/phases").path

  init() throws { folder = try TestFolder() }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  @Test("a merge that is killed while it reads leaves no file, and the old one as it was")
  func killed() throws {
    mkfifo(folder.path("late"), 0o600)
    let output = folder.path("all.pb.gz")
    for old in [nil, "old"] {
      if let old { try folder.write("all.pb.gz", old) }
      let run = try runTool(
        ["merge", "-o", output, fixtures, folder.path("late")], in: folder,
        signal: (number: SIGKILL, afterSeconds: 0.4))
      #expect(run.status != 0)
      #expect(try names() == (old == nil ? [] : ["all.pb.gz"]) + ["late"])
      if let old { #expect(try String(contentsOfFile: output, encoding: .utf8) == old) }
    }
  }

  @Test("a merge that the disk has no room for says so, and leaves no half file")
  func noRoom() throws {
    let output = folder.path("all.pb.gz")
    let run = try runTool(
      ["merge", "-o", output, fixtures], in: folder, script: #"ulimit -f 1; exec "$0" "$@""#)
    #expect(run.status == 73)
    #expect(run.messages.contains("all.pb.gz: cannot write: "))
    #expect(try names() == [])
    // The same with room.
    #expect(try runTool(["merge", "-o", output, fixtures], in: folder).status == 0)
    #expect(try names() == ["all.pb.gz"])
  }
}
