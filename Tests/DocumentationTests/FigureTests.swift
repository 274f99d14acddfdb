import Foundation
import HeapscopeTestSupport
import Testing

/// With `--unit=B` and all rows, text reports show the same exact numbers as JSON.
@Suite("JSON, CSV and text show the same figures")
struct FigureTests {
  private typealias Row = [String: Any]

  private func rows(_ arguments: [String], _ table: String = "rows") throws -> [Row] {
    let result = run(arguments + ["--format=json"])
    #expect(result.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(result.output)) as? Row
    return try #require(object?[table] as? [Row])
  }

  private func number(_ row: Row, _ column: String) -> Int64? {
    (row[column] as? NSNumber)?.int64Value
  }

  /// `123B` or `0`, as in text.
  private func bytes(_ row: Row, _ column: String) -> String {
    let value = number(row, column) ?? 0
    return value == 0 ? "0" : "\(value)B"
  }

  /// Whether a percentage in pprof's format is this share.
  private func isShare(_ text: Substring, _ share: Any?) -> Bool {
    guard let percent = Double(text.dropLast()), let share = (share as? NSNumber)?.doubleValue
    else { return false }
    return abs(percent - share * 100) <= max(0.0051, abs(percent) * 0.006)
  }

  private func words(_ line: some StringProtocol) -> [Substring] {
    Substring(line).split(separator: " ", omittingEmptySubsequences: true)
  }

  private func command(_ words: String, _ fixture: String) -> [String] {
    words.split(separator: " ").map(String.init)
      + ["--unit=B", "--sample-index=alloc_space", "--symbolize=text", fixture]
  }

  @Test(
    "top shows the same figures in text, JSON, CSV and Markdown", arguments: Repository.profiles)
  func top(fixture: String) throws {
    let command = command("top --nodefraction=0", fixture)
    let lines = run(command).text.split(separator: "\n").drop { !$0.hasPrefix("      flat") }
    let rows = try rows(command)
    #expect(!rows.isEmpty)
    #expect(lines.count - 1 == rows.count)
    for (line, row) in zip(lines.dropFirst(), rows) {
      let cells = words(line)
      #expect(cells[0] == bytes(row, "flat"), "\(line)")
      #expect(isShare(cells[1], row["flatShare"]), "\(line)")
      #expect(cells[3] == bytes(row, "cum"), "\(line)")
      #expect(isShare(cells[4], row["cumShare"]), "\(line)")
      let note = (row["inline"] as? String).map { " (\($0))" } ?? ""
      #expect(cells[5...].joined(separator: " ") == "\(row["name"] ?? "")\(note)")
    }
    let csv = run(command + ["--format=csv"]).text.split(separator: "\n").dropFirst()
    #expect(csv.count == rows.count)
    for (line, row) in zip(csv, rows) {
      let figures = line.split(separator: ",").suffix(4)
      #expect(figures.first == "\(number(row, "flat") ?? 0)")
      #expect(figures.dropFirst(2).first == "\(number(row, "cum") ?? 0)")
    }
    let markdown = run(command + ["--format=markdown"]).text.split(separator: "\n").dropFirst(3)
    #expect(markdown.count == rows.count)
    for (line, row) in zip(markdown, rows) {
      #expect(line.contains("| \(bytes(row, "flat")) |"))
      #expect(line.contains("| \(bytes(row, "cum")) |"))
    }
  }

  @Test("tree shows the same figures in text and JSON", arguments: Repository.profiles)
  func tree(fixture: String) throws {
    let command = command("tree --nodefraction=0 --edgefraction=0 --nodecount=0", fixture)
    let rows = try rows(command)
    // A line of the table has a bar before its name.
    let lines = run(command).text.split(separator: "\n").filter {
      $0.contains(" | ") && !$0.contains("calls%")
    }
    #expect(!rows.isEmpty)
    #expect(lines.count == rows.count)
    for (line, row) in zip(lines, rows) {
      let halves = line.split(separator: " | ", maxSplits: 1)
      let cells = words(halves[0])
      if row["relation"] as? String == "self" {
        #expect(cells[0] == bytes(row, "flat"), "\(line)")
        #expect(cells[3] == bytes(row, "cum"), "\(line)")
        #expect(isShare(cells[4], row["share"]), "\(line)")
      } else {
        #expect(cells[0] == bytes(row, "cum"), "\(line)")
        #expect(isShare(cells[1], row["share"]), "\(line)")
      }
      let note = row["inline"] as? Bool == true ? " (inline)" : ""
      #expect(words(halves[1]).joined(separator: " ") == "\(row["name"] ?? "")\(note)")
    }
  }

