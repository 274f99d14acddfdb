import ArgumentParser
import Foundation
import HeapscopeTestSupport
import Testing

@testable import HeapscopeCommands

@Suite("Manual pages")
struct ManualTests {
  private static let folder = Repository.root.appending(path: "docs/man")
  private static let names = HeapscopeCommand.commands.map { $0._commandName }

  private static func page(_ name: String) throws -> String {
    String(decoding: try Repository.bytes(folder.appending(path: "\(name).1")), as: UTF8.self)
  }

  @Test("heapscope and each command have a manual page; 'make docs' writes them")
  func files() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(
      Set(files) == Set(Self.names.map { "heapscope-\($0).1" } + ["heapscope.1", "generate"]))
  }

  @Test("a command's manual page has its options and the usual sections")
  func contents() throws {
    for command in HeapscopeCommand.commands {
      let name = command._commandName
      let page = try Self.page("heapscope-\(name)")
      for section in [
        "NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES",
        "SEE ALSO",
      ] {
        #expect(page.contains("\n.Sh \(section)\n"), "\(name): \(section)")
      }
      for entry in DeclaredOptions(command).entries
      where !["total-delay", "contentions", "mean-delay"].contains(entry.name) {
        let option = "Fl \\-\(entry.name.replacing("-", with: "\\-"))"
        #expect(page.contains(option), "\(name): \(entry.name)")
      }
    }
    let root = try Self.page("heapscope")
    for name in Self.names { #expect(root.contains(".It Xr heapscope-\(name) 1\n"), "\(name)") }
  }

  @Test("manual pages list the exit statuses of heapscope")
  func statuses() throws {
    let page = try Self.page("heapscope-top")
    let listed = page.matches(of: /\n\.It ([0-9,]+)\n/).flatMap {
      $0.1.split(separator: ",").compactMap { Int32($0) }
    }
    #expect(!listed.isEmpty)
    #expect(listed.allSatisfy { ExitStatus(rawValue: $0) != nil })
    #expect(listed.count == 12)
  }

  @Test(
    "mandoc reports nothing for the manual pages, and loses no character",
    .enabled(if: Tools.path("mandoc") != nil, "mandoc is not installed"))
  func lint() throws {
    let mandoc = try #require(Tools.path("mandoc"))
    let pages = (Self.names.map { "heapscope-\($0)" } + ["heapscope"]).map {
      Self.folder.appending(path: "\($0).1").path
    }
    let lint = try ProgramRun(mandoc, ["-T", "lint", "-W", "warning"] + pages)
    #expect(lint.text == "")
    #expect(lint.status == 0)
    // `<?>` stands for what a terminal has not.
    let plain = try ProgramRun(mandoc, ["-T", "ascii"] + pages)
    #expect(plain.text.contains("alloc_space, ..., or its"))
    #expect(!plain.text.contains("<?>"))
  }
}
