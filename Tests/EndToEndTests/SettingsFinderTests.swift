import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Settings of the working tree") struct SettingsFinderTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// Writes files below the folder, by their paths.
  private func write(_ files: [String: String]) throws {
    for (path, text) in files {
      let file = folder.url.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  /// Runs in the folder `inner/most`.
  private func run(_ arguments: [String]) throws -> ProgramRun {
    try runTool(arguments, in: folder, atFolder: true, below: "inner/most")
  }

  private static func rule(_ id: String) -> String {
    "[[rules]]\nid = '\(id)'\ncalls = 'a.b'\ntitle = 'found'\n"
  }

  @Test("the nearest settings file applies, up to the root of the repository")
  func nearest() throws {
    try write([
      ".git/HEAD": "", ".heapscope.toml": Self.rule("outer"), "inner/most/none": "",
    ])
    #expect(try run(["explain", "outer"]).text.contains("found"))
    try write([
      "inner/.heapscope.toml": Self.rule("near")
    ])
    #expect(try run(["explain", "near"]).text.contains("found"))
    #expect(try run(["explain", "outer"]).status == 64)
    // Files on the command line come on top.
    try write(["inner/most/more.toml": Self.rule("more")])
    let list = try run(["explain", "--list", "--rules=more.toml"]).text
    #expect(list.contains("near") && list.contains("more"))
    try write(["inner/most/.git/HEAD": ""])
    #expect(try run(["explain", "near"]).status == 64)
  }

  @Test("outside of a repository only the working directory's settings file applies")
  func noRepository() throws {
    try write([".heapscope.toml": Self.rule("outer"), "inner/most/none": ""])
    #expect(try run(["explain", "outer"]).status == 64)
    try write(["inner/most/.heapscope.toml": Self.rule("here")])
    #expect(try run(["explain", "here"]).text.contains("found"))
  }

  @Test(
    "an invalid settings file is named by its relative path, and read only by commands that use it")
  func mistakes() throws {
    try write([".git/HEAD": "", "inner/.heapscope.toml": "\nmodul = 'a'", "inner/most/none": ""])
    let wrong = try run(["explain", "--list"])
    #expect(wrong.status == 65)
    #expect(
      wrong.messages
        == "heapscope: ../.heapscope.toml:2: unknown key 'modul': did you mean 'module'?\n")
    #expect(try run(["explain", "--help"]).status == 0)
    let profile = Repository.fixtures.appending(path: "go1.27/wordcount.pb.gz").path
    #expect(try run(["top", profile]).status == 0)
    #expect(try run(["hotspots", profile]).status == 65)
  }
}
