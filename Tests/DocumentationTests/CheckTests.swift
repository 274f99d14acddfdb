import Foundation
import HeapscopeTestSupport
import Testing

/// heapscope check as a CI would run it.
@Suite("heapscope check")
struct CheckTests {
  private static let profile = "Fixtures/go1.27/orderlog.incident.pb.gz"
  private static let base = "Fixtures/go1.27/orderlog.base.pb.gz"

  private func check(_ arguments: [String], _ profile: String = profile) -> CommandRun {
    run(["check"] + arguments + [profile])
  }

  @Test(
    "check ends with status 0 when every budget is kept",
    arguments: [
      ["--budget=total<149MB"], ["--budget=map-format<=100%", "--budget=format<1%"],
      ["--budget=total <= 2MB : inuse_space", "--budget=json-map-encode<1MB:alloc_space"],
      ["--budget=main.handleOrder<=100%"], ["--budget=total<1TB"],
      ["--base=\(profile)", "--max-growth=0%"], ["--base=\(profile)", "--max-growth=+1KiB"],
      ["--base=\(base)", "--budget=total<+131MB", "--budget=total<+750%"],
    ])
  func kept(arguments: [String]) {
    let result = check(arguments)
    #expect(result.status == 0)
    #expect(result.text.contains("kept"))
    #expect(result.messages == [])
  }

  @Test(
    "check ends with status 1 when a budget is exceeded",
    arguments: [
      ["--budget=total<148MB"], ["--budget=total<149MB", "--budget=map-format<99%"],
      ["--budget=main.handleOrder<50MB:alloc_space"], ["--budget=/^main\\./<50%"],
      ["--budget=total<100:alloc_objects"], ["--budget=total<0:inuse_space"],
      ["--base=\(base)", "--max-growth=700%"], ["--base=\(base)", "--budget=total<+130MB"],
    ])
  func exceeded(arguments: [String]) {
    let result = check(arguments)
    #expect(result.status == 1)
    #expect(result.text.contains("exceeded"))
    #expect(result.messages == [])
  }

