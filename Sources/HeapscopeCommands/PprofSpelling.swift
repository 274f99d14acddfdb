import ArgumentParser

/// Rewrites pprof's way of writing options into ours.
///
/// `-sample_index=alloc_space -cum` becomes `--sample-index=alloc_space --cum`,
/// `-trim=false` becomes `--no-trim`, and `-top FILE` becomes `top FILE`, so that
/// fingers and scripts need no retraining. An option that is given an empty
/// text, as in `-focus=`, is left out: that is its default.
func normalizedArguments(_ arguments: [String]) throws(CommandFailure) -> [String] {
  var result: [String] = []
  var report: [String] = []
  // Behind a command, `--list` is an option of it.
  let hasCommand = arguments.first.map(HeapscopeCommand.commandNames.contains) ?? false
  var rest = arguments[...]
  while let argument = rest.popFirst() {
    if !argument.hasPrefix("-") || argument == "-" {
      result.append(argument)
      continue
    }
    if argument == "--" {
      result.append(argument)
      result += rest
      break
    }
    let body = argument.drop { $0 == "-" }
    let isSingleDash = argument.count - body.count == 1
    let equalsOrEnd = body.firstIndex(of: "=") ?? body.endIndex
    let name = String(body[..<equalsOrEnd].map { $0 == "_" ? "-" : $0 })
    var value = equalsOrEnd == body.endIndex ? nil : String(body[body.index(after: equalsOrEnd)...])
    if report.isEmpty, !hasCommand, PprofOptions.reports.contains(name) {
      if isSingleDash, value == nil, PprofOptions.patternReports.contains(name) {
        value = rest.popFirst()
      }
      report = value.map { [name, "--match=\($0)"] } ?? [name]
    } else if PprofOptions.switches.contains(name) {
      result += try spelledSwitch(name, value)
    } else if PprofOptions.valued.contains(name) {
      // Behind one dash, what follows is the value whatever it looks like.
      if value == nil, isSingleDash || !(rest.first?.hasPrefix("-") ?? true) {
        value = rest.popFirst()
      }
      result += try spelledOption(name, value)
    } else if value == "" {
      throw CommandFailure(.usage, OptionValues.refusal(name, ""))
    } else {
      result.append(argument)
    }
  }
  return report + result
}

/// An option with its value in one word, so that no value is taken for an option.
private func spelledOption(
  _ name: String, _ value: String?
) throws(CommandFailure) -> [String] {
  guard let value else { return ["--\(name)"] }
  if !value.isEmpty { return ["--\(name)=\(value)"] }
  switch name {
  case "nodecount", "nodefraction", "edgefraction", "divide-by", "match":
    throw CommandFailure(.usage, OptionValues.refusal(name, ""))
  // Not the default, which is `minimum`: each value in its family's base unit.
  case "unit": return ["--unit=count"]
  default: return []
  }
}

/// A switch as ArgumentParser knows it: with or without `no-`.
private func spelledSwitch(
  _ name: String, _ value: String?
) throws(CommandFailure) -> [String] {
  switch value {
  case nil, "1", "t", "T", "true", "TRUE", "True": return ["--\(name)"]
  case "0", "f", "F", "false", "FALSE", "False": return name == "trim" ? ["--no-trim"] : []
  default:
    throw CommandFailure(.usage, "--\(name) '\(value ?? "")': give true or false")
  }
}

/// The names of pprof's options and reports, with dashes.
enum PprofOptions {
  static let switches: Set<String> = [
    "mean", "trim", "cum", "flat", "functions", "filefunctions", "files", "lines", "addresses",
    "packages", "modules", "noinlines", "showcolumns", "call-tree", "compact-labels",
    "relative-percentages", "drop-negative", "normalize", "all-frames", "inuse-space",
    "inuse-objects", "alloc-space", "alloc-objects", "total-delay", "contentions", "mean-delay",
    "gc", "insecure",
  ]

  static let valued: Set<String> = [
    "sample-index", "divide-by", "unit", "nodecount", "nodefraction", "edgefraction", "focus",
    "ignore", "hide", "show", "show-from", "prune-from", "tagfocus", "tagignore", "tagshow",
    "taghide", "tagroot", "tagleaf", "base", "diff-base", "add-comment", "output", "trim-path",
    "source-path", "symbolize", "match", "seconds", "timeout", "tls-ca", "tls-cert", "tls-key",
  ]

  /// The reports that take a pattern, as in `-peek=REGEX`.
  static let patternReports: Set<String> = ["peek", "list"]

  static let reports: Set<String> = [
    "top", "text", "tree", "peek", "traces", "tags", "raw", "comments", "dot", "callgrind",
    "list", "proto", "topproto", "svg", "png", "pdf",
  ]
}
