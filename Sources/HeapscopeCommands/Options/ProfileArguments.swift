import ArgumentParser

/// What the input files hold.
enum InputFormat: String, ExpressibleByArgument, CaseIterable {
  case auto, folded
}

/// Where names come from when a profile has none of its own.
enum SymbolSource: String, ExpressibleByArgument, CaseIterable {
  case text, none
}

/// Where the profiles come from, and what is subtracted from them.
struct ProfileArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Subtract this profile.", valueName: "profile"))
  var base: String?
  @Option(
    help: ArgumentHelp(
      "Subtract this profile, and take percentages of it.", valueName: "profile"))
  var diffBase: String?
  @Flag(help: "Scale the profile to the base's total first.")
  var normalize = false
  @Flag(help: "Ignore the profile's drop_frames and keep_frames.")
  var allFrames = false
  @Option(help: ArgumentHelp("Add a comment to the profile.", valueName: "text"))
  var addComment: String?
  @Option(
    help: ArgumentHelp(
      "Take names from Go's text form (text), or addresses alone as pprof does (none).",
      valueName: "text|none"))
  var symbolize: SymbolSource?
  @Option(
    help: ArgumentHelp(
      "What the files hold: auto, or folded for folded stacks.", valueName: "format"))
  var input = InputFormat.auto
  @Option(
    help: ArgumentHelp("The most bytes a file may inflate to, such as 8GB.", valueName: "size"))
  var maxInflated: ByteSize?
  @OptionGroup var fetch: FetchArguments

  func validate() throws {
    if base != nil, diffBase != nil {
      throw ValidationError("--base and --diff-base exclude each other: give one")
    }
    if normalize, base == nil, diffBase == nil {
      throw ValidationError("--normalize needs a profile to scale to: add --base or --diff-base")
    }
  }
}

extension ProfileArguments {
  /// As they are when none is named; see ``PlainCommand``.
  static var plain: ProfileArguments {
    var arguments = ProfileArguments()
    arguments.base = nil
    arguments.diffBase = nil
    arguments.normalize = false
    arguments.allFrames = false
    arguments.addComment = nil
    arguments.symbolize = nil
    arguments.input = .auto
    arguments.maxInflated = nil
    arguments.fetch = .plain
    return arguments
  }
}
