import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@testable import Reports

@Suite("Reports as tables")
struct DocumentTests {
  @Test("list has no source for a line number that the file does not have")
  func linesOutsideOfTheFile() throws {
    let numbers: [Int64] = [.min, .min + 1, -1, 0, 1, 3, 4, .max]
    var builder = StackProfile()
    for number in numbers { builder.add("main.f@/src/main.go:\(number)", [1]) }
    var options = SelectionOptions()
    options.granularity = .lines
    let context = ReportContext(try Selection(builder.profile, options), keepsObjectFiles: true)
    let list = ListReport(context, matching: try Pattern("main"))
    let source = SourceText.lines(SourceLines(Array("a\nb\nc\n".utf8)))
    let rows = String(decoding: list.document { _, _ in source }.csv().bytes, as: UTF8.self)
      .split(separator: "\n").dropFirst()
    let shown = rows.map { row in
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      return "\(cells[2]):\(cells[6])"
    }
    #expect(
      shown == [
        "\(Int64.min):", "\(Int64.min + 1):", "-1:", "0:", "1:a", "3:c", "4:", "\(Int64.max):",
      ])
    let text = String(
      decoding: list.text(showsFigures: false) { _, _ in source }.bytes, as: UTF8.self)
    #expect(text.contains("     1:a\n"))
    #expect(text.contains("     3:c\n"))
  }

  @Test("a figure that is not a number is left out of every format")
  func figuresThatAreNone() {
    let row: [ReportDocument.Cell] = [
      .number(.infinity), .share(.nan), .number(-.infinity), .list([.number(.nan)]), .number(1.5),
    ]
    let document = ReportDocument(
      "test", facts: ["all": .number(.nan)], [.init("rows", ["a", "b", "c", "d", "e"], [row])])
    func text(_ output: TextOutput) -> String { String(decoding: output.bytes, as: UTF8.self) }
    #expect(text(document.csv()) == "a,b,c,d,e\n,,,,1.5\n")
    #expect(text(document.markdown()).hasSuffix("|  |  |  |  | 1.50 |\n"))
    let json = text(document.json())
    #expect(json.ranges(of: "null").count == 5)
    #expect(json.contains("\"e\" : 1.5"))
    #expect(!json.contains("inf") && !json.contains("nan"))
  }
}