  @Test("folded shows the same figures in text and JSON", arguments: Repository.profiles)
  func folded(fixture: String) throws {
    let command = command("folded", fixture)
    let rows = try rows(command)
    #expect(!rows.isEmpty)
    let text = rows.map { row in
      "\((row["stack"] as? [String] ?? []).joined(separator: ";")) \(number(row, "value") ?? 0)\n"
    }
    #expect(run(command).text == text.joined())
  }

  @Test("tags shows the same figures in text and JSON", arguments: Repository.profiles)
  func tags(fixture: String) throws {
    let command = command("tags", fixture)
    let lines = run(command).text.split(separator: "\n").filter { !$0.contains(": Total ") }
    let rows = try rows(command)
    #expect(lines.count == rows.count)
    for (line, row) in zip(lines, rows) {
      let cells = words(line)
      #expect(cells.first.map(String.init) == bytes(row, "weight"), "\(line)")
      #expect(cells.last.map(String.init) == row["value"] as? String, "\(line)")
    }
  }

  @Test("raw shows the same figures in text and JSON", arguments: Repository.profiles)
  func raw(fixture: String) throws {
    let lines = run(["raw", "--symbolize=text", fixture]).text.split(separator: "\n")
    let samples = lines.drop { $0 != "Samples:" }.dropFirst(2).prefix { $0 != "Locations" }
      // Labels have a line of their own below the sample.
      .filter { $0.contains(/^ +-?[0-9 -]+: [0-9 ]*$/) }
    let rows = try rows(["raw", "--symbolize=text", fixture], "samples")
    #expect(!rows.isEmpty)
    #expect(samples.count == rows.count)
    for (line, row) in zip(samples, rows) {
      let halves = line.split(separator: ":", maxSplits: 1)
      let values = (row["values"] as? [NSNumber] ?? []).map { "\($0.int64Value)" }
      #expect(words(halves[0]).map(String.init) == values)
      #expect(
        words(halves.count > 1 ? halves[1] : "").map(String.init) == row["locations"] as? [String])
    }
  }

  @Test("dot shows the same figures in text and JSON", arguments: Repository.profiles)
  func dot(fixture: String) throws {
    let command = command("dot --nodefraction=0 --edgefraction=0 --nodecount=0", fixture)
    let text = run(command).text
    #expect(text.matches(of: /\nN[0-9]+ \[label=/).count == (try rows(command, "nodes").count))
    #expect(text.matches(of: /\nN[0-9]+ -> N[0-9]+ \[/).count == (try rows(command, "edges").count))
  }

  @Test("list shows the same figures in text and JSON", arguments: Repository.profiles)
  func list(fixture: String) throws {
    let command = command("list main", fixture)
    let rows = try rows(command)
    #expect(!rows.isEmpty)
    // In a pipe the text is pprof's, which has no rows without source.
    let shown = heapscope(
      command + ["--color=never"], columns: 200, folder: Repository.root)
    let lines = shown.text.split(separator: "\n").compactMap {
      $0.wholeMatch(of: /\ *(\S+) +(\S+) +([0-9]+):.*/)
    }.filter { $0.1 != "." || $0.2 != "." }
    #expect(lines.count == rows.count)
    for (line, row) in zip(lines, rows) {
      func shown(_ column: String) -> String {
        let text = bytes(row, column)
        return text == "0" ? "." : text
      }
      #expect(line.1 == shown("flat"), "\(line.0)")
      #expect(line.2 == shown("cum"), "\(line.0)")
      #expect(line.3 == "\(number(row, "line") ?? 0)", "\(line.0)")
    }
  }

  @Test("hotspots shows the same figures in text and JSON", arguments: Repository.profiles)
  func hotspots(fixture: String) throws {
    let findings = try rows(["hotspots", "--symbolize=text", fixture], "findings")
    let text = run(["hotspots", "--symbolize=text", fixture]).text
    let lines = text.split(separator: "\n").compactMap {
      $0.wholeMatch(of: /[0-9]+ +([0-9.]+)%  .*\[([a-z-]+)\].*/)
    }
    #expect(lines.count == findings.count)
    for (line, finding) in zip(lines, findings) {
      #expect(line.2 == finding["kind"] as? String ?? "")
      let percent = try #require(Double(line.1))
      let share = try #require((finding["share"] as? NSNumber)?.doubleValue)
      #expect(abs(percent - share * 100) <= 0.0501, "\(line.0)")
    }
  }
}
