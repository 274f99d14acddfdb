import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

/// What a command makes of the profiles that a request names.
protocol ProfileAnswer {
  /// True for answers of our own. They read Go's text form with its symbols, need all
  /// profiles that are named, and say no where the filters leave nothing; pprof's do as pprof.
  static var isOurs: Bool { get }

  /// True for what looks different on a terminal. It makes names safe itself; in others
  /// that is done to the finished text.
  static var isStyled: Bool { get }

  /// Says which stacks are not whole.
  static var tellsGaps: Bool { get }

  /// Has a line on standard error say why the profile is empty, if it is.
  static var notesEmptiness: Bool { get }

  /// What is loaded one after the other, but fetched at the same time.
  func fetchedTogether(_ request: Request) -> [String]

  func answer(_ run: ProfileRun) throws -> Answer
}

extension ProfileAnswer {
  static var isOurs: Bool { false }
  static var isStyled: Bool { false }
  static var tellsGaps: Bool { false }
  static var notesEmptiness: Bool { tellsGaps }
  func fetchedTogether(_ request: Request) -> [String] { [] }
}

/// What is written, and whether the answer is yes.
struct Answer {
  var text: TextOutput
  var status = ExitStatus.success
}

/// A request with the profile that it names.
struct ProfileRun {
  let request: Request
  var loaded: LoadedProfile
  let session: Session

  var style: TextStyle { session.style(request.output) }

  /// Selects the part of the profile that is asked for.
  ///
  /// - Parameters:
  ///   - warns: says on standard error what a filter does not match.
  ///   - change: what the command has otherwise.
  func select(
    warns: Bool = true, _ change: (inout SelectionOptions) -> Void = { _ in }
  ) throws -> Selection {
    try session.select(loaded, request.selection, warns: warns, change)
  }

  /// Looks for findings in a selection.
  ///
  /// - Parameter change: what the command asks of the report.
  func findings(
    in selection: Selection, _ ownCode: OwnCodeRequest, _ change: (inout HotspotOptions) -> Void
  ) throws -> HotspotReport {
    let settings = try session.settings(ownCode)
    let report = findings(
      in: selection, settings, ownCode, Ownership(selection.profile, ownCode.options(settings)),
      change)
    session.noteSources(report.sourceNotes)
    return report
  }

  /// The same where it is known what the user says, and whose code is whose. Nothing is said
  /// of sources that were not read.
  func findings(
    in selection: Selection, _ settings: Settings, _ ownCode: OwnCodeRequest,
    _ ownership: Ownership, _ change: (inout HotspotOptions) -> Void
  ) -> HotspotReport {
    var options = session.hotspotOptions(
      settings, ownCode, sourcePath: request.selection.options.sourcePath)
    change(&options)
    return findHotspots(
      in: selection.profile, column: selection.column, ownership: ownership, options: options,
      rules: settings.rules)
  }

  /// Returns the part that is asked for, to be trimmed as is asked for.
  ///
  /// - Parameter defaultCount: the most rows when nothing is asked for.
  func trimmed(defaultCount: Int) throws -> ReportContext {
    var context = ReportContext(
      try select(), trimming: request.trimming.options(defaultCount: defaultCount))
    context.hidesHeader = request.trimming.hidesHeader
    return context
  }

  func written(_ report: ReportForms) throws -> Answer {
    Answer(text: try request.output.written(report))
  }

  func written(
    text: @escaping () throws -> TextOutput, document: @escaping () throws -> ReportDocument
  ) throws -> Answer {
    try written(ReportForms(text: text, document: document))
  }
}

/// An answer that takes no options but those that all share.
protocol PlainAnswer: ProfileAnswer {
  static var configuration: CommandConfiguration { get }
  init()
}

/// The command for a plain answer.
struct ProfileCommand<Asked: PlainAnswer>: SessionCommand {
  static var configuration: CommandConfiguration { Asked.configuration }

  @OptionGroup var arguments: SharedArguments
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(Asked(), arguments.request(profiles))
  }
}

extension Session {
  /// Says what is wrong with the values of a profile, if anything is.
  func noteProvenance(of loaded: LoadedProfile) {
    if let note = provenanceNote(SamplingProvenance(loaded.profile)) {
      message("\(loaded.listedNames): \(note)")
    }
  }

  /// Loads the profiles, has them answered, and delivers that.
  func answer<Asked: ProfileAnswer>(
    _ answer: Asked, _ request: Request
  ) throws -> ExitStatus {
    try fetchURLs(answer.fetchedTogether(request), request.loading.fetching)
    var loading = request.loading
    // As pprof does; an answer of our own from a part would look like one from all.
    if !Asked.isOurs { loading.fetching.allowsMissing = true }
    let loaded = try load(
      request.profiles, loading, usesSymbols: Asked.isOurs, marksCutStacks: Asked.tellsGaps)
    if Asked.notesEmptiness, let note = loaded.emptyNote {
      message("\(loaded.listedNames): \(note)")
    }
    var result: Answer
    let run = ProfileRun(request: request, loaded: loaded, session: self)
    do {
      result = try answer.answer(run)
      if result.text.isOverLimit { throw ReportTooLong() }
    } catch let error as PatternEffortError {
      throw patternEffortFailure("pattern '\(error.source)'")
    } catch is ReportTooLong {
      throw CommandFailure(
        .badData,
        "\(loaded.listedNames): the report is longer than "
          + "\(TextOutput.limit >> 20) MiB, the limit; select a part with --focus or --ignore")
    }
    // Who subtracts a base knows that values are changes. A refusal stays one line.
    if loading.bases.isEmpty { noteProvenance(of: loaded) }
    if isForPeople(request.output) {
      if request.output.format != .text {
        result.text = result.text.withoutControls()
      } else if !Asked.isStyled {
        result.text = result.text.forTerminal(run.style(namesOf: loaded.profile))
      }
    }
    try deliver(result.text, request.output)
    // pprof's own reports end well then, as pprof does.
    return Asked.isOurs && filtersLeftNothing ? .negative : result.status
  }
}

extension ProfileRun {
  /// How a report looks whose names are told apart: a terminal has the user's own in colour.
  ///
  /// - Parameter profile: whose functions the names are.
  func style(namesOf profile: Profile) -> TextStyle {
    let style = session.style(request.output)
    guard style.isTerminal else { return style }
    let settings = try? session.settings(OwnCodeRequest(), saysSo: false)
    let ownership = Ownership(profile, OwnCodeRequest().options(settings ?? Settings()))
    return session.style(request.output, own: OwnNames(ownership, in: profile))
  }
}
