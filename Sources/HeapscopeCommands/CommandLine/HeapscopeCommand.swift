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
          TrendCommand.self, GCTraceCommand.self, GoroutinesCommand.self, MetricsCommand.self,
          HeldCommand.self, WatchCommand.self, CheckCommand.self, BenchCommand.self,
          ExplainCommand.self,
        ]),
      CommandGroup(
        name: "Reports of pprof",
        subcommands: [
          TopCommand.self, ProfileCommand<TreeAnswer>.self, PeekCommand.self,
          ProfileCommand<TracesAnswer>.self,
          ProfileCommand<TagsAnswer>.self, ProfileCommand<RawAnswer>.self,
          ProfileCommand<CommentsAnswer>.self, ProfileCommand<ProtoAnswer>.self,
          ProfileCommand<TopProtoAnswer>.self, ListCommand.self, ProfileCommand<DotAnswer>.self,
          ProfileCommand<CallgrindAnswer>.self,
          ProfileCommand<DrawnGraph<SVGFormat>>.self, ProfileCommand<DrawnGraph<PNGFormat>>.self,
          ProfileCommand<DrawnGraph<PDFFormat>>.self, ProfileCommand<DrawnGraph<GIFFormat>>.self,
          ProfileCommand<DrawnGraph<PSFormat>>.self,
        ]),
      CommandGroup(name: "Pictures", subcommands: [ReportCommand.self, FlameCommand.self]),
      CommandGroup(
        name: "For other programs",
        subcommands: [ProfileCommand<FoldedAnswer>.self, MergeCommand.self]),
    ],
    defaultSubcommand: SummaryCommand.self)
}

extension HeapscopeCommand {
  static var commands: [any ParsableCommand.Type] {
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
