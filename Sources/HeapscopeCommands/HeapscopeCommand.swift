import ArgumentParser

/// The version of heapscope (semver.org).
let programVersion = "0.1.0"

struct HeapscopeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heapscope",
    abstract: "Say what holds the memory in a pprof heap profile, and which line asked for it.",
    discussion: """
      EXAMPLES:
        heapscope heap.pb.gz                      a summary on one screen
        heapscope top heap.pb.gz                  the functions with the most live memory
        heapscope hotspots heap.pb.gz             wasteful patterns, the line to blame, the fix
        heapscope focus fmt.sprint                who leads to a function, in the last profile
        heapscope folded heap.pb.gz | flamegraph.pl --colors=mem > heap.svg
        heapscope top localhost:6060              from a running program
        heapscope watch localhost:6060            what grows in it, live

      The options of 'go tool pprof' work under their own names, in either spelling:
      -sample_index=alloc_space or --sample-index alloc_space.
      """,
    version: programVersion,
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Answers",
        subcommands: [
          SummaryCommand.self, HotspotsCommand.self, FocusCommand.self, DiffCommand.self,
          TrendCommand.self, GCTraceCommand.self, GoroutinesCommand.self, WatchCommand.self,
          CheckCommand.self, ExplainCommand.self,
        ]),
      CommandGroup(
        name: "Reports of pprof",
        subcommands: [
          TopCommand.self, TreeCommand.self, PeekCommand.self, TracesCommand.self,
          TagsCommand.self, RawCommand.self, CommentsCommand.self, ProtoCommand.self,
          TopProtoCommand.self, ListCommand.self, DotCommand.self, CallgrindCommand.self,
          SVGCommand.self, PNGCommand.self, PDFCommand.self,
        ]),
      CommandGroup(name: "Pictures", subcommands: [PageCommand.self, FlameCommand.self]),
      CommandGroup(
        name: "For other programs", subcommands: [FoldedCommand.self, MergeCommand.self]),
    ],
    defaultSubcommand: SummaryCommand.self)
}

extension HeapscopeCommand {
  private static var commands: [any ParsableCommand.Type] {
    configuration.groupedSubcommands.flatMap(\.subcommands)
  }

  private static func names(_ command: any ParsableCommand.Type) -> [String] {
    [command._commandName] + command.configuration.aliases
  }

  static var commandNames: [String] { commands.flatMap(names) }

  static func command(named name: String) -> (any ParsableCommand.Type)? {
    commands.first { names($0).contains(name) }
  }
}

/// True when one word is likely a slip for the other.
func isNear(_ left: String, _ right: String) -> Bool {
  let letters = min(left.count, right.count) - (left.hasPrefix("--") ? 2 : 0)
  return editDistance(left, right) <= max(1, min(2, letters / 3))
}

/// How many letters must be added, taken away, changed or swapped with their
/// neighbour to turn one text into another (optimal string alignment).
///
/// Of longer texts the first 64 letters are looked at: no option or name is as long.
func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.prefix(64))
  let right = Array(right.prefix(64))
  var rows = [Array(0...right.count)]
  for index in left.indices {
    var row = [index + 1]
    for column in right.indices {
      let cost = left[index] == right[column] ? 0 : 1
      var best = min(rows[index][column + 1] + 1, row[column] + 1, rows[index][column] + cost)
      if index > 0, column > 0, left[index] == right[column - 1], left[index - 1] == right[column] {
        best = min(best, rows[index - 1][column - 1] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
