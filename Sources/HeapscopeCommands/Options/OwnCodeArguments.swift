import ArgumentParser
import HeapAnalysis
import StackGraph

/// Whose code is whose, for the commands that blame lines.
struct OwnCodeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("The path of your module, unless it is guessed right.", valueName: "prefix"))
  var module: String?
  @Option(
    help: ArgumentHelp(
      "Functions or files with this in their name are yours; may be given several times.",
      valueName: "text"))
  var own: [String] = []
  @Option(
    help: ArgumentHelp(
      "Functions or files with this in their name are never blamed; wins over --own.",
      valueName: "text"))
  var notOwn: [String] = []

  @Option(
    help: ArgumentHelp(
      "A TOML file with rules, own code and budgets; may be given several times.",
      valueName: "file"))
  var rules: [String] = []
  @Flag(help: "Leave out the .heapscope.toml that lies in the working tree.")
  var noRulesFile = false

  /// What the command line says, and the settings below it.
  func options(_ settings: Settings) -> HotspotOptions {
    var options = HotspotOptions()
    options.modulePrefix = module ?? settings.module
    options.isOwn = Self.predicate(settings.own + own)
    options.isNotOwn = Self.predicate(settings.notOwn + notOwn)
    options.suppressed = Set(settings.suppressed)
    return options
  }

  private static func predicate(_ texts: [String]) -> HotspotOptions.TextPredicate? {
    if texts.isEmpty { return nil }
    let finder = TextFinder(texts)
    return { finder.isAny(in: $0) }
  }
}

extension OwnCodeArguments {
  /// As they are when none is named; see ``PlainCommand``.
  static var plain: OwnCodeArguments {
    var arguments = OwnCodeArguments()
    arguments.module = nil
    arguments.own = []
    arguments.notOwn = []
    arguments.rules = []
    arguments.noRulesFile = false
    return arguments
  }
}
