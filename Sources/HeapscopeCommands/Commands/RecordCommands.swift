import ArgumentParser
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

extension ReportCommand {
  /// What takes the parts of a report with names as the profile has them, which a
  /// terminal gets only when the whole was made safe.
  fileprivate func terminalSafe(
    _ session: Session
  ) -> ((Span<UInt8>) throws -> Void)? {
    session.isForPeople(arguments.output) ? nil : session.drain(arguments.output)
  }
}

struct TracesCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "traces", abstract: "List every sample with its labels and stack.",
    discussion: """
      EXAMPLES:
        heapscope traces --focus=handleOrder heap.pb.gz
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let context = ReportContext(try select(loaded, in: session))
    let drain = terminalSafe(session)
    let text = try written(
      text: { try context.tracesText(drain: drain) }, document: context.tracesDocument)
    return (text, .success)
  }
}

struct TagsCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "tags", abstract: "List the labels and what the samples with each add up to.",
    discussion: """
      EXAMPLES:
        heapscope tags heap.pb.gz
        heapscope tags --tagshow='^bytes$' --unit=kB heap.pb.gz
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let report = TagsReport(ReportContext(try select(loaded, in: session)))
    return (written(text: report.text, document: report.document), .success)
  }
}

struct RawCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "raw", abstract: "Print all tables of the profile.",
    discussion: """
      EXAMPLES:
        heapscope raw heap.pb.gz | less
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session) { $0.granularity = .addresses }
    let drain = terminalSafe(session)
    let output = try written(text: { try rawText(selection.profile, drain: drain) }) {
      ReportContext(selection).rawDocument()
    }
    return (output, .success)
  }
}

struct CommentsCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "comments", abstract: "Print the comments in the profile.",
    discussion: """
      EXAMPLES:
        heapscope comments heap.pb.gz
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let context = ReportContext(try select(loaded, in: session))
    return (written(text: context.commentsText, document: context.commentsDocument), .success)
  }
}

struct FoldedCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "folded",
    abstract: "Print folded stacks, which flamegraph.pl draws.",
    discussion: """
      One line a distinct stack, root first, the value in the sample type's own unit.

      EXAMPLES:
        heapscope folded heap.pb.gz | flamegraph.pl --colors=mem --countname=bytes > heap.svg
        heapscope folded --sample-index=alloc_objects --lines heap.pb.gz
      """)

  static let usesSymbols = true

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let context = ReportContext(try select(loaded, in: session))
    let drain = session.drain(arguments.output)
    let text = try written(
      text: { try context.foldedText(drain: drain) }, document: context.foldedDocument)
    return (text, .success)
  }
}
