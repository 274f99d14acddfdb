import Foundations
import Glibc
import ProfileCodec
import ProfileFetch
import Reports

/// One run: its surroundings and what it has written so far.
final class Session {
  let invocation: Invocation
  var output = TextOutput()

  /// The file that a report goes into while it is made.
  var outputFile: OutputFile?

  /// The profiles read so far, which no report may overwrite.
  var inputFiles: Set<FileIdentity> = []

  /// The file that was read last, which the next command looks at when none is named.
  var lastRead: String?

  /// Standard input, once its first bytes were looked at.
  var lookedAtInput: BufferedSource?

  /// A damaged profile was left out, as `--skip-damaged` asks for.
  var hasSkippedDamaged = false

  /// Of the selections from profiles with samples: how many the filters left with some, and
  /// with none.
  var selections = (filled: 0, empty: 0)

  /// There is nothing that an answer could be of. Where two profiles are compared, one may
  /// well have nothing of what is asked for.
  var filtersLeftNothing: Bool { selections.filled == 0 && selections.empty > 0 }

  /// The status that a profile would have ended with that could not be read, where the command
  /// went on without it.
  var missingInput: ExitStatus?

  /// Whether a profile that is read becomes the one last looked at.
  var remembersProfiles = true

  /// Who takes signals for as long as the command runs; nil where each fetch does.
  var signals: SignalWatch?

  /// What was fetched so far, by the argument that names it.
  var fetched: [String: Result<FetchedProfile, CommandFailure>] = [:]

  init(_ invocation: Invocation) { self.invocation = invocation }

  var environment: [String: String] { invocation.environment }

  /// Writes one line to standard error. Names in it cannot reach a terminal raw,
  /// nor break the line.
  func message(_ text: String) {
    var text = text
    for (argument, shown) in secretArguments { text = text.replacing(argument, with: shown) }
    invocation.report("heapscope: " + shownName(ProfileURL.withoutSecrets(inText: text)))
  }

  /// What on the command line may hold a password or token, with what messages have
  /// instead: a slip in a URL makes it a file, a pattern or an option's value.
  private lazy var secretArguments: [(argument: String, shown: String)] =
    invocation.arguments.compactMap { argument in
      let value =
        argument.hasPrefix("-")
        ? argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) } ?? ""
        : argument
      let shown = ProfileURL.withoutSecrets(value)
      return shown == value || access(value, F_OK) == 0 ? nil : (value, shown)
    }

  /// Returns a name as a terminal may show it.
  func shownName(_ name: String) -> String {
    String(decoding: safeName(name.utf8), as: UTF8.self)
  }

  /// Whether a report for standard output is for people, with colour and bars.
  func isForPeople(_ output: OutputRequest) -> Bool {
    output.file == nil && invocation.outputIsTerminal
  }
}
