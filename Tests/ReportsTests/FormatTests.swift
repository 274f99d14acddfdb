import HeapAnalysis
import Testing

@testable import Reports

@Suite("Formats of reports")
struct FormatTests {
  private let style = TextStyle(usesColor: false, width: 80, isTerminal: false)

  private func written(_ forms: ReportForms) throws -> [String: String] {
    var result: [String: String] = [:]
    for format in ReportFormat.all {
      guard let output = try format.write(forms) else { continue }
      result[format.name] = String(decoding: output.bytes, as: UTF8.self)
    }
    return result
  }

  @Test("each format is found by its name, and by no other name")
  func names() {
    #expect(Set(ReportFormat.all).count == ReportFormat.all.count)
    for format in ReportFormat.all { #expect(ReportFormat.named(format.name) == format) }
    #expect(ReportFormat.named("yaml") == nil)
    #expect(ReportFormat.named("svg", among: ReportFormat.general) == nil)
  }

  @Test("a report with text and tables is written in every general format")
  func general() throws {
    var text = TextOutput()
    text.line("hello")
    let document = ReportDocument(
      "test", facts: [:], [.init("rows", ["name"], [[.name(Array("main.f".utf8))]])])
    let written = try written(ReportForms(text: { text }, document: { document }))
    #expect(written["text"] == "hello\n")
    #expect(written["csv"] == "name\nmain.f\n")
    #expect(Set(written.keys) == Set(ReportFormat.general.map(\.name)))
  }

  @Test("explain has no tables, so it has no CSV")
  func rules() throws {
    let rules = try [#require(HotspotRule.named("map-format"))]
    for forms in [ruleListForms(rules, style), rulePageForms(rules, style)] {
      let written = try written(forms)
      #expect(Set(written.keys) == ["text", "json", "markdown"])
      for text in written.values { #expect(text.contains("map-format")) }
    }
  }
}

@Suite("JSON")
struct JSONWriterTests {
  private let value = JSONValue.members([
    "z": .rows(2) { .integer(Int64($0)) }, "a": .present(["no": nil, "yes": .bool(true)]),
    "text": .string("<\u{1}\n\"\\é\u{2028}"), "none": .array([]),
  ])

  private func text(_ layout: JSONWriter.Layout) -> String {
    String(decoding: jsonText(value, layout).bytes, as: UTF8.self)
  }

  @Test("JSON is written on one line when needed")
  func line() {
    #expect(
      text(.line)
        == #"{"z":[0,1],"a":{"yes":true},"text":"<\u0001\n\"\\é"#
        + "\u{2028}" + #"","none":[]}"# + "\n")
  }

  @Test("JSON in a page has one member per line, and nothing that could end its element")
  func page() {
    #expect(
      text(.page)
        == #"{"z":[0,1],"# + "\n" + #""a":{"yes":true},"# + "\n"
        + #""text":"\u003c\u0001\u000a\"\\é\u2028","# + "\n" + #""none":[]}"# + "\n")
  }

  @Test("JSON is indented as Foundation's encoder indents it")
  func indented() {
    #expect(text(.indented).hasPrefix("{\n  \"z\" : [\n    0,\n    1\n  ],\n  \"a\" : {\n"))
    #expect(text(.indented).hasSuffix("  \"none\" : [\n\n  ]\n}\n"))
  }

  @Test(
    "JSON has bytes in base64 as RFC 4648 defines it",
    arguments: zip(
      ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
      ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
  func base64(text: String, expected: String) {
    let output = jsonText(.base64(Array(text.utf8)), .line)
    #expect(String(decoding: output.bytes, as: UTF8.self) == "\"\(expected)\"\n")
  }
}
