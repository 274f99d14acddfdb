import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Makefile")
struct MakefileTests {
  @Test("make help lists every target that has a description, and every phony one has it")
  func help() throws {
    let makefile = try Repository.text("Makefile")
    let described = makefile.matches(of: /(?m)^([a-z-]+):.*?## (.+)$/).map { String($0.1) }
    let phony = try #require(makefile.firstMatch(of: /\.PHONY:((?:.*\\\n)*.*)/)).1
      .replacing("\\\n", with: " ").split(separator: " ").map(String.init)
    #expect(described.count >= 20)
    // `toolchain` is a prerequisite of other targets, which nobody calls directly.
    #expect(Set(phony).subtracting(described) == ["toolchain"])
    #expect(Set(described).subtracting(phony) == [])
    let run = try ProgramRun("make", ["--no-print-directory", "help"], folder: Repository.root)
    let listed = run.text.matches(of: #/(?m)^  make ([a-z-]+) /#).map { String($0.1) }
    #expect(listed == described)
  }
}

@Suite("Packaging")
struct PackagingTests {
  /// Runs packaging/notices on what the linker would have written.
  private func notices(_ stats: String) throws -> ProgramRun {
    let folder = try TestFolder()
    try folder.write("archives.tsv", stats)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("checkouts"),
      withDestinationPath: Repository.root.appending(path: ".build/checkouts").path)
    return try ProgramRun(
      "packaging/notices", [folder.path("archives.tsv")], folder: Repository.root)
  }

  @Test("packaging/notices refuses an archive whose licence has not been reviewed")
  func unknownArchive() throws {
    let result = try notices("members\textracted\tarchive\n3\t1\t/usr/lib/libsurprise.a\n")
    #expect(result.status == 1)
    #expect(result.messages.contains("/usr/lib/libsurprise.a is linked"))
    #expect(result.messages.contains("packaging/components.tsv does not name it"))
    #expect(result.output.isEmpty)
  }

  @Test(
    "packaging/notices refuses a list of which nothing is linked",
    arguments: [
      "", "members\textracted\tarchive\n", "members\textracted\tarchive\n3\t0\t/a/libz.a\n",
    ])
  func emptyList(stats: String) throws {
    let result = try notices(stats)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
  }

  @Test("packaging/notices names a library, its package and version, its licence and the text")
  func library() throws {
    let archives = try ProgramRun(
      "sh", ["-c", "ls /usr/lib/*/libz.a /usr/lib/*/libelf.a"], folder: Repository.root)
    let paths = archives.text.split(separator: "\n")
    try #require(paths.count == 2)
    let result = try notices(
      "members\textracted\tarchive\n" + paths.map { "9\t1\t\($0)\n" }.joined())
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.text.contains(#/zlib\n +libz\.a of zlib1g-dev [0-9:.]+\S*\n +licence: Zlib\n/#))
    #expect(result.text.contains(#/libelf\.a of libelf-dev [0-9.]+\S*\n +licence: LGPL-3\+/#))
    #expect(result.text.contains("Jean-loup Gailly and Mark Adler"))
    #expect(result.text.contains("heapscope-VERSION-sources.tar"))
  }

  @Test("packaging/components.tsv names each archive that releases link by .ci/setup")
  func components() throws {
    let setup = try Repository.text(".ci/setup")
    let names = try #require(setup.firstMatch(of: #/for name in (libz [^;]*); do/#)).1
      .split(separator: " ")
    #expect(names.count >= 6)
    let rows = try Repository.text("packaging/components.tsv").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map {
        $0.split(separator: "\t", omittingEmptySubsequences: false)
      }
    for row in rows { #expect(row.count == 4 && !row.contains(""), "\(row)") }
    #expect(Set(names).subtracting(rows.map { $0[0] }) == [])
  }
}
