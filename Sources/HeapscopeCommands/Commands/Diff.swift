import ArgumentParser
import HeapAnalysis
import ProfileModel
import Reports
import StackGraph

struct DiffCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what grew, shrank, is new and went between two profiles.",
    discussion: """
      With growth a second, and for each row whether it is more than the sampling's noise.

      EXAMPLES:
        heapscope diff before.pb.gz after.pb.gz
        heapscope diff --cum --nodecount=20 --sample-index=alloc_space before.pb.gz after.pb.gz
      """)

  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The profile from before.", completion: .file())
  var before: String
  @Argument(help: "The profile from after.", completion: .file())
  var after: String

  func validate() throws {
    if arguments.profile.base != nil || arguments.profile.diffBase != nil {
      throw ValidationError("diff compares its two arguments: leave --base and --diff-base out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(DiffAnswer(before: before, after: after), arguments.request([after]))
  }
}

struct DiffAnswer: ProfileAnswer {
  static let usesSymbols = true
  static let isStyled = true

  /// As they were named.
  var before: String
  var after: String

  func fetchedTogether(_ request: Request) -> [String] { [before, after] }

  func answer(_ run: ProfileRun) throws -> Answer {
    let base = try run.session.load([before], run.request.loading, usesSymbols: Self.usesSymbols)
    run.session.noteProvenance(of: base)
    // The profile looked at next is the later one.
    run.session.rememberLastProfile(run.session.file(of: after))
    let later = try run.select()
    let earlier = try run.session.select(base, run.request.selection) {
      // The same type, whatever the default of the other profile is.
      $0.sampleIndex = later.profile.sampleTypeName(later.column)
    }
    guard earlier.unit == later.unit else {
      throw failure(MergeError.units(sampleType: later.sampleType, earlier.unit, later.unit))
    }
    // With that, no row's difference can overflow.
    if earlier.total.addingReportingOverflow(later.total).overflow {
      throw failure(MergeError.overflow(sampleType: later.sampleType))
    }
    let trimming = run.request.trimming.options(defaultCount: 10)
    let byCum = trimming.order == .cum
    let comparison = Comparison(before: earlier, after: later, byCum: byCum)
    return try run.written(
      text: {
        comparison.text(run.style, count: trimming.nodeCount, byCum: byCum)
      }, document: { comparison.document(ReportContext(later)) })
  }
}
