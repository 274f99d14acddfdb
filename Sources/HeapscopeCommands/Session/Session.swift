import Foundations
import Glibc
import ProfileCodec
import ProfileFetch
import Reports

/// One run: its environment and what it has read and written so far.
final class Session {
  let invocation: Invocation
  var output = TextOutput()

  /// The file that a report is being written to.
  var outputFile: OutputFile?

  /// The profiles read so far, which no report may overwrite.
  var inputFiles: Set<FileIdentity> = []

  /// The file that was read last, which the next command reads when none is named.
  var lastRead: String?

  /// Standard input, once its first bytes were examined.
  var lookedAtInput: BufferedSource?

  /// A damaged profile was left out, as `--skip-damaged` requests.
  var hasSkippedDamaged = false

  /// Counts of selections from profiles with samples: those that the filters left non-empty, and
  /// empty.
  var selections = (filled: 0, empty: 0)

  /// Filters left no samples to answer from. When two profiles are compared, one of them may be
  /// left empty.
  var filtersLeftNothing: Bool { selections.filled == 0 && selections.empty > 0 }

  /// Whether the next command reads this run's profile when none is named.
  var remembersProfiles = true

  /// The signal handling for the whole command; nil when each fetch has its own.
  var signals: SignalWatch?

  /// What was fetched so far, by argument.
  var fetched: [String: Result<FetchedProfile, CommandFailure>] = [:]

  init(_ invocation: Invocation) { self.invocation = invocation }

  var environment: [String: String] { invocation.environment }

  /// Writes one line to standard error. Names in it are made safe for a terminal, and cannot break
  /// the line.
  func message(_ text: String) {
    var text = text
    for (argument, shown) in secretArguments { text = text.replacing(argument, with: shown) }
    invocation.report("heapscope: " + shownName(ProfileURL.withoutSecrets(inText: text)))
  }

  /// Parts of the command line that may contain a password or token, with their replacements in
  /// messages: a typo in a URL makes it a file, a pattern or an option's value.
  private lazy var secretArguments: [(argument: String, shown: String)] =
    invocation.arguments.compactMap { argument in
      let value =
        argument.hasPrefix("-")
        ? argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) } ?? ""
        : argument
      let shown = ProfileURL.withoutSecrets(value)
      return shown == value || access(value, F_OK) == 0 ? nil : (value, shown)
    }

  /// Returns a name that is safe to show on a terminal.
  func shownName(_ name: String) -> String {
    String(decoding: safeName(name.utf8), as: UTF8.self)
  }

  /// Whether a report goes to a terminal, with colour and bars.
  func isForPeople(_ output: OutputRequest) -> Bool {
    output.file == nil && invocation.outputIsTerminal
  }
}
