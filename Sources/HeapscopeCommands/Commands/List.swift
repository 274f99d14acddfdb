import ArgumentParser
import HeapAnalysis
import Reports
import StackGraph

struct ListCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show the source of the functions that match, with what each line holds.",
    discussion: """
      The pattern is literal text, as it is written or else in either case, in a function's
      name or else in its path; /…/ makes it a regular expression.
      Source files are looked for where the profile says, in the working directory, the
      Go distribution and the module cache, or in --source-path alone. Elsewhere only
      files with the name of a source are read. What turns out to be another version's
      is not shown beside the figures.

      EXAMPLES:
        heapscope list handleOrder heap.pb.gz
        heapscope list --sample-index=alloc_space --source-path=src --trim-path=/build handle heap.pb.gz
      """)

  @OptionGroup var pattern: PatternArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The pattern, unless --match gives it, then the profiles.", completion: .file())
  var words: [String] = []

  func validate() throws { try pattern.validate(words, command: "list") }

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(
      ListAnswer(pattern: pattern.pattern(words)), arguments.request(pattern.profiles(words)))
  }
}

struct ListAnswer: ProfileAnswer {
  var pattern: PatternWord

  func answer(_ run: ProfileRun) throws -> Answer {
    let matcher = try pattern.pattern(in: run)
    let selection = try run.select { $0.granularity = .lines }
    let report = ListReport(
      ReportContext(
        selection, trimming: run.request.trimming.options(defaultCount: 0), keepsObjectFiles: true),
      matching: matcher)
    try matcher.checkEffort()
    if report.routines.isEmpty { throw noMatch(pattern.text, selection) }
    let finder = SourceFinder(
      sourcePath: run.request.selection.options.sourcePath, environment: run.session.environment)
    var notes: [String] = []
    func source(_ file: [UInt8], _ routines: [ListReport.Routine]) -> SourceText {
      let (text, note) = finder.find(file) { Self.mismatch($0, routines) }
      if let note { notes.append(note) }
      return text
    }
    // pprof shows nothing of a function whose source it does not have; on a terminal the figures
    // are shown.
    let showsFigures = run.style.isTerminal
    let answer = try run.written(
      text: { report.text(showsFigures: showsFigures, source: source) },
      document: { report.document(source: source) })
    run.session.noteSources(notes)
    return answer
  }

  private static func mismatch(_ lines: SourceLines, _ routines: [ListReport.Routine]) -> String? {
    guard let file = routines.first?.file, let declared = SourceVersion(lines, file: file)
    else { return nil }
    for routine in routines {
      let reason = declared.mismatch(
        routine.name, startLine: routine.startLine, lines: routine.lines.lazy.map(\.number))
      if let reason { return reason }
    }
    return nil
  }
}
