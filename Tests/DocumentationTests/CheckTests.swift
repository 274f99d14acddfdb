import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
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
      ["--budget=total<170MB"], ["--budget=map-format<=100%", "--budget=format<2%"],
      ["--budget=total <= 6MB : inuse_space", "--budget=json-map-encode<2MB:alloc_space"],
      ["--budget=main.handleOrder<=100%"], ["--budget=total<1TB"],
      ["--base=\(profile)", "--max-growth=0%"], ["--base=\(profile)", "--max-growth=+1KiB"],
      ["--base=\(base)", "--budget=total<+200MB", "--budget=total<+1500%"],
      ["--any=/./<=100%"], ["--budget=map-format<99.95%", "--on-unsure=fail"],
      ["--allow-unmatched", "--budget=total<1TB"], ["--budget=total<170MB..300MB"],
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
      ["--budget=total<120MB"], ["--budget=total<170MB", "--budget=map-format<95%"],
      ["--budget=main.handleOrder<50MB:alloc_space"], ["--budget=/^main\\./<50%"],
      ["--budget=total<100:alloc_objects"], ["--budget=total<0:inuse_space"],
      ["--base=\(base)", "--max-growth=300%"], ["--base=\(base)", "--budget=total<+80MB"],
      ["--any=/^fmt\\./<50%"], ["--budget=total<100MB..120MB"],
    ])
  func exceeded(arguments: [String]) {
    let result = check(arguments)
    #expect(result.status == 1)
    #expect(result.text.contains("exceeded"))
    #expect(result.messages == [])
  }

  @Test("check treats what the base lacks as new, which exceeds every relative limit")
  func zeroBase() throws {
    let arguments = [
      "--base=Fixtures/go1.27/wordcount.pb.gz", "--budget=main.handleOrder<+1000%",
      "--budget=time-after<+0%", "--budget=time-after<=+0%",
    ]
    let result = check(arguments + ["--format=json"])
    #expect(result.status == 1, "\(result.messages)")
    let budgets = try #require(
      (JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any])?["budgets"]
        as? [[String: Any]])
    #expect(budgets.map { $0["exceeded"] as? Bool } == [true, false, false])
    #expect(budgets.map { $0["base"] as? Int } == [0, 0, 0])
    #expect(budgets.map { $0["growth"] as? Double } == [nil, 0, 0])
    #expect(check(arguments).text.contains("new (0 to 147.08MB)"))
  }

  @Test("check refuses a base with other sample types, and names it")
  func otherBase() throws {
    let folded = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt")
    try Data("main;work 5\n".utf8).write(to: folded)
    defer { try? FileManager.default.removeItem(at: folded) }
    // Only --input reads folded stacks, so both files are read so: they have one type, and a budget
    // on another type is a mistake on the command line.
    let same = run([
      "check", "--input=folded", "--budget=total<+1", "--base=\(folded.path)", folded.path,
    ])
    #expect(same.status == 0)
    let other = run(["check", "--input=folded", "--budget=total<1:alloc_space", folded.path])
    #expect(other.status == 64)
    #expect(other.messages.first?.contains("no sample type alloc_space") == true)
  }

  @Test("check fails a budget for a missing function, unless that is allowed")
  func unmatched() {
    let message = "heapscope: budget 'main.nosuch<1%': no function matches 'main.nosuch'"
    let result = check(["--budget=main.nosuch<1%"])
    #expect(result.status == 1)
    #expect(
      result.messages == [
        message
          + ", so nothing was measured; correct the name, or --allow-unmatched keeps it"
      ])
    #expect(result.text.contains("no such function"))
    #expect(result.text.contains("0 of 1 budget kept, 1 of a function that is missing"))
    let allowed = check(["--budget=main.nosuch<1%", "--allow-unmatched"])
    #expect(allowed.status == 0)
    #expect(allowed.messages == [message])
  }

  @Test("check says which budgets the samples do not decide, and --on-unsure sets the result")
  func unsure() throws {
    let budget = "--budget=total<149MB"
    let result = check([budget])
    #expect(result.status == 0)
    #expect(result.text.contains("unsure  total <149MB"))
    #expect(result.text.contains("not enough samples to say"))
    #expect(result.text.contains("unsure budgets pass; --on-unsure=fail has them fail"))
    #expect(check([budget, "--on-unsure=fail"]).status == 1)
    #expect(check([budget, "--format=github"]).text.hasPrefix("::notice title="))
    #expect(check([budget, "--on-unsure=fail", "--format=github"]).text.hasPrefix("::error "))
    #expect(check([budget, "--format=markdown"]).text.contains("| unsure | `total<149MB`"))
    let json = try #require(
      (JSONSerialization.jsonObject(with: Data(check([budget, "--format=json"]).output))
        as? [String: Any])?["budgets"] as? [[String: Any]])
    #expect(json[0]["verdict"] as? String == "unsure" && json[0]["fails"] as? Bool == false)
    let ends = try [#require(json[0]["low"] as? Double), #require(json[0]["high"] as? Double)]
    let value = try #require(json[0]["value"] as? Double)
    #expect(ends[0] < value && value < ends[1])
  }

  @Test("a warning of check is shown as one in every format, and the status is 0")
  func warnings() throws {
    let budget = "--budget=map-format<50%..100%"
    #expect(check([budget]).status == 0)
    #expect(check([budget]).text.contains("with a warning"))
    #expect(check([budget, "--format=github"]).text.hasPrefix("::warning file=main.go,line=33"))
    let sarif = check([budget, "--format=sarif"])
    #expect(try SARIFRules(sarif.text).problems == [])
    #expect(sarif.text.contains(#""level" : "warning""#))
    #expect(sarif.text.contains(#""exitCode" : 0"#))
  }

  @Test("check accepts findings listed in a file, and fails new ones")
  func accepted() throws {
    let folder = try TestFolder()
    let file = folder.path("accepted.toml")
    let written = check(["--accepted=\(file)", "--write-accepted"])
    #expect(written.status == 0)
    #expect(written.messages == ["heapscope: wrote \(file)"])
    let again = check(["--accepted=\(file)"])
    #expect(again.status == 0, "\(again.messages)")
    #expect(again.text.contains("accepted"))
    // Findings of another run are the same; those of another program are new.
    #expect(check(["--accepted=\(file)"], "Fixtures/go1.22/orderlog.incident.pb.gz").status == 0)
    #expect(check(["--accepted=\(file)"], "Fixtures/go1.22/gateway.pb.gz").status == 1)
    let budget = ["--budget=map-format<5%"]
    #expect(check(budget + ["--accepted=\(file)"]).status == 0)
    #expect(check(budget).status == 1)
  }

  @Test(
    "check accepts nothing when the file of accepted findings is missing or damaged",
    arguments: [
      ("", 66, "no such file"), ("accepted = 3", 65, "a list of tables"),
      ("[[accepted]]\nbudget = \"total\"", 65, ":1: an accepted finding has no 'sample-type'"),
      (
        "[[accepted]]\nbudget = \"total\"\nsampletype = \"a\"", 65,
        ":3: unknown key 'sampletype': did you mean 'sample-type'?"
      ),
      ("acepted = []", 65, "did you mean 'accepted'"),
      (
        "[[accepted]]\nbudget = \"total\"\nsample-type = \"a\"\nshare = \"200%\"\nvalue = 3", 65,
        "'share' is '200%': give 0% to 100%"
      ),
    ])
  func damagedAccepted(text: String, status: Int32, message: String) throws {
    let folder = try TestFolder()
    if !text.isEmpty { try folder.write("accepted.toml", text) }
    let result = check(["--accepted=\(folder.path("accepted.toml"))"])
    #expect(result.status == status)
    #expect(result.messages.count == 1)
    #expect(result.messages[0].contains(message), "\(result.messages)")
    #expect(check(["--write-accepted"]).status == 64)
  }

  @Test("check takes several profiles, and several of the base, as runs of the program")
  func runs() throws {
    let runs = (1...6).map { "Fixtures/trend/go1.27/unchanged/0\($0).pb.gz" }
    let bases = runs[3...].map { "--base=\($0)" }
    let result = run(["check", "--max-growth=10%"] + bases + runs[..<3])
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.text.contains("figures are means: of 3 profiles against 3"))
    let grown = run(
      ["check", "--max-growth=10%", "--base=\(runs[0])", "--base=\(runs[1])", Self.profile])
    #expect(grown.status == 1)
    #expect(run(["check", "--budget=total<1TB", runs[0], "no-such.pb.gz"]).status == 66)
  }

  @Test("check says what share is on cut stacks, and marks lower bounds")
  func cutStacks() throws {
    let folder = try TestFolder()
    let deep = (0..<40).map { "main.walk@/src/app/w.go:\($0 % 3 + 1)" }.joined(separator: " < ")
    var test = StackProfile(types: ["alloc_space/bytes"])
    test.add("main.f@/src/app/f.go:1 < main.handle@/src/app/h.go:1 < main.main", [600])
    test.add("main.f@/src/app/f.go:1 < main.walk@/src/app/w.go:1 < main.main", [50])
    for _ in 0..<4 { test.add("main.f@/src/app/f.go:1 < \(deep)", [100]) }
    try folder.write("cut.pb.gz", try writeProfile(test.profile))
    let result = check(["--budget=main.handle<700"], folder.path("cut.pb.gz"))
    #expect(result.text.contains("unsure  main.handle <700  alloc_space  ≥600B"))
    #expect(result.text.contains("stacks were cut where it may have stood: up to 400B more"))
    #expect(result.text.contains("38.1% of the bytes are on stacks cut at"))
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
    #expect(
      result.text.contains(
        "takes 99.1% (147.08MB) of alloc_space (95 %: 98.2% to 99.9%); the budget is <5%"))
    #expect(result.text.contains("Fix: print what the reader needs"))
  }

  @Test(
    "SARIF output of hotspots conforms to the standard, and has each finding as a warning",
    arguments: [profile, "Fixtures/go1.22/gateway.pb.gz", "Fixtures/go1.27/treeidx.pb.gz"])
  func hotspots(fixture: String) throws {
    let result = run(["hotspots", "--format=sarif", fixture])
    #expect(result.status == 0)
    #expect(try SARIFRules(result.text).problems == [])
    let log = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    let results = try #require(
      (log?["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]])
    let findings = try #require(
      (JSONSerialization.jsonObject(
        with: Data(run(["hotspots", "--format=json", fixture]).output)) as? [String: Any])?[
          "findings"] as? [[String: Any]])
    #expect(results.count == findings.count)
    #expect(results.allSatisfy { $0["level"] as? String == "warning" })
    #expect(
      results.compactMap { $0["ruleId"] as? String }
        == findings.compactMap { $0["kind"] as? String })
    let commands = run(["hotspots", "--format=github", fixture]).text
    #expect(
      commands.hasPrefix(findings.isEmpty ? "::notice title=heapscope::nothing" : "::warning "))
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

  @Test("check writes one GitHub command per line and escapes separators in it")
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

  @Test("check writes one line per budget in Markdown and CSV")
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
