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
        heapscope merge --label=pod=web-1 web-1/*.pb.gz -o web-1.pb.gz
        heapscope merge pods/ -o all.pb.gz
        heapscope merge 'pods/*/heap-*.pb.gz' -o all.pb.gz
        find pods -name '*.pb.gz' -newer mark | heapscope merge @- -o all.pb.gz
        heapscope merge --skip-damaged @list.txt -o all.pb.gz
      """)

  @Option(
    """
    Label the samples, as pod=web-1: merged further, they stay apart. Those that have the label \
    keep theirs. May be given several times.
    """)
  var label: [AddedLabel] = []
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
    var merged = try session.load(profiles, profile.request, usesSymbols: true).profile
    merged.addLabels(label.map { ($0.key, $0.text) })
    try session.deliver(session.profileOutput(merged, output.request), output.request)
    return .success
  }
}

/// A label for all samples: `pod=web-1`.
struct AddedLabel: OptionValue {
  static let description = ValueDescription(
    name: "key=text", expected: "a key and a text, such as pod=web-1")

  var key: String
  var text: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    key = String(argument[..<sign])
    text = String(argument[argument.index(after: sign)...])
    if text.isEmpty { return nil }
  }
}
