import Foundation
import FoundationXML
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("heapscope folded")
struct FoldedCommandTests {
  @Test(
    "folded stacks add up to the profile's total, in live bytes too",
    arguments: Repository.fixtureNames)
  func total(name: String) throws {
    let profile = try Repository.fixture(name)
    let column = try #require(profile.column(named: "inuse_space"))
    let run = heapscope(["folded", "--sample-index=inuse_space", name])
    #expect(run.status == 0)
    #expect(sum(run.text) == profile.magnitude(ofColumn: column))
  }

  @Test(
    "folded stacks are sorted, each stack once",
    arguments: ["go1.22/gateway.pb.gz", "go1.27/gateway.pb.gz"])
  func sorted(name: String) {
    let run = heapscope(["folded", "--sample-index=alloc_space", "--lines", name])
    let stacks = run.text.split(separator: "\n").map { line in
      Array(line.prefix(upTo: line.lastIndex(of: " ") ?? line.endIndex).utf8)
    }
    #expect(!stacks.isEmpty)
    #expect(Set(stacks).count == stacks.count)
    let lines = run.text.split(separator: "\n").map { Array($0.utf8) }
    #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }

  @Test(
    "flamegraph.pl draws folded stacks with the right total",
    .enabled(if: Tools.flamegraph != nil, "flamegraph.pl is not installed"),
    arguments: Repository.fixtureNames)
  func picture(name: String) throws {
    let script = try #require(Tools.flamegraph)
    let folded = heapscope(["folded", "--sample-index=alloc_space", name]).output
    let perl = try #require(Tools.path("perl"))
    let result = try ProgramRun(
      perl, [script, "--colors=mem", "--countname=bytes", "--title=\(name)"], input: .bytes(folded))
    #expect(result.status == 0)
    let reader = SVGTitles()
    let parser = XMLParser(data: Data(result.output))
    parser.delegate = reader
    #expect(parser.parseAlone(), "\(String(describing: parser.parserError))")
    let profile = try Repository.fixture(name)
    let column = try #require(profile.column(named: "alloc_space"))
    let total = try #require(profile.magnitude(ofColumn: column))
    #expect(sum(String(decoding: folded, as: UTF8.self)) == total)
    // flamegraph.pl calls the frame below all others `all`, and groups digits.
    let root = try #require(reader.titles.first { $0.hasPrefix("all ") })
    #expect(root == "all (\(grouped(total)) bytes, 100%)")
  }

  private func sum(_ text: String) -> Int64 {
    text.split(separator: "\n").reduce(0) { sum, line in
      sum + (line.split(separator: " ").last.flatMap { Int64($0) } ?? .min)
    }
  }

  private func grouped(_ value: Int64) -> String {
    var text = String(value)
    var result = ""
    while text.count > 3 {
      result = "," + text.suffix(3) + result
      text.removeLast(3)
    }
    return text + result
  }
}

/// Collects the texts of an SVG's `title` elements.
private final class SVGTitles: NSObject, XMLParserDelegate {
  var titles: [String] = []
  private var isInTitle = false

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    isInTitle = elementName == "title"
    if isInTitle { titles.append("") }
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    isInTitle = false
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if isInTitle { titles[titles.count - 1] += string }
  }
}
