import ArgumentParser
import StackGraph

/// The content of the input files.
enum InputFormat: String, OptionValue, CaseIterable {
  static let description = alternatives(named: "format")

  case auto, folded
}

/// Where names come from when a profile has none of its own, and how to show mangled names.
///
/// As in pprof, the words are separated by colons; `none` overrides all others.
struct Symbolization: OptionValue {
  static let description = ValueDescription(
    name: "text|none|demangle=style",
    expected: "text, none, or demangle=default, templates, full or none", whenEmpty: .theDefault)

  /// Nil for the report's own rule.
  private(set) var usesText: Bool?
  private(set) var demangling = NameDemangling()

  init?(argument: String) {
    for word in argument.lowercased().split(separator: ":") {
      switch word {
      case "text": usesText = true
      case "none":
        usesText = false
        demangling = NameDemangling(style: nil)
        return
      case "force": demangling.replacesNames = true
      case "demangle=none":
        demangling = NameDemangling(style: nil, replacesNames: true)
      default:
        let prefix = "demangle="
        guard word.hasPrefix(prefix),
          let style = NameStyle(rawValue: String(word.dropFirst(prefix.count)))
        else { return nil }
        demangling.style = style
        demangling.cutsPlainNames = true
        if style != .short { demangling.replacesNames = true }
      }
    }
  }
}

/// Where the profiles come from, and what to subtract from them.
struct ProfileArguments: ParsableArguments {
  @Option("Subtract this profile; may be given several times.")
  var base: [Text<BaseProfile>] = []
  @Option("Subtract this profile, and take percentages of it.")
  var diffBase: [Text<BaseProfile>] = []
  @Flag(help: "Scale the profile to the base's total first.")
  var normalize = false
  @Flag(help: "Ignore the profile's drop_frames and keep_frames.")
  var allFrames = false
  @Option("Add a comment to the profile.")
  var addComment: Text<Comment>?
  @Option(
    """
    Take names from Go's text form (text), or addresses alone as pprof does (none). \
    C++ and Rust names: without arguments (demangle=default), with those of templates \
    (templates), whole (full), or as they are (demangle=none; none).
    """)
  var symbolize: Symbolization?
  @Option("What the files hold: auto, or folded for folded stacks.")
  var input = InputFormat.auto
  @Option("The most bytes a file may inflate to, such as 8GB.")
  var maxInflated: ByteSize?
  @Flag(help: "Leave out profiles that are damaged, name them, and end with status 65.")
  var skipDamaged = false
  @OptionGroup var fetch: FetchArguments

  func validate() throws {
    if !base.isEmpty, !diffBase.isEmpty {
      throw ValidationError("--base and --diff-base exclude each other: give one")
    }
    if normalize, !hasBase {
      throw ValidationError("--normalize needs a profile to scale to: add --base or --diff-base")
    }
  }

  /// Something is subtracted.
  var hasBase: Bool { !base.isEmpty || !diffBase.isEmpty }

  var request: LoadingRequest {
    var request = LoadingRequest()
    request.bases = (base + diffBase).map(\.text)
    request.isDiff = !diffBase.isEmpty
    request.normalizes = normalize
    request.keepsAllFrames = allFrames
    request.comment = addComment?.text
    request.usesSymbols = symbolize?.usesText
    request.demangling = symbolize?.demangling ?? NameDemangling()
    request.isFolded = input == .folded
    request.inflatedLimit = maxInflated?.bytes
    request.skipsDamaged = skipDamaged
    request.fetching = fetch.request
    return request
  }
}
