import ArgumentParser
import HeapAnalysis
import Reports

/// What a command makes of the profiles that a request names.
protocol ProfileAnswer {
  /// True for answers of our own; pprof's read Go's text form without its symbols.
  static var usesSymbols: Bool { get }

  /// True for what looks different on a terminal. It makes names safe itself; in others
  /// that is done to the finished text.
  static var isStyled: Bool { get }

  /// What is loaded one after the other, but fetched at the same time.
  func fetchedTogether(_ request: Request) -> [String]

  /// Makes the text for standard output or the file, and the exit status.
  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus)
}

extension ProfileAnswer {
  static var usesSymbols: Bool { false }
  static var isStyled: Bool { false }
  func fetchedTogether(_ request: Request) -> [String] { [] }
}

/// An answer that takes no options but those that all share.
protocol PlainAnswer: ProfileAnswer {
  static var configuration: CommandConfiguration { get }
  init()
}

/// The command for a plain answer.
struct ProfileCommand<Answer: PlainAnswer>: SessionCommand {
  static var configuration: CommandConfiguration { Answer.configuration }

  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(Answer(), arguments.request(profiles))
  }
}

extension Session {
  /// Loads the profiles, has them answered, and delivers that.
  func answer<Answer: ProfileAnswer>(
    _ answer: Answer, _ request: Request
  ) throws -> ExitStatus {
    try fetchURLs(answer.fetchedTogether(request), request.loading.fetching)
    let loaded = try load(request.profiles, request.loading, usesSymbols: Answer.usesSymbols)
    if let note = provenanceNote(SamplingProvenance(loaded.profile)) {
      message("\(loaded.names.joined(separator: ", ")): \(note)")
    }
    var text: TextOutput
    let status: ExitStatus
    do {
      (text, status) = try answer.answer(request, loaded, in: self)
      if text.isOverLimit { throw ReportTooLong() }
    } catch is ReportTooLong {
      throw CommandFailure(
        .badData,
        "\(loaded.names.joined(separator: ", ")): the report is longer than "
          + "\(TextOutput.limit >> 20) MiB, the limit; select a part with --focus or --ignore")
    }
    if !Answer.isStyled || request.output.format != .text, isForPeople(request.output) {
      text = text.withoutControls()
    }
    try deliver(text, request.output)
    return status
  }
}
