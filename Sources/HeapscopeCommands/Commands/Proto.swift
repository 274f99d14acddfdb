import ArgumentParser
import ProfileModel
import Reports
import StackGraph

struct ProtoCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "proto", abstract: "Write the selected part as a profile that pprof reads.",
    discussion: """
      With --format=speedscope it is a file for https://www.speedscope.app instead, with all
      sample types and inlined functions; --lines has lines of code for frames.

      EXAMPLES:
        heapscope proto --focus=handleOrder -o part.pb.gz heap.pb.gz
        heapscope proto --format=speedscope -o heap.speedscope.json heap.pb.gz
      """)

  @OptionGroup var arguments: SharedArgumentsWith<ProfileFormats>
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(ProtoAnswer(), arguments.request(profiles))
  }
}

/// The formats of commands that write a profile; `text` is profile.proto.
enum ProfileFormats: FormatList {
  static let formats = ReportFormat.general + [.speedscope]
  static let help = "How to write the profile: for pprof (text), or for speedscope."
}

struct ProtoAnswer: ProfileAnswer {
  func answer(_ run: ProfileRun) throws -> Answer {
    let selection = try run.select { $0.granularity = .addresses }
    let context = ReportContext(selection)
    if run.request.output.format == .speedscope {
      var forms = ReportForms(text: { TextOutput() })
      forms.speedscope = { try speedscope(context, run) }
      return try run.written(forms)
    }
    var profile = selection.profile
    for column in profile.samples.values.indices {
      profile.samples.values[column] = profile.samples.values[column].map(context.divided)
    }
    return Answer(text: try run.session.profileOutput(profile, run.request.output))
  }

  private func speedscope(_ context: ReportContext, _ run: ProfileRun) throws -> TextOutput {
    let head = SpeedscopeHead(
      name: run.loaded.names.joined(separator: ", "), exporter: "heapscope@" + programVersion,
      tellsLines: run.request.selection.granularity == .lines)
    let (text, leftOutNegative) = try context.speedscope(
      head, drain: run.session.drainUnlessTerminal(run.request.output))
    if leftOutNegative {
      run.session.message("speedscope shows no values below 0: what shrank is left out")
    }
    return text
  }
}
