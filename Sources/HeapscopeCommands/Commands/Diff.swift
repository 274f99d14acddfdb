import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

struct DiffCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what became of the findings, and what grew, shrank, is new and went.",
    discussion: """
      With growth a second for profiles of one process, and for each row whether it is more
      than the sampling's noise. Lines of two builds are matched by their order in a function.

      EXAMPLES:
        heapscope diff before.pb.gz after.pb.gz
        heapscope diff --cum --nodecount=20 --sample-index=alloc_space before.pb.gz after.pb.gz
      """)

  @Flag(help: "Show rows and findings within noise too.")
  var all = false
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The profile from before.", completion: .file())
  var before: String
  @Argument(help: "The profile from after.", completion: .file())
  var after: String

  func validate() throws {
    if arguments.profile.hasBase {
      throw ValidationError("diff compares its two arguments: leave --base and --diff-base out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let answer = DiffAnswer(
      before: before, after: after, showsNoise: all, ownCode: ownCode.request)
    return try session.answer(answer, arguments.request([after]))
  }
}

struct DiffAnswer: ProfileAnswer {
  static let isOurs = true
  static let isStyled = true

  /// As named on the command line.
  var before: String
  var after: String

  var showsNoise: Bool
  var ownCode: OwnCodeRequest

  func fetchedTogether(_ request: Request) -> [String] { [before, after] }

  func answer(_ run: ProfileRun) throws -> Answer {
    let later = run.session.lastRead
    var base = try run.session.load([before], run.request.loading, usesSymbols: true)
    run.session.noteProvenance(of: base)
    // The profile for the next command is the later one.
    if let later { run.session.rememberLastProfile(later) }
    let settings = try run.session.settings(ownCode)
    let pair = ProfilePair(
      before: base.profile, after: run.loaded.profile, ownCode: ownCode.options(settings))
    if !pair.kinship.isOneProgram {
      run.session.message(otherProgramNote(before: base.names, after: run.loaded.names))
    }
    base.profile = pair.before
    var after = run
    after.loaded.profile = pair.after
    let trimming = run.request.trimming.options(defaultCount: 10)
    let byCum = trimming.order == .cum
    var comparison = try compared(after, base, pair, byCum: byCum)
    comparison.findings = try findings(after, base, pair, settings)
    let context = ReportContext(comparison.after)
    return try run.written(
      text: {
        comparison.text(
          run.session.style(
            run.request.output, own: OwnNames(pair.ownershipAfter, in: pair.after)),
          count: trimming.nodeCount, byCum: byCum, showsNoise: showsNoise)
      }, document: { comparison.document(context) })
  }

  private func compared(
    _ run: ProfileRun, _ base: LoadedProfile, _ pair: ProfilePair, byCum: Bool
  ) throws -> Comparison {
    let later = try run.select()
    let earlier = try run.session.select(base, run.request.selection) {
      // The same type, whatever the default of the other profile is.
      $0.sampleIndex = later.profile.sampleTypeName(later.column)
    }
    guard earlier.unit == later.unit else {
      throw failure(MergeError.units(sampleType: later.sampleType, earlier.unit, later.unit))
    }
    // If the totals do not overflow, no row's difference can.
    if earlier.total.addingReportingOverflow(later.total).overflow {
      throw failure(MergeError.overflow(sampleType: later.sampleType))
    }
    return Comparison(pair, before: earlier, after: later, byCum: byCum)
  }

  /// The findings of `hotspots` in both profiles, in its sample type.
  ///
  /// - Returns: nil when the other profile does not have that type.
  private func findings(
    _ run: ProfileRun, _ base: LoadedProfile, _ pair: ProfilePair, _ settings: Settings
  ) throws -> FindingComparison? {
    func selected(_ loaded: LoadedProfile, _ type: String?) throws -> Selection {
      try run.session.select(loaded, run.request.selection, warns: false) {
        $0.granularity = .addresses
        if let type { $0.sampleIndex = type } else { $0.preferAllocated(in: loaded.profile) }
      }
    }
    let later = try selected(run.loaded, nil)
    let type = later.profile.sampleTypeName(later.column)
    guard later.divisorColumn == nil, later.profile.measure(ofColumn: later.column).isMemory,
      base.profile.column(named: type) != nil
    else { return nil }
    let asked = run.request.selection.options.sourcePath
    /// - Parameter readsSource: only on request, since with two builds only the sources of one are
    ///   available: what they explain there would look new.
    func report(
      _ selection: Selection, _ known: Ownership, readsSource: Bool
    ) -> HotspotReport {
      var request = ownCode
      request.readsSource = readsSource && request.readsSource
      // Frames of labels are functions that only the selection has.
      let ownership =
        known.origins.count == selection.profile.functions.count
        ? known : Ownership(selection.profile, ownCode.options(settings))
      // What is small on one side may be large on the other.
      return run.findings(in: selection, settings, request, ownership) { $0.minimumShare = 0 }
    }
    let earlier = try selected(base, type)
    func reports(readsSource: Bool) -> (before: HotspotReport, after: HotspotReport) {
      (
        report(earlier, pair.ownershipBefore, readsSource: readsSource),
        report(later, pair.ownershipAfter, readsSource: readsSource)
      )
    }
    var (before, after) = reports(readsSource: !asked.isEmpty)
    let notes = before.sourceNotes + after.sourceNotes
    if !notes.isEmpty {
      run.session.noteSources(notes)
      run.session.message("findings are compared without the sources, which are not of both builds")
      (before, after) = reports(readsSource: false)
    }
    return FindingComparison(before: before, after: after)
  }
}

/// Says that two profiles are of different programs.
func otherProgramNote(before: [String], after: [String]) -> String {
  "\(listed(before)) and \(listed(after)) are of different "
    + "programs: what has the same name in both is compared"
}
