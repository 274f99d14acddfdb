import ArgumentParser
import Ownership
import ProfileModel
import Reports
import StackGraph

struct FocusCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "focus",
    abstract: "Show what leads to a function and what lies below it.",
    discussion: """
      The pattern is literal text, as it is written or else in either case, in a function's
      name or else in its path; /…/ makes it a regular expression. Without a profile, the one last looked at is read.

      EXAMPLES:
        heapscope focus fmt.sprint
        heapscope focus '(*pp).printValue' heap.pb.gz
        heapscope focus --sample-index=inuse_space '/^main\\./' heap.pb.gz
      """)

  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The function to look for.")
  var pattern: String
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func validate() throws {
    try checkPattern(pattern, profiles: profiles, command: "focus")
  }

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(
      FocusAnswer(pattern: PatternWord(text: pattern), ownCode: ownCode.request),
      arguments.request(profiles))
  }
}

struct FocusAnswer: ProfileAnswer {
  static let isOurs = true
  static let tellsGaps = true
  static let isStyled = true

  var pattern: PatternWord
  var ownCode: OwnCodeRequest

  func answer(_ run: ProfileRun) throws -> Answer {
    let matcher = try pattern.pattern(in: run)
    let selection = try run.select {
      $0.granularity = run.request.selection.granularity ?? .lines
      $0.separatesNames = true
      $0.preferAllocated(in: run.loaded.profile)
    }
    let ownership = Ownership(
      selection.plainProfile, ownCode.options(try run.session.settings(ownCode)))
    let report = FocusReport(
      selection, pattern: matcher, patternText: pattern.text, ownership: ownership,
      profileName: listed(run.loaded.names, separator: " "))
    try matcher.checkEffort()
    var answer = try run.written(
      text: {
        let own = OwnNames(ownership, in: selection.plainProfile)
        return report.text(
          run.session.style(run.request.output, own: own), all: run.loaded.profile)
      },
      document: { report.document(ReportContext(selection)) })
    if report.matches.isEmpty { answer.status = .negative }
    return answer
  }
}
