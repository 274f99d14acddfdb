import ArgumentParser

/// Rewrites pprof's way of writing options into ours.
///
/// `-sample_index=alloc_space -cum` becomes `--sample-index=alloc_space --cum`,
/// `-trim=false` becomes `--no-trim`, and `-top FILE` becomes `top FILE`, so that
/// fingers and scripts need no retraining.
func normalizedArguments(_ arguments: [String]) throws(CommandFailure) -> [String] {
  var result: [String] = []
  var report: [String] = []
  var isLiteral = false
  for argument in arguments {
    if isLiteral || !argument.hasPrefix("-") || argument == "-" {
      result.append(argument)
      continue
    }
    if argument == "--" {
      isLiteral = true
      result.append(argument)
      continue
    }
    let body = argument.drop { $0 == "-" }
    let dashes = argument.count - body.count
    let equalsOrEnd = body.firstIndex(of: "=") ?? body.endIndex
    let name = String(body[..<equalsOrEnd]).replacing("_", with: "-")
    let value = equalsOrEnd == body.endIndex ? nil : String(body[body.index(after: equalsOrEnd)...])
    if report.isEmpty, isReportName(name), dashes == 1 || !PprofOptions.valued.contains(name) {
      report = value.map { [name, "--match=\($0)"] } ?? [name]
      continue
    }
    if PprofOptions.switches.contains(name) {
      result += try spelledSwitch(name, value, argument)
    } else if PprofOptions.valued.contains(name) {
      result.append("--\(name)" + (value.map { "=\($0)" } ?? ""))
    } else {
      result.append(argument)
    }
  }
  return report + result
}

private func isReportName(_ name: String) -> Bool {
  PprofOptions.reports.contains(name)
}

/// A switch as ArgumentParser knows it: with or without `no-`.
private func spelledSwitch(
  _ name: String, _ value: String?, _ argument: String
) throws(CommandFailure) -> [String] {
  switch value {
  case nil, "1", "t", "T", "true", "TRUE", "True": return ["--\(name)"]
  case "0", "f", "F", "false", "FALSE", "False": return name == "trim" ? ["--no-trim"] : []
  default:
    throw CommandFailure(
      .usage, "\(argument): '\(value ?? "")' is no value of --\(name), which is true or false")
  }
}

/// The names of pprof's options and reports, with dashes.
enum PprofOptions {
  static let switches: Set<String> = [
    "mean", "trim", "cum", "flat", "functions", "filefunctions", "files", "lines", "addresses",
    "packages", "modules", "noinlines", "showcolumns", "call-tree", "compact-labels",
    "relative-percentages", "drop-negative", "normalize", "all-frames", "inuse-space",
    "inuse-objects", "alloc-space", "alloc-objects", "total-delay", "contentions", "mean-delay",
  ]

  static let valued: Set<String> = [
    "sample-index", "divide-by", "unit", "nodecount", "nodefraction", "edgefraction", "focus",
    "ignore", "hide", "show", "show-from", "prune-from", "tagfocus", "tagignore", "tagshow",
    "taghide", "tagroot", "tagleaf", "base", "diff-base", "add-comment", "output", "trim-path",
    "source-path", "symbolize", "match",
  ]

  static let reports: Set<String> = [
    "top", "text", "tree", "peek", "traces", "tags", "raw", "comments", "dot", "callgrind",
    "list", "proto", "topproto", "svg", "png", "pdf",
  ]
}
