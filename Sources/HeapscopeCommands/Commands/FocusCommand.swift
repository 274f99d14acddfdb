import ArgumentParser
import ProfileModel
import Reports
import StackGraph

struct FocusCommand: PlainCommand, PlainReport {
  static let configuration = CommandConfiguration(
    commandName: "focus",
    abstract: "Show what leads to a function and what lies below it.",
    discussion: """
      The pattern is literal text in either case, found anywhere in a function's name;
      /…/ makes it a regular expression. Without a profile, the one last looked at is read.

      EXAMPLES:
        heapscope focus fmt.sprint
        heapscope focus '(*pp).printValue' heap.pb.gz
        heapscope focus --sample-index=inuse_space '/^main\\./' heap.pb.gz
      """)

  static let usesSymbols = true

  static let isStyled = true

  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The function to look for.")
  var pattern: String
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func validate() throws {
    try checkPattern(pattern, profiles: profiles, command: "focus")
  }

  mutating func setOwnDefaults() { ownCode = .plain }

  mutating func take(_ words: [String]) -> Bool {
    guard let first = words.first else { return false }
    pattern = first
    profiles = Array(words.dropFirst())
    return true
  }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let matcher = try HeapscopeCommands.pattern(word: pattern, match: nil)
    let selection = try select(loaded, in: session) {
      $0.granularity = arguments.selection.granularity ?? .lines
      if $0.sampleIndex.isEmpty, loaded.profile.column(named: "alloc_space") != nil {
        $0.sampleIndex = "alloc_space"
      }
    }
    let report = FocusReport(
      selection, pattern: matcher, patternText: pattern,
      ownCode: ownCode.options(try session.settings(ownCode)),
      profileName: loaded.names.joined(separator: " "))
    let output = written(
      text: { report.text(session.style(arguments.output), all: loaded.profile) },
      document: { report.document(ReportContext(selection)) })
    return (output, report.matches.isEmpty ? .negative : .success)
  }
}
