import ArgumentParser
import ProfileModel
import Reports

struct MergeCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Add several profiles up into one.",
    discussion: """
      Each profile is read, added and dropped, so thousands take the memory of their sum.

      EXAMPLES:
        heapscope merge pod-1.pb.gz pod-2.pb.gz pod-3.pb.gz -o all.pb.gz
        heapscope merge pods/ -o all.pb.gz
        heapscope merge 'pods/*/heap-*.pb.gz' -o all.pb.gz
        find pods -name '*.pb.gz' -newer mark | heapscope merge @- -o all.pb.gz
        heapscope merge --skip-damaged @list.txt -o all.pb.gz
      """)

  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if profiles.isEmpty {
      throw ValidationError("the profiles are missing: 'heapscope merge A B -o FILE'")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let loaded = try session.load(profiles, profile.request, usesSymbols: true)
    try session.deliver(session.profileOutput(loaded.profile, output.request), output.request)
    return .success
  }
}
