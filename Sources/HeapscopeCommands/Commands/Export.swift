import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

struct ExportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write profiles as rows that DuckDB, Spark and other engines read: JSON, one a line.",
    discussion: """
      A row is a sample, with its stack, the line to blame, the finding and the values of all
      sample types, or what --by adds up. Profiles stay apart. A file whose name ends in .zst
      or .gz is compressed.

      EXAMPLES:
        heapscope export heap.pb.gz | head -1
        heapscope export --by=line -o rows.ndjson.zst pods/*/*.pb.gz
        heapscope export --by=finding --name-from='pods/{pod}/{time}.pb.gz' pods/*/*.pb.gz
        duckdb -c "SELECT finding, sum(value.alloc_space) FROM 'rows.ndjson.zst' GROUP BY 1"
      """)

  @Option("What a row is: sample, stack, line (to blame), function (to blame) or finding.")
  var by = ExportUnit.sample
  @Option(
    """
    What the end of a file's path tells: {service}, {version}, {host}, {pod} and {time}; other \
    words become labels.
    """)
  var nameFrom: NameTemplate?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @Option("Write the rows to this file; .zst or .gz compresses them.")
  var output: Text<OutputFileName>?
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    let ownCode = ownCode.request
    let settings = try session.settings(ownCode)
    let ownership = ownCode.options(settings)
    let options = session.hotspotOptions(settings, ownCode, sourcePath: "")
    let output = try RowOutput(session, OutputRequest(file: output?.text))
    let writer = ExportWriter(by)
    let misfits = NameMisfits(nameFrom)
    let rules = settings.rules
    try session.loadEach(
      profiles, profile.request, marksCutStacks: false,
      make: { loaded -> ExportWriter.Rows in
        let profile = loaded.profile
        let explained = ExplainedSamples(
          profile, column: profile.column(named: "alloc_space") ?? profile.defaultColumn ?? 0,
          ownership: Ownership(profile, ownership), options: options, rules: rules)
        return try writer.rows(profile, explained, misfits.source(loaded.names[0]))
      }, handOver: { try writer.write($0, output.add) })
    misfits.tell(in: session)
    try output.finish()
    return .success
  }
}

extension ExportUnit: OptionValue {
  static let description = alternatives(named: "unit")
}
