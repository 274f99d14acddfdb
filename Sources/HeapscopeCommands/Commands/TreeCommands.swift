import ArgumentParser
import Glibc
import ProfileModel
import Reports
import StackGraph

struct TreeCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "List each function between its callers and callees.",
    discussion: """
      EXAMPLES:
        heapscope tree --nodecount=20 heap.pb.gz
        heapscope tree --focus='fmt\\.Sprint' --sample-index=alloc_space heap.pb.gz
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session)
    var context = ReportContext(selection, trimming: arguments.graph.options(defaultCount: 80))
    context.hidesHeader = arguments.graph.compactLabels
    let report = TreeReport(context)
    return (written(text: report.text) { report.document("tree") }, .success)
  }
}

struct PeekCommand: PlainPatternCommand {
  static let configuration = CommandConfiguration(
    commandName: "peek",
    abstract: "List the callers and callees of the functions that match.",
    discussion: """
      The pattern is literal text in either case; /…/ makes it a regular expression.

      EXAMPLES:
        heapscope peek fmt.Sprintf heap.pb.gz
        heapscope peek '/^main\\./' heap.pb.gz
      """)

  @Option(help: ArgumentHelp("The pattern as pprof reads it.", valueName: "regex"))
  var match: String?
  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The pattern, unless --match gives it, then the profiles.", completion: .file())
  var words: [String] = []

  var profiles: [String] { match == nil ? Array(words.dropFirst()) : words }

  func validate() throws {
    if match == nil { try checkPattern(words.first, profiles: profiles, command: "peek") }
  }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let pattern = try pattern(word: words.first, match: match)
    let selection = try select(loaded, in: session)
    var trimming = arguments.graph.options(defaultCount: 0)
    trimming.keepAll()
    var context = ReportContext(selection, trimming: trimming)
    context.hidesHeader = arguments.graph.compactLabels
    let report = TreeReport(context, matching: pattern)
    if report.blocks.isEmpty {
      throw noMatch(match ?? words.first ?? "", selection)
    }
    return (written(text: report.text) { report.document("peek") }, .success)
  }
}

/// Refuses a missing pattern, and a profile that stands in its place.
func checkPattern(_ word: String?, profiles: [String], command: String) throws(ValidationError) {
  guard let word else {
    throw ValidationError("a pattern is missing: 'heapscope \(command) PATTERN [PROFILE]'")
  }
  // A program in the working directory may well have a function's name.
  if profiles.isEmpty, word.contains("://") || word.hasPrefix("unix:") {
    throw ValidationError(
      "a pattern is missing: 'heapscope \(command) PATTERN URL'")
  }
  let endings = [".gz", ".pb", ".pprof", ".prof", ".zst"]
  if profiles.isEmpty, endings.contains(where: word.hasSuffix), access(word, F_OK) == 0 {
    throw ValidationError(
      "a pattern is missing: '\(word)' is a file; 'heapscope \(command) PATTERN \(word)'")
  }
}

/// Says that a pattern matches nothing, and which other sample types have data.
func noMatch(_ pattern: String, _ selection: Selection) -> CommandFailure {
  CommandFailure(
    .negative,
    "no function matches '\(pattern)' on a stack with \(selection.sampleType)"
      + otherTypes(selection))
}

/// The sample types beside the selected one that have data, to go behind a message.
func otherTypes(_ selection: Selection) -> String {
  let profile = selection.profile
  let others = profile.sampleTypes.indices.filter {
    $0 != selection.column && profile.magnitude(ofColumn: $0) != 0
  }.map(profile.sampleTypeName)
  return others.isEmpty ? "" : "; other sample types with data: \(others.joined(separator: ", "))"
}

/// Reads a pattern: pprof's regular expression, or a word of the command line,
/// which is literal text unless it stands between slashes.
func pattern(word: String?, match: String?) throws(CommandFailure) -> Pattern {
  do {
    if let match { return try Pattern(match) }
    return try Pattern(word: word ?? "")
  } catch {
    throw CommandFailure(
      .usage,
      "\(match == nil ? "pattern" : "--match") '\(match ?? word ?? "")': \(error.reason), at byte \(error.offset); "
        + "give a regular expression (RE2 syntax)")
  }
}
