import Foundation
import FoundationXML
import HeapscopeTestSupport
import ProfileModel
import Testing

private let incident = "go1.27/orderlog.incident.pb.gz"

@Suite("heapscope flame")
struct FlameSVGTests {
  @Test(
    "flame writes one well-formed file without external references",
    arguments: Repository.fixtureNames)
  func wellFormed(name: String) throws {
    let run = heapscope(["flame", "--alloc-space", name])
    #expect(run.status == 0, "\(run.messages)")
    _ = try SVGBoxes(run.output)
    for reference in ["href", "src=", "@import", "url("] { #expect(!run.text.contains(reference)) }
    if let xmllint = Tools.xmllint {
      #expect(try ProgramRun(xmllint, ["--noout", "-"], input: .bytes(run.output)).status == 0)
    }
  }

  @Test(
    "the children of the root in flame add up to it, in bytes and in width",
    arguments: Repository.fixtureNames, ["--icicle", "--inverted"])
  func sums(name: String, option: String) throws {
    let profile = try Repository.fixture(name)
    let column = try #require(profile.column(named: "alloc_space"))
    let total = try #require(profile.magnitude(ofColumn: column))
    let run = heapscope(["flame", option, "--sample-index=alloc_space", name])
    let boxes = try SVGBoxes(run.output).boxes
    let root = try #require(boxes.first)
    #expect(root.value == total)
    #expect(root.title.hasPrefix("all ("))
    let distance = option == "--icicle" ? 17.0 : -17
    let children = boxes.filter { $0.y == root.y + distance }
    let width = children.reduce(0) { $0 + $1.width }
    #expect(children.reduce(0) { $0 + $1.value } == total)
    #expect(abs(width - root.width) < 0.01)
  }

  @Test("the picture of a profile by flame is reproducible")
  func deterministic() {
    #expect(heapscope(["flame", incident]).output == heapscope(["flame", incident]).output)
  }

  @Test("flame marks own code, findings and the path to the leaf")
  func marks() throws {
    let boxes = try SVGBoxes(heapscope(["flame", "--alloc-space", incident]).output).boxes
    func box(_ name: String) throws -> SVGBoxes.Box {
      try #require(boxes.first { $0.title.hasPrefix(name + " (") })
    }
    #expect(try box("main.(*service).handleOrder").kind == "own blamed")
    #expect(try box("main.main").kind == "own")
    #expect(try box("fmt.(*pp).printValue").kind == "hot")
    #expect(try box("runtime.main").kind == "")
    #expect(try box("fmt.Sprintf").fill == box("fmt.(*pp).printArg").fill)
    #expect(try box("main.main").fill != box("fmt.Sprintf").fill)
  }

  @Test("a flame difference has the widths of the later profile, and red or blue for the change")
  func difference() throws {
    let run = heapscope(["flame", "--diff-base=go1.27/orderlog.base.pb.gz", incident])
    let boxes = try SVGBoxes(run.output).boxes
    let profile = try Repository.fixture(incident)
    let column = try #require(profile.column(named: "inuse_space"))
    #expect(boxes[0].value == profile.magnitude(ofColumn: column))
    #expect(run.text.contains("inuse_space, 1.42MB, +936.89kB from 513.66kB"))
    let sprint = try #require(boxes.first { $0.title.hasPrefix("fmt.Sprint (") })
    #expect(sprint.title.contains("+1.33MB from 53.32kB"))
    let red = try #require(Int(sprint.fill.dropFirst().prefix(2), radix: 16))
    let blue = try #require(Int(sprint.fill.suffix(2), radix: 16))
    #expect(red > blue)
  }

  @Test("names cannot become markup in flame")
  func names() throws {
    let folded = """
      main;<script>alert(1)</script>;]]>&amp\"' 10
      main;-->\u{2028}é\u{0} 5

      """
    let run = heapscope(["flame", "--input=folded", "-"], input: Array(folded.utf8))
    let boxes = try SVGBoxes(run.output).boxes
    #expect(run.text.components(separatedBy: "<script").count == 2)
    #expect(boxes.contains { $0.title.hasPrefix("<script>alert(1)</script> (") })
    #expect(boxes.contains { $0.title.hasPrefix("]]>&amp\"' (") })
    #expect(boxes.contains { $0.title.hasPrefix("-->\\u{2028}é\\x00 (") })
  }

  @Test("flame writes its picture to a file, not to a terminal")
  func terminal() throws {
    let run = heapscope(["flame", incident], columns: 80)
    #expect(run.status == 64)
    #expect(
      run.messages == [
        "heapscope: refusing to write a picture to a terminal: use -o heap.svg, or redirect"
      ])
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).svg")
    defer { try? FileManager.default.removeItem(at: file) }
    let written = heapscope(["flame", "-o", file.path, incident], columns: 80)
    #expect(written.status == 0)
    #expect(written.output == [])
    #expect(try Repository.bytes(file) == heapscope(["flame", incident]).output)
  }

  @Test("flame says so when a selection leaves nothing")
  func nothing() {
    let run = heapscope(["flame", "--focus=nothing_like_it", incident])
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(run.messages.count == 2)
    #expect(run.messages.last?.contains("other sample types with data") == false)
    // An older Go's profile of a program that keeps nothing.
    let empty = heapscope(["flame", "go1.22/bufgrow.pb.gz"])
    #expect(empty.status == 1)
    #expect(
      empty.messages == [
        "heapscope: nothing to draw: no sample with inuse_space is left; "
          + "other sample types with data: alloc_objects, alloc_space"
      ])
  }
}

/// The boxes of an SVG of ours.
private final class SVGBoxes: NSObject, XMLParserDelegate {
  struct Box {
    var kind = ""
    var title = ""
    var y = 0.0
    var width = 0.0
    var fill = ""
    var value: Int64 = 0
  }

  var boxes: [Box] = []
  private var isInTitle = false

  init(_ bytes: [UInt8]) throws {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    try #require(parser.parseAlone(), "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    isInTitle = elementName == "title"
    if elementName == "g", attributes["id"] == nil {
      boxes.append(Box(kind: attributes["class"] ?? ""))
    } else if elementName == "rect", let value = attributes["data-value"].flatMap({ Int64($0) }) {
      boxes[boxes.count - 1].value = value
      boxes[boxes.count - 1].y = attributes["y"].flatMap { Double($0) } ?? .nan
      boxes[boxes.count - 1].width = attributes["width"].flatMap { Double($0) } ?? .nan
      boxes[boxes.count - 1].fill = attributes["fill"] ?? ""
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    isInTitle = false
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if isInTitle { boxes[boxes.count - 1].title += string }
  }
}
