import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Examples in documents")
struct ExampleTests {
  private static let documents = ["README.md", "docs/tour.md", "docs/check.md", "docs/bench.md"]

  /// With `HEAPSCOPE_UPDATE_GOLDEN=1` the document is rewritten, which counts as a failure.
  @Test("examples in documents show what their commands print", arguments: documents)
  func output(path: String) throws {
    var document = ExampleDocument(try Repository.text(path))
    #expect(!document.commands.isEmpty)
    var isChanged = false
    // Backwards, so that the places of earlier commands stay right.
    for command in document.commands.reversed() {
      #expect(command.line.hasPrefix("heapscope "))
      let result = run(command.arguments)
      // A check that shows an exceeded budget also ends with its status.
      #expect(result.status == (result.text.contains("budgets exceeded") ? 1 : 0))
      #expect(result.messages == [])
      if command.isPiped { continue }
      let shown = document.shown(command)
      let expected = ExampleDocument.expected(result.text, like: shown)
      #expect(shown == expected, "\(path): \(command.line)")
      if let expected, shown != expected {
        document.lines.replaceSubrange(command.place, with: expected)
        isChanged = true
      }
    }
    if isChanged, updatesGolden {
      try document.text.write(
        to: Repository.root.appending(path: path), atomically: true, encoding: .utf8)
    }
  }

  @Test(
    "an ellipsis in an example stands for any lines, and keeps its place when they change",
    arguments: [
      (["a 1", "b 1", "c 1"], ["a 1", "b 1", "c 1"]),
      (["a 1", "…"], ["a 1", "…"]),
      (["a 1", "…", "c 1"], ["a 1", "…", "c 1"]),
      (["a 0", "…", "c 0"], ["a 1", "…", "c 1"]),
      (["a 0", "…", "b 0", "…"], ["a 1", "b 1", "…"]),
      (["a 1", "b 1", "c 1", "…"], ["a 1", "b 1", "c 1"]),
      (["a 1", "…", "gone"], nil),
      ([], ["a 1", "b 1", "c 1"]),
    ] as [([String], [String]?)])
  func ellipsis(shown: [String], expected: [String]?) {
    #expect(ExampleDocument.expected("a 1  \nb 1\nc 1\n\n", like: shown) == expected)
  }

  @Test("the README is at most 150 lines, and shows a finding with its line and its fix")
  func readme() throws {
    let document = ExampleDocument(try Repository.text("README.md"))
    #expect(document.lines.count <= 151)
    let first = try #require(document.commands.first)
    #expect(first.line.hasPrefix("heapscope hotspots "))
    let shown = document.shown(first).joined(separator: "\n")
    #expect(shown.contains("main.go:33"))
    #expect(shown.contains(#/\n *fix /#))
  }
}

@Suite("Documents")
struct DocumentTests {
  /// All documents for users and contributors, except generated ones.
  private static let pages: [String] =
    ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Fixtures/README.md"]
    + markdown(in: "docs") + markdown(in: "docs/ci")

