import Foundations
package import HeapAnalysis

/// Returns the pages of some rules in Markdown, for docs/rules.
package func rulePageMarkdown(_ rules: [HotspotRule]) -> TextOutput {
  var output = TextOutput()
  for (index, rule) in rules.enumerated() {
    if index > 0 { output.line() }
    output.writePage(of: rule)
  }
  return output
}

/// Returns the index of all pages in Markdown: one row per rule, with the bytes before and after in
/// the newest measured Go version.
package func ruleIndexMarkdown(_ rules: [HotspotRule]) -> TextOutput {
  var output = TextOutput()
  let newest = MeasuredCost.all.last?.goVersion ?? ""
  output.line("# The rules of `heapscope hotspots`")
  output.line()
  output.line(
    "Made by `make docs` from the rules themselves; `heapscope explain RULE` shows the same. The")
  output.line("bytes are allocated an operation, measured with Go \(newest).")
  output.line()
  output.line("| kind | rule | what it finds | before | after |")
  output.line("| --- | --- | --- | ---: | ---: |")
  for rule in rules.sorted(by: { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }) {
    let costs = MeasuredCost.all(of: rule.id).filter { $0.goVersion == newest }
    // Where memory is kept, the kept bytes are the problem.
    let isKept = costs.contains { $0.liveBytes ?? 0 > 0 }
    func bytes(_ variant: String) -> String {
      let cost = costs.first { $0.variant == variant }
      if isKept, let live = cost?.liveBytes { return "\(groupedDigits(live)) held" }
      return cost.map { groupedDigits($0.bytes) } ?? ""
    }
    output.line(
      "| `\(rule.kind.rawValue)` | [`\(rule.id)`](\(rule.id).md) | \(rule.title) "
        + "| \(bytes("before")) | \(bytes("after")) |")
  }
  return output
}

extension TextOutput {
  fileprivate mutating func writePage(of rule: HotspotRule) {
    line("# \(rule.id): \(rule.title)")
    line()
    for text in wrapped("Kind `\(rule.kind.rawValue)`. \(rule.cost)", to: 100) { line(text) }
    line()
    line("**Fix:** \(rule.advice)")
    for (title, code) in [("Before", rule.before), ("After", rule.after)] where !code.isEmpty {
      line()
      line("\(title):")
      line()
      line("```go")
      line(code)
      line("```")
    }
    let table = CostTable(rule)
    if !table.rows.isEmpty {
      line()
      line("## Measured")
      line()
      line("| " + table.header.joined(separator: " | ") + " |")
      line("| --- |" + table.header.dropFirst().map { _ in " ---: |" }.joined())
      for row in table.rows { line("| " + row.joined(separator: " | ") + " |") }
      line()
      line(
        "An operation, by [Fixtures/benchmarks](../../Fixtures/benchmarks): maps there have 100 entries, "
          + "texts 100 parts.")
      if let note = table.note { line(note) }
    }
    if !rule.circulatingRemedies.isEmpty {
      line()
      line("## What is recommended elsewhere")
      line()
      line("| | |")
      line("| --- | --- |")
      for remedy in rule.circulatingRemedies { line("| `\(remedy.code)` | \(remedy.truth) |") }
    }
    line()
    line("## On a stack")
    line()
    for text in rule.match.sentences { line("- \(text)") }
    if !rule.links.isEmpty {
      line()
      line("## Links")
      line()
    }
    for link in rule.links { line("- <\(link)>") }
  }
}

extension StackMatch {
  /// What the rule looks for, in words.
  var sentences: [String] {
    var result: [String] = []
    func names(_ patterns: [String]) -> String {
      patterns.map { "`\($0)`" }.joined(separator: ", ")
    }
    if !entries.isEmpty { result.append("Your line calls one of \(names(entries)).") }
    switch through {
    case .anything: break
    case .function(let functions):
      result.append("Between that and the leaf lies one of \(names(functions)).")
    case .call(let functions, let by):
      result.append(
        "Between that and the leaf, one of \(names(functions)) is called by \(names(by)).")
    case .leaf(let functions):
      result.append("The leaf, which allocates, is one of \(names(functions)).")
    }
    if !without.isEmpty { result.append("None of \(names(without)) lies between.") }
    if leavesOutWriters {
      result.append("What the writer that the text goes to allocates does not count.")
    }
    if entryIsLeaf { result.append("The function called allocates itself.") }
    if let siteEvidence {
      result.append(
        "All bytes of the line count once \(percentText(siteEvidence)) of them show it.")
    }
    if let confirmation {
      result.append(
        "The same line must match `\(confirmation.rule)`, which decides by itself "
          + "from \(percentText(confirmation.sufficientShare)) of the bytes on.")
    }
    if takesOwnBytes { result.append("What the line itself boxes for the call counts too.") }
    if throughLibraries { result.append("A logging or encoding library may lie between.") }
    if !callers.isEmpty {
      result.append("Your line allocates itself, in a body that one of \(names(callers)) calls.")
    }
    if minimumSizes > 0 {
      result.append(
        "There are blocks of at least \(minimumSizes) sizes, as a growing slice leaves.")
    }
    if mustHaveGrown {
      result.append("Small blocks of a single size do not count: nothing has grown there.")
    }
    if minimumObjects > 0 {
      result.append(
        "The function has allocated \(minimumObjects) objects or more in this way, by the low "
          + "end of what the samples may stand for.")
    }
    if ignoresInitialization { result.append("Initialisation of packages does not count.") }
    if isBlameless { result.append("No frame of yours is on the stack.") }
    if let source { result.append(source.sentence) }
    if isLadder {
      result.append(
        "No function is called, the line's source is not at hand, and its blocks have ever larger "
          + "sizes in equal numbers, the last ones a quarter apart.")
    }
    if !work.isEmpty {
      result.append(
        "Most of what the call site allocates below \(work.map { "`\($0)`" }.joined(separator: ", ")) "
          + "must show it; where less does, what shows it counts alone.")
    }
    if isNotOfWriters {
      result.append("A method `Write` does not count: it hands on what others write.")
    }
    return result.isEmpty
      ? ["No single profile shows it: compare several with `heapscope trend`."] : result
  }
}

extension SourcePattern {
  /// What stands on the line.
  fileprivate var sentence: String {
    let line =
      switch self {
      case .growingString: "`s += x`, `s = s + x` or `b = append(b, x...)` of bytes"
      case .conversion: "`[]byte(s)` or `string(b)`"
      case .mapWrite: "`m[k] = v`, with blocks of the sizes of a growing map"
      case .mapKeysAppended: "`s = append(s, …)` in a loop over a map, with blocks of growing sizes"
      case .oversizedMake: "`make` with a constant capacity, and blocks of 64 KiB or more"
      case .concatenation: "`\"a\" + f(b)`"
      case .formatArguments: "a call of `fmt` or `log`, and blocks of the sizes of its arguments"
      case .append: "`x = append(x, …)`"
      case .appendedCopy: "`append([]T(nil), x...)`: onto nothing"
      case .boxing:
        "nothing else that allocates, and blocks of one size: an argument, result or variable "
          + "that is an interface"
      case .buffer: "`make([]T, n)`, `make(chan T)` or `[]T{…}`"
      case .object: "`&T{…}`, `new(T)`, a closure, or a variable that outlives its function"
      case .smallMap: "`make(map[K]V)`, `map[K]V{…}`, or `m[k] = v` with blocks of one size"
      case .callerLookup: "`runtime.Caller`, `Callers`, `CallersFrames` or `FuncForPC`"
      }
    return
      "No function is called: the source of your line, where the profile says or `--source-path` finds it, has \(line)."
  }
}
