import ArgumentParser

/// When reports are coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// Where the report goes.
struct OutputArguments: ParsableArguments {
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write the report to this file.", valueName: "file"))
  var output: String?

  @Option(help: "Colour the report: auto, always or never.")
  var color = ColorChoice.auto
}
