import ArgumentParser
import Foundations
import Glibc
import HeapAnalysis
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

struct SummaryCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Show on one screen what the profile says, and what to type next.",
    discussion: """
      EXAMPLES:
        heapscope heap.pb.gz
        curl -s localhost:6060/debug/pprof/heap | heapscope
      """)

  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func validate() throws {
    // As the default command it also gets what was meant to be a command.
    guard let word = profiles.first, word.allSatisfy({ $0.isLetter || $0 == "-" }), word != "-",
      access(word, F_OK) != 0
    else { return }
    let names = HeapscopeCommand.commandNames
    if names.contains(word) {
      throw ValidationError("no file '\(word)': the command is 'heapscope \(word)', without --")
    }
    throw ValidationError("unknown command '\(word)': \(Mistakes.nearest(to: word, names))")
  }

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(SummaryAnswer(ownCode: ownCode.request), arguments.request(profiles))
  }
}

struct SummaryAnswer: ProfileAnswer {
  static let isOurs = true
  static let tellsGaps = true

  /// It says so itself.
  static let notesEmptiness = false
  static let isStyled = true

  var ownCode: OwnCodeRequest

  func answer(_ run: ProfileRun) throws -> Answer {
    func select(_ granularity: Granularity, warns: Bool) throws -> Selection {
      try run.select(warns: warns) {
        $0.granularity = granularity
        if $0.unit == "minimum" { $0.unit = "auto" }
        $0.separatesNames = granularity == .functions
        $0.preferAllocated(in: run.loaded.profile)
      }
    }
    let selection = try select(.functions, warns: true)
    // The summary names one line of each finding.
    let findings = try run.findings(in: select(.addresses, warns: false), ownCode) {
      $0.lineCount = 1
      $0.largestLineCount = 5
    }
    let isFetched =
      run.request.profiles.count == 1 && run.session.fetched[run.request.profiles[0]] != nil
    let summary = Summary(
      selection, findings: findings,
      name: listed(run.loaded.names, separator: " "),
      memory: try run.session.processMemory(of: run.loaded, run.request),
      emptyNote: run.loaded.emptyNote,
      url: isFetched ? listed(run.loaded.names, separator: " ") : nil)
    return try run.written(
      text: { summary.text(run.style) }, document: summary.document)
  }
}
