import ArgumentParser
import Reports
import StackGraph

struct ListCommand: PlainPatternCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show the source of the functions that match, with what each line holds.",
    discussion: """
      The pattern is literal text in either case; /…/ makes it a regular expression.
      Source files are looked for where the profile says, in the working directory, the
      Go distribution and the module cache, or in --source-path alone. Elsewhere only
      files with the name of a source are read.

      EXAMPLES:
        heapscope list handleOrder heap.pb.gz
        heapscope list --sample-index=alloc_space --source-path=src --trim-path=/build handle heap.pb.gz
      """)

  @Option(help: ArgumentHelp("The pattern as pprof reads it.", valueName: "regex"))
  var match: String?
  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The pattern, unless --match gives it, then the profiles.", completion: .file())
  var words: [String] = []

  var profiles: [String] { match == nil ? Array(words.dropFirst()) : words }

  private static let mostRefusals = 10

  func validate() throws {
    if match == nil { try checkPattern(words.first, profiles: profiles, command: "list") }
  }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let pattern = try pattern(word: words.first, match: match)
    let selection = try select(loaded, in: session) { $0.granularity = .lines }
    let report = ListReport(
      ReportContext(selection, keepsObjectFiles: true), matching: pattern)
    if report.routines.isEmpty {
      throw noMatch(match ?? words.first ?? "", selection)
    }
    let finder = SourceFinder(
      sourcePath: arguments.selection.sourcePath, environment: session.environment)
    var refusals: [String] = []
    func source(_ file: [UInt8]) -> SourceText {
      let (text, refusal) = finder.find(file)
      if let refusal { refusals.append(refusal) }
      return text
    }
    let output = written(text: { report.text(source: source) }) {
      report.document(source: source)
    }
    for refusal in refusals.prefix(Self.mostRefusals) { session.message(refusal) }
    if refusals.count > Self.mostRefusals {
      session.message("and \(refusals.count - Self.mostRefusals) more files are not read")
    }
    return (output, .success)
  }
}