  private static func markdown(in folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: folder).path)
    return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }

  /// Documents that often mention options of other programs.
  private static let aboutOthers: Set<String> = [
    "CONTRIBUTING.md", "SECURITY.md", "Fixtures/README.md", "docs/performance.md",
    "docs/pprof-semantics.md", "docs/workarounds.md", "docs/statistics.md", "docs/changes.md",
    "docs/releases.md", "docs/ci/README.md",
  ]

  /// The options of other programs that the documents name.
  private static let foreign: Set<String> = [
    "--colors", "--countname", "--bench", "--title", "--format=lzma", "--help",
    // kubectl's.
    "--prefix",
    // tar's.
    "--strip-components", "--wildcards",
    // pprof's and jeprof's.
    "--raw",
    // Those of query engines.
    "--conf", "--source", "--autodetect",
  ]

  /// The options that some command has.
  private static let known: Set<String> = {
    let commands = [
      "top", "hotspots", "focus", "diff", "explain", "trend", "gctrace", "goroutines", "metrics",
      "held", "peek", "list", "merge", "fleet", "export", "proto", "check", "bench", "flame",
      "report", "watch",
    ]
    let help = commands.map { run([$0, "--help"]).text }.joined()
    return Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.0) })
  }()

  @Test(
    "documents name only options that exist", arguments: pages.filter { !aboutOthers.contains($0) })
  func options(document: String) throws {
    let named = try Repository.text(document).matches(of: /(?:^|[ `(])(--[a-z][a-z-]+)/).map {
      String($0.1)
    }
    #expect(Set(named).subtracting(Self.known).subtracting(Self.foreign) == [])
  }

  /// A link to a file of the project, with the heading that it names.
  private struct Link {
    var file: String
    var heading: String?
  }

  /// The links of a document that lead to files of the project; code is left out.
  private static func links(of document: String) throws -> [Link] {
    let text = try Repository.text(document).replacing(/(?ms)^```.*?^```/, with: "")
      .replacing(/`[^`\n]+`/, with: "x")
    return text.matches(of: /\]\(([^)#:\s]*)(?:#([^)\s]*))?\)/).map { match in
      let folder = parent(document)
      let file =
        match.1.isEmpty
        ? document
        : URL(filePath: "/" + folder).appending(path: String(match.1)).standardized.path.dropFirst()
          .description
      return Link(file: file, heading: match.2.map(String.init))
    }
  }

  private static func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// The names under which GitHub's pages have the headings of a document.
  private static func anchors(of document: String) throws -> Set<String> {
    let text = try Repository.text(document).replacing(/(?ms)^```.*?^```/, with: "")
    return Set(
      text.matches(of: /(?m)^#+ (.*)$/).map { match in
        String(
          match.1.lowercased().compactMap { letter in
            if letter == " " { return "-" }
            return letter.isLetter || letter.isNumber || letter == "-" || letter == "_"
              ? letter : nil
          })
      })
  }

  @Test("links in documents lead to files and headings that exist", arguments: pages)
  func links(document: String) throws {
    for link in try Self.links(of: document) {
      let path = Repository.root.appending(path: link.file).path
      #expect(FileManager.default.fileExists(atPath: path), "\(document): \(link.file)")
      guard let heading = link.heading, link.file.hasSuffix(".md") else { continue }
      #expect(
        try Self.anchors(of: link.file).contains(heading), "\(document): \(link.file)#\(heading)")
    }
  }

  @Test("each page can be reached from the README by links")
  func reachable() throws {
    var reached: Set<String> = ["README.md"]
    var open = ["README.md"]
    while let page = open.popLast() {
      for link in try Self.links(of: page) {
        // A folder shows its README.
        let file = Self.pages.contains(link.file) ? link.file : link.file + "/README.md"
        if Self.pages.contains(file), reached.insert(file).inserted { open.append(file) }
      }
    }
    #expect(Set(Self.pages).subtracting(reached) == [])
  }

  @Test("tables, lists and code in documents are well-formed", arguments: pages)
  func blocks(document: String) throws {
    let lines = ExampleDocument(try Repository.text(document)).lines
    var isCode = false
    var columns: Int?
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let place = "\(document):\(index + 1)"
      // A bar in code counts too, unless a backslash precedes it.
      let count = line.replacing("\\|", with: "").count { $0 == "|" }
      #expect(line.hasSuffix("|"), "\(place): a row of a table does not end with |")
      if let columns {
        #expect(count == columns, "\(place): \(count - 1) columns, not \(columns - 1)")
      } else {
        let next = index + 1 < lines.count ? lines[index + 1] : ""
        #expect(next.hasPrefix("| ---"), "\(place): a table without a heading")
        columns = count
      }
    }
    #expect(!isCode)
    for (index, line) in lines.enumerated() where line.hasPrefix("![") {
      let before = index > 0 ? lines[index - 1] : ""
      #expect(
        before.isEmpty, "\(document):\(index + 1): a picture runs on from a paragraph or list")
    }
  }
}
