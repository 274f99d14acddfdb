import ArgumentParser
import HeapAnalysis
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

/// Returns a profile as bytes for a file or a pipe; a terminal gets none.
func profileOutput(
  _ profile: Profile, for session: Session, _ arguments: OutputArguments
) throws(CommandFailure) -> TextOutput {
  if arguments.format != .text {
    throw CommandFailure(
      .usage,
      "--format \(arguments.format.rawValue): a profile is written as profile.proto; "
        + "'heapscope raw --format \(arguments.format.rawValue)' prints its tables")
  }
  if session.isForPeople(arguments) {
    throw CommandFailure(.usage, "a profile is no text for a terminal: add -o FILE, or pipe it on")
  }
  var output = TextOutput()
  do { output.write(try writeProfile(profile)) } catch {
    throw CommandFailure(.internalError, "cannot compress the profile: \(describe(error))")
  }
  return output
}

struct ProtoCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "proto", abstract: "Write the selected part as a profile that pprof reads.",
    discussion: """
      EXAMPLES:
        heapscope proto --focus=handleOrder -o part.pb.gz heap.pb.gz
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session) { $0.granularity = .addresses }
    var profile = selection.profile
    let context = ReportContext(selection)
    for column in profile.samples.values.indices {
      profile.samples.values[column] = profile.samples.values[column].map(context.divided)
    }
    return (try profileOutput(profile, for: session, arguments.output), .success)
  }
}

struct TopProtoCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "topproto", abstract: "Write the rows of top as a profile.",
    discussion: """
      EXAMPLES:
        heapscope topproto --nodecount=20 -o top.pb.gz heap.pb.gz
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session)
    let report = TopReport(
      ReportContext(selection, trimming: arguments.graph.options(defaultCount: 0)))
    return (try profileOutput(report.profile(), for: session, arguments.output), .success)
  }
}

struct MergeCommand: PlainCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Add several profiles up into one.",
    discussion: """
      EXAMPLES:
        heapscope merge pod-1.pb.gz pod-2.pb.gz pod-3.pb.gz -o all.pb.gz
      """)

  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if profiles.isEmpty {
      throw ValidationError("the profiles are missing: 'heapscope merge A B -o FILE'")
    }
  }

  static func has(_ option: Substring) -> Bool {
    ["base", "diff-base", "normalize", "symbolize", "output"].contains(option)
  }

  mutating func take(_ arguments: ReportArguments) {
    profile = arguments.profile
    output = arguments.output
  }

  mutating func take(_ words: [String]) -> Bool {
    profiles = words
    return true
  }

  func run(in session: Session) throws -> ExitStatus {
    let loaded = try session.load(profiles, profile, usesSymbols: true)
    try session.deliver(profileOutput(loaded.profile, for: session, output), output)
    return .success
  }
}

struct DiffCommand: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what grew, shrank, is new and went between two profiles.",
    discussion: """
      With growth a second, and for each row whether it is more than the sampling's noise.

      EXAMPLES:
        heapscope diff before.pb.gz after.pb.gz
        heapscope diff --cum --nodecount=20 --sample-index=alloc_space before.pb.gz after.pb.gz
      """)

  static let usesSymbols = true
  static let isStyled = true

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profile from before.", completion: .file())
  var before: String
  @Argument(help: "The profile from after.", completion: .file())
  var after: String

  var profiles: [String] { [after] }
  var fetchedTogether: [String] { [before, after] }

  func validate() throws {
    if arguments.profile.base != nil || arguments.profile.diffBase != nil {
      throw ValidationError("diff compares its two arguments: leave --base and --diff-base out")
    }
  }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let base = try session.load([before], arguments.profile, usesSymbols: Self.usesSymbols)
    if let note = provenanceNote(SamplingProvenance(base.profile)) {
      session.message("\(base.names.joined(separator: ", ")): \(note)")
    }
    // The profile looked at next is the later one.
    session.rememberLastProfile(session.file(of: after))
    let later = try select(loaded, in: session)
    let earlier = try select(base, in: session) {
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
    let comparison = Comparison(before: earlier, after: later, byCum: arguments.graph.cum)
    let count = arguments.graph.options(defaultCount: 10).nodeCount
    let output = written(
      text: {
        comparison.text(
          session.style(arguments.output), count: count, byCum: arguments.graph.cum)
      }, document: { comparison.document(ReportContext(later)) })
    return (output, .success)
  }
}
