import Foundation
import Glibc
import HeapscopeTestSupport
import ProfileBytes
import Testing

/// A profile names files; what `list` reads from them goes into reports that are passed on.
@Suite("Files that list reads") struct SourceAccessTests {
  private let folder: TestFolder
  private static let secret = "the-secret-line"
  private static let source = "the-source-line"

  init() throws {
    folder = try TestFolder()
    for path in [
      "src/app/main.go", "src/app/plain.txt", "src/.hidden/key", "other/lib.go", "other/key.txt",
      "secret.txt",
    ] {
      let file = folder.url.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      let line = path.hasSuffix(".go") || path.hasSuffix("plain.txt") ? Self.source : Self.secret
      var text = String(repeating: line + "\n", count: 20)
      // Lines of another function would be those of another version.
      if path.hasSuffix(".go") { text = "func main() {\n" + text + "}\n" }
      try Data(text.utf8).write(to: file)
    }
  }

  private func list(_ file: String, _ options: [String] = [], below: String = "src") throws
    -> ProgramRun
  {
    var heap = ProfileBytes()
    heap.addType("inuse_space", "bytes")
    heap.addFunction(1, "main.main", file: file)
    heap.addLocation(1, functions: [1])
    heap.addSample([1], [100])
    let profile = try folder.write("heap.pb", heap.encoded)
    return try runTool(
      ["list"] + options + ["main", profile], in: folder, atFolder: true, below: below)
  }

  @Test(
    "list shows sources below the working directory or the search path",
    arguments: ["app/main.go", "app/plain.txt", "/app/main.go", "app/../app/main.go"])
  func shown(file: String) throws {
    for options in [[], ["--source-path=."], ["--source-path=\(folder.path("src"))"]] {
      let run = try list(file, options)
      // With a search path, pprof takes an absolute name as it is.
      if file.hasPrefix("/"), !options.isEmpty { continue }
      #expect(run.text.contains(Self.source), "\(run.text)")
      #expect(run.messages == "")
    }
    let absolute = folder.path("src/app/plain.txt")
    #expect(try list(absolute).text.contains(Self.source))
  }

  @Test("list shows a file outside only if its name is that of a source, and else says why not")
  func elsewhere() throws {
    let source = folder.path("other/lib.go")
    #expect(try list(source).text.contains(Self.source))
    #expect(try list(source, ["--source-path=."]).text.contains(Self.source))
    let key = folder.path("other/key.txt")
    for options in [[], ["--source-path=."]] {
      let run = try list(key, options)
      #expect(!run.text.contains(Self.secret))
      let words = "\(key) is not read: it lies outside of the folders for sources\n"
      #expect(run.messages == "heapscope: " + words)
      #expect(run.text.contains(" Error: " + words))
    }
  }

  @Test(
    "list reads nothing through dots, parent folders, links, pipes or hidden folders",
    arguments: [
      ("../secret.txt", "it leads out"), ("../\u{301}.go", "it leads out"),
      ("app/../../secret.txt", "it leads out"),
      ("secret.txt", "it lies outside"), ("link.go", "it is a link out"),
      ("folder/key.txt", "it is a link out"), ("folder/lib.go", "it is a link out"),
      ("named.txt", "it is a link out"), ("pipe.go", "it is no regular file"),
      ("device.go", "it is no regular file"), (".hidden/key", "it is hidden"),
      ("secret.txt\0.go", "it lies outside"),
    ])
  func refused(file: String, words: String) throws {
    let src = folder.path("src") + "/"
    symlink("../secret.txt", src + "link.go")
    symlink("../other/lib.go", src + "named.txt")
    symlink("../other", src + "folder")
    symlink("/dev/zero", src + "device.go")
    #expect(mkfifo(src + "pipe.go", 0o600) == 0)
    for options in [[], ["--source-path=."], ["--source-path=\(src)"], ["--format=json"]] {
      let run = try list(file, options)
      #expect(!run.text.contains(Self.secret) && !run.text.contains(Self.source), "\(file)")
      #expect(run.seconds < 20)
      // Above `.` there is no folder to look in, as in pprof.
      if file.hasPrefix("secret"), options == ["--source-path=."] { continue }
      #expect(run.messages.contains("is not read: \(words)"), "\(run.messages)")
      #expect(run.messages.filter { $0 == "\n" }.count == 1)
    }
    // Nor through a link in the working tree, where pprof looks above the search path.
    if file.hasPrefix("folder/") {
      let run = try list(file, ["--source-path=app"])
      #expect(!run.text.contains(Self.secret) && !run.text.contains(Self.source), "\(file)")
      #expect(run.messages.contains("is not read: \(words)"), "\(run.messages)")
    }
    // A link within the tree counts as the file.
    symlink("app/main.go", src + "within.go")
    #expect(try list("within.go").text.contains(Self.source))
  }

  @Test("hotspots reads the same source files as list")
  func hotspots() throws {
    symlink("../secret.txt", folder.path("src/link.go"))
    for file in ["../secret.txt", "link.go", folder.path("secret.txt")] {
      var heap = ProfileBytes()
      heap.addType("alloc_space", "bytes")
      heap.addFunction(1, "main.main", file: file)
      heap.addLocation(1, functions: [1])
      heap.addSample([1], [100])
      let profile = try folder.write("heap.pb", heap.encoded)
      let run = try runTool(
        ["hotspots", "--source-path=.", "--format=json", profile], in: folder, atFolder: true,
        below: "src")
      #expect(run.status == 0)
      #expect(!run.text.contains(Self.secret))
    }
  }
}
