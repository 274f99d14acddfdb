import ArgumentParser
import ProfileModel
import Reports
import StackGraph

struct ProtoAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "proto", abstract: "Write the selected part as a profile that pprof reads.",
    discussion: """
      EXAMPLES:
        heapscope proto --focus=handleOrder -o part.pb.gz heap.pb.gz
      """)

  func answer(_ run: ProfileRun) throws -> Answer {
    let selection = try run.select { $0.granularity = .addresses }
    var profile = selection.profile
    let context = ReportContext(selection)
    for column in profile.samples.values.indices {
      profile.samples.values[column] = profile.samples.values[column].map(context.divided)
    }
    return Answer(text: try run.session.profileOutput(profile, run.request.output))
  }
}
