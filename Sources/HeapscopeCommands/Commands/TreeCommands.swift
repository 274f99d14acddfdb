import ArgumentParser
import ReportRendering
import StackGraph

struct TreeCommand: ReportCommand {
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

struct PeekCommand: ReportCommand {
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
    if match == nil, words.isEmpty {
      throw ValidationError("no pattern: give the function to look for")
    }
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
      throw CommandFailure(.negative, "no function matches '\(match ?? words.first ?? "")'")
    }
    return (written(text: report.text) { report.document("peek") }, .success)
  }
}

/// Reads a pattern: pprof's regular expression, or a word of the command line,
/// which is literal text unless it stands between slashes.
func pattern(word: String?, match: String?) throws(CommandFailure) -> Pattern {
  do {
    if let match { return try Pattern(match) }
    let word = word ?? ""
    if word.count > 2, word.hasPrefix("/"), word.hasSuffix("/") {
      return try Pattern(String(word.dropFirst().dropLast()))
    }
    return try Pattern(literal: word)
  } catch {
    throw CommandFailure(
      .usage, "pattern '\(match ?? word ?? "")': \(error.reason), at byte \(error.offset); "
        + "give a regular expression (RE2 syntax)")
  }
}
