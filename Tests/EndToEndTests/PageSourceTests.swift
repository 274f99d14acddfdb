import Foundation
import HeapscopeTestSupport
import ProfileCodec
import Testing

/// A page is passed on. So only the module's own files may be included in it.
@Suite("Source that a page carries") struct PageSourceTests {
  private let folder: TestFolder

  private static let code = """
    package cart

    // the-secret-line
    func Fill(n int) []byte {
    \tb := make([]byte, n)\t// "\\t" stays
    \treturn b
    }

    """

  init() throws {
    folder = try TestFolder()
    for place in ["work/cart", "other/cart", "mine/cart", "lib"] {
      try folder.write("\(place)/cart.go", Self.code)
    }
    try folder.write("work/go.mod", "// a comment\nmodule example.com/shop // the shop\n")
    try folder.write("mine/go.mod", "module \"example.com/shop\"\n")
    try folder.write("other/go.mod", "module example.com/other\n")
  }

  /// The source lines in the page of a profile that names a file, and the messages.
  private func carried(
    _ file: String, _ options: [String] = [], line: Int = 5,
    function: String = "example.com/shop/cart.Fill"
  ) throws -> (lines: [String], messages: String) {
    var stacks = StackProfile(types: ["alloc_objects/count", "alloc_space/bytes"])
    stacks.standardRoot = ""
    stacks.add(
      "\(function)@\(file):\(line) < example.com/shop.Serve@example.com/shop/s.go:9 < main.main@example.com/shop/main.go:3",
      [200, 102_400])
    let heap = try folder.write("work/heap.pb.gz", try writeProfile(stacks.profile))
    let run = try runTool(["report"] + options + [heap], in: folder, atFolder: true, below: "work")
    try #require(run.status == 0, "\(run.messages)")
    let line = try #require(run.text.split(separator: "\n").first { $0.hasPrefix("\"source\":") })
    let excerpts = try JSONSerialization.jsonObject(
      with: Data("{\(line.hasSuffix(",") ? line.dropLast() : line)}".utf8))
    let source = (excerpts as? [String: [[Any]]])?["source"] ?? []
    return (
      source.flatMap { ($0[2] as? String ?? "").components(separatedBy: "\n") }, run.messages
    )
  }

  @Test("the page has the lines around a frame of the module, and stderr says how many")
  func carries() throws {
    for file in [folder.path("work/cart/cart.go"), "example.com/shop/cart/cart.go", "cart/cart.go"]
    {
      let page = try carried(file)
      #expect(
        page.lines
          == Self.code.split(separator: "\n", omittingEmptySubsequences: false)
          .dropLast().map(String.init), "\(file)")
      #expect(
        page.messages == "heapscope: the page carries 7 lines of source, of 1 file; "
          + "--no-source leaves them out\n", "\(file)")
    }
  }

  @Test(
    "a module in another place is recognized by its go.mod, and another module's file is not read")
  func elsewhere() throws {
    #expect(try carried(folder.path("mine/cart/cart.go")).lines.count == 7)
    for file in ["other/cart/cart.go", "lib/cart.go"] {
      let page = try carried(folder.path(file))
      #expect(page.lines == [])
      #expect(page.messages.contains("it lies outside of the module; --source-path names it"))
      #expect(!page.messages.contains("the page carries"))
      let named = try carried(folder.path(file), ["--source-path=\(folder.path("other/cart"))"])
      #expect(named.lines.count == 7)
    }
  }

  @Test(
    "the page has no source with --no-source, through a link out of the module, of another version, or by a dotted path"
  )
  func nothing() throws {
    #expect(try carried("cart/cart.go", ["--no-source"]).lines == [])
    #expect(try carried("cart/cart.go", ["--no-source", "--source-path=."]).lines == [])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("work/link.go"), withDestinationPath: folder.path("lib/cart.go"))
    #expect(try carried("link.go").lines == [])
    #expect(try carried("../lib/cart.go").lines == [])
    #expect(try carried("cart/cart.go", line: 2).lines == [])
    // Others' code, though it lies in the module.
    #expect(
      try carried("cart/cart.go", ["--not-own=shop/cart"], function: "example.com/shop/cart.Fill")
        .lines == [])
  }
}
