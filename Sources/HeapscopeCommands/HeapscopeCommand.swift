import ArgumentParser

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
        curl -s localhost:6060/debug/pprof/heap | heapscope top

      The options of 'go tool pprof' work under their own names, in either spelling:
      -sample_index=alloc_space or --sample-index alloc_space.
      """,
    version: "0.1.0",
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Answers",
        subcommands: [
          SummaryCommand.self, HotspotsCommand.self, FocusCommand.self, DiffCommand.self,
          TrendCommand.self, ExplainCommand.self,
        ]),
      CommandGroup(
        name: "Reports of pprof",
        subcommands: [
          TopCommand.self, TreeCommand.self, PeekCommand.self, TracesCommand.self,
          TagsCommand.self, RawCommand.self, CommentsCommand.self, ProtoCommand.self,
          TopProtoCommand.self, ListCommand.self, DotCommand.self, CallgrindCommand.self,
          SVGCommand.self, PNGCommand.self, PDFCommand.self,
        ]),
      CommandGroup(name: "For other programs", subcommands: [FoldedCommand.self, MergeCommand.self]),
    ],
    defaultSubcommand: SummaryCommand.self)
}

extension HeapscopeCommand {
  static var commandNames: [String] {
    configuration.groupedSubcommands.flatMap { $0.subcommands }.flatMap {
      [$0._commandName] + $0.configuration.aliases
    }
  }
}

/// How many letters must be added, taken away or changed to turn one text into
/// another (Levenshtein).
func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (index, letter) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let above = row[column + 1]
      row[column + 1] = min(
        above + 1, row[column] + 1, diagonal + (letter == right[column] ? 0 : 1))
      diagonal = above
    }
  }
  return row[right.count]
}