  @Test("check treats what the base lacks as new, above every relative limit")
  func zeroBase() throws {
    let arguments = [
      "--base=Fixtures/go1.27/wordcount.pb.gz", "--budget=main.handleOrder<+1000000%",
      "--budget=time-after<+0%", "--budget=time-after<=+0%",
    ]
    let result = check(arguments + ["--format=json"])
    #expect(result.status == 1)
    let budgets = try #require(
      (JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any])?["budgets"]
        as? [[String: Any]])
    #expect(budgets.map { $0["exceeded"] as? Bool } == [true, true, false])
    #expect(budgets.map { $0["base"] as? Int } == [0, 0, 0])
    #expect(budgets.map { $0["growth"] as? Double } == [nil, 0, 0])
    #expect(check(arguments).text.contains("new (0 to 147.08MB)"))
  }

  @Test("check names a base that has other sample types")
  func otherBase() throws {
    let folded = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt")
    try Data("main;work 5\n".utf8).write(to: folded)
    defer { try? FileManager.default.removeItem(at: folded) }
    // Folded stacks are read by --input alone, so both are: they have one type, and a
    // budget on another is a mistake of the command line.
    let same = run([
      "check", "--input=folded", "--budget=total<+1", "--base=\(folded.path)", folded.path,
    ])
    #expect(same.status == 0)
    let other = run(["check", "--input=folded", "--budget=total<1:alloc_space", folded.path])
    #expect(other.status == 64)
    #expect(other.messages.first?.contains("no sample type alloc_space") == true)
  }

  @Test("check says that a function is missing when no stack has it")
  func unmatched() {
    let result = check(["--budget=main.nosuch<1%"])
    #expect(result.status == 0)
    #expect(
      result.messages == [
        "heapscope: budget 'main.nosuch<1%': no function matches 'main.nosuch'"
      ])
    #expect(result.text.contains("no such function"))
  }

  @Test(
    "SARIF output of check conforms to the standard",
    arguments: [
      ["--budget=total<1", "--budget=map-format<5%", "--budget=/^main\\./<1%"],
      ["--budget=total<1TB"], ["--base=\(base)", "--max-growth=1%"],
      ["--budget=total<1", "--budget=total<2", "--budget=format<=0%"],
    ])
  func sarif(arguments: [String]) throws {
    for fixture in [Self.profile, "Fixtures/go1.22/gateway.pb.gz"] {
      let result = check(arguments + ["--format=sarif"], fixture)
      // The base is of one of the two programs.
      #expect(result.messages.allSatisfy { $0.contains("are of different programs") })
      #expect(try SARIFRules(result.text).problems == [])
      let log = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
      let run = try #require((log?["runs"] as? [[String: Any]])?.first)
      let results = try #require(run["results"] as? [[String: Any]])
      #expect(results.isEmpty == (result.status == 0))
    }
  }

  @Test("SARIF output of check has the blamed line, the limit and the fix")
  func sarifResult() throws {
    let result = check(["--budget=map-format<5%", "--format=sarif"])
    #expect(result.status == 1)
    #expect(result.text.contains(#""uri" : "main.go""#))
    #expect(result.text.contains(#""startLine" : 33"#))
    #expect(result.text.contains("takes 99.1% (147.08MB) of alloc_space; the budget is <5%"))
    #expect(result.text.contains("Fix: print what the reader needs"))
  }

  @Test("the SARIF validator of the tests finds mistakes")
  func rules() throws {
    func problems(_ text: String) throws -> Int { try SARIFRules(text).problems.count }
    let head = #"{"$schema": "https://a/b", "version": "2.1.0", "runs": [{"tool": {"driver": "#
    let good = head + #"{"name": "x", "rules": [{"id": "a"}]}}, "results": ["#
    #expect(try problems(good + "]}]}") == 0)
    #expect(
      try problems(good + #"{"message": {"text": "m"}, "ruleId": "a", "ruleIndex": 0}]}]}"#) == 0)
    #expect(
      try problems(good + #"{"message": {"text": "m"}, "ruleId": "b", "ruleIndex": 0}]}]}"#) == 1)
    #expect(try problems(good + #"{"message": {"text": "m"}, "ruleIndex": 1}]}]}"#) == 1)
    #expect(try problems(good + #"{"message": {"text": ""}}]}]}"#) == 1)
    #expect(try problems(good + #"{"message": {"text": "m"}, "level": "bad"}]}]}"#) == 1)
    #expect(try problems(good + #"{"message": {"text": "m"}, "line": 1}]}]}"#) == 1)
    #expect(try problems(head + #"{}}, "results": []}]}"#) == 2)
    #expect(try problems(#"{"version": "2.0.0", "runs": []}"#) == 2)
  }

  @Test("check writes one GitHub command a line and escapes its separators")
  func github() {
    let result = check(["--budget=map-format<5%", "--budget=total<1", "--format=github"])
    #expect(result.status == 1)
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[0].hasPrefix("::error file=main.go,line=33,title=heapscope%3A map-format<5%25::map-"))
    #expect(lines[0].contains("99.1%25 (147.08MB)"))
    #expect(lines[0].contains("%0AFix: "))
    #expect(lines[1].hasPrefix("::error title=heapscope%3A total<1::"))
    let kept = check(["--budget=total<1TB", "--format=github"])
    #expect(kept.text == "::notice title=heapscope::the budget is kept\n")
  }

  @Test("check writes one line a budget in Markdown and CSV")
  func tables() {
    let budgets = ["--budget=map-format<5%", "--budget=total<1TB"]
    let markdown = check(budgets + ["--format=markdown"]).text
    #expect(markdown.contains("**heapscope check**: 1 of 2 budgets exceeded"))
    #expect(markdown.contains("| **over** | `map-format<5%` | alloc_space | 99.1% (147.08MB) |"))
    let csv = check(budgets + ["--format=csv"]).text.split(separator: "\n")
    #expect(csv.count == 3)
    #expect(csv[0].hasPrefix("budget,subject,name,"))
    #expect(csv[1].contains(",154223327,"))
  }
}
