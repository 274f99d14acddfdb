import ArgumentParser
import Foundations
import Glibc
import HeapAnalysis
import LogText
import Ownership
import ProfileModel
import Reports

struct BenchCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Say which line makes a benchmark's allocations, and what changed since another.",
    discussion: """
      Reads what 'go test -bench -benchmem' prints (with -json too) and the memory profile of
      the same run. What the set-up allocates is told from the loop by the source and the
      stacks. With --old, both are compared as benchstat does it, by line too.

        go test -bench=. -benchmem -benchtime=1000x -memprofilerate=1 \\
          -memprofile=mem.pb.gz | tee bench.txt

      EXAMPLES:
        heapscope bench bench.txt mem.pb.gz
        heapscope bench new.txt new.pb.gz --old old.txt old.pb.gz
        heapscope bench new.txt --old old.txt
        heapscope bench new.txt new.pb.gz --old old.txt old.pb.gz --format=markdown > comment.md
      """)

  @Option("The text of another version to compare with; its profile stands behind it.")
  var old: [Text<BenchmarkFile>] = []
  @Option("Where sources are, besides where the profile says: folders with colons between them.")
  var sourcePath: Text<SearchPath>?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(
    help: "The benchmark's text and the memory profile; - is standard input.", completion: .file())
  var files: [String] = []

  func validate() throws {
    if profile.hasBase {
      throw ValidationError("--base: bench compares with --old; give that")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let output = output.request
    let sides = try BenchFiles(files, old: old.map(\.text), in: session)
    let runs = try read(sides.text, in: session)
    let oldRuns = try sides.oldText.map { try read($0, in: session) }
    let settings = try session.settings(ownCode.request)
    let options = ownCode.request.options(settings)
    let loaded = try sides.profile.map {
      try session.load([$0], profile.request, usesSymbols: true)
    }
    let oldLoaded = try sides.oldProfile.map {
      try session.load([$0], profile.request, usesSymbols: true)
    }
    let source = session.hotspotOptions(
      settings, ownCode.request, sourcePath: sourcePath?.text ?? ""
    ).source
    func split(
      _ runs: [BenchmarkRun], _ loaded: LoadedProfile, _ profile: Profile, _ ownership: Ownership
    ) throws(CommandFailure) -> BenchmarkSplit {
      let split = BenchmarkSplit(
        runs, profile, ownership, source: source, rules: settings.rules)
      if let split { return split }
      throw CommandFailure(
        .badData,
        "\(loaded.listedNames): has no alloc_objects and alloc_space that fit "
          + "64 bits; give what go test -memprofile writes")
    }
    var report = BenchReport(runs, textName: session.inputName(sides.text))
    report.profileName = loaded.map { listed($0.names, separator: " ") } ?? ""
    var ownership: Ownership?
    if oldRuns != nil {
      report.oldNames =
        [sides.oldText.map(session.inputName) ?? ""] + (oldLoaded?.names ?? [])
    }
    if let loaded, let oldLoaded, let oldRuns {
      let pair = ProfilePair(
        before: oldLoaded.profile, after: loaded.profile, ownCode: options)
      let later = try split(runs, loaded, pair.after, pair.ownershipAfter)
      let earlier = try split(oldRuns, oldLoaded, pair.before, pair.ownershipBefore)
      report.split = later
      report.comparison = BenchmarkComparison(
        before: oldRuns, after: runs, splits: (earlier, later), matching: pair.matching)
      ownership = pair.ownershipAfter
    } else {
      if let loaded {
        let known = Ownership(loaded.profile, options)
        report.split = try split(runs, loaded, loaded.profile, known)
        ownership = known
      }
      if let oldRuns { report.comparison = BenchmarkComparison(before: oldRuns, after: runs) }
    }
    if let split = report.split {
      session.noteSources(split.sourceNotes)
      if split.groups.allSatisfy({ $0.loop.isEmpty && $0.untold.isEmpty && $0.setUp.isEmpty }) {
        session.message(
          "\(report.profileName): has no stack of a benchmark in \(report.textName): are both of "
            + "the same run?")
      }
      let tree = WorkTree(module: ownership?.modulePath ?? "")
      let changed = report.comparison?.lines.map(\.file) ?? []
      report.paths = tree.paths(
        of: split.groups.flatMap { ($0.loop + $0.setUp + $0.untold).map(\.file) } + changed)
    }
    let text = try output.written(
      report.forms(
        session.style(output, own: OwnNames(modulePath: ownership?.modulePath ?? ""))))
    try session.deliver(session.safe(text, output), output)
    return .success
  }

  private func read(_ name: String, in session: Session) throws -> [BenchmarkRun] {
    var text = BenchmarkText()
    try session.readLines(of: name, profile.fetch.request) { line in
      text.add(String(decoding: line.text, as: UTF8.self), process: line.process)
    }
    let shown = session.inputName(name)
    if text.runs.isEmpty {
      throw CommandFailure(
        .badData,
        "\(shown): has no line of a benchmark; give what 'go test -bench=. -benchmem' prints")
    }
    if text.isCut {
      session.message(
        "\(shown): more than \(BenchmarkText.limit) lines of benchmarks, or \(BenchmarkText.unitLimit) units; the "
          + "rest is left out")
    }
    if text.unread > 0 {
      session.message(
        "\(shown): \(text.unread) lines begin as a benchmark's and are none: left out")
    }
    return text.runs
  }
}

/// Sorts the files into texts and profiles, and by side.
private struct BenchFiles {
  private(set) var text: String
  private(set) var profile: String?
  private(set) var oldText: String?
  private(set) var oldProfile: String?

  init(_ files: [String], old: [String], in session: Session) throws(CommandFailure) {
    var files = files
    if files.isEmpty, let piped = session.pipedInput() { files = [piped] }
    var texts: [Int] = []
    var profiles: [Int] = []
    for (index, file) in files.enumerated() {
      if try Self.isProfile(file) { profiles.append(index) } else { texts.append(index) }
    }
    guard let first = texts.first else {
      throw CommandFailure(
        .usage, "the benchmark's text is missing: 'heapscope bench bench.txt mem.pb.gz'")
    }
    text = files[first]
    // `--old OLD.txt OLD.pb.gz` leaves the profile with the others: the one after a text belongs to
    // it.
    var own = profiles.first { $0 > first } ?? profiles.first
    for name in old {
      if try Self.isProfile(name) {
        guard oldProfile == nil else { throw Self.tooMany(name) }
        oldProfile = name
      } else {
        guard oldText == nil else { throw Self.tooMany(name) }
        oldText = name
      }
    }
    if !old.isEmpty, oldText == nil {
      throw CommandFailure(.usage, "--old: the benchmark's text of the other version is missing")
    }
    var rest = profiles.filter { $0 != own }
    if oldText != nil, oldProfile == nil, let other = rest.first {
      oldProfile = files[other]
      rest.removeFirst()
    }
    if oldText != nil, oldProfile == nil, rest.isEmpty, let only = own, only < first {
      // The profile is after --old, and the text is last.
      oldProfile = files[only]
      own = nil
    }
    profile = own.map { files[$0] }
    if let extra = rest.first.map({ files[$0] }) ?? texts.dropFirst().first.map({ files[$0] }) {
      throw Self.tooMany(extra)
    }
  }

  private static func tooMany(_ name: String) -> CommandFailure {
    CommandFailure(
      .usage, "\(name): one text and one profile a version: which is it of? Give --old the others")
  }

  /// Whether a file is a profile, by its first bytes; standard input is a text.
  private static func isProfile(_ name: String) throws(CommandFailure) -> Bool {
    if name == "-" { return false }
    let file: (descriptor: Int32, status: stat)
    do { file = try openRegularFile(name) } catch {
      // A URL, a pipe, or nothing at all: whatever reads it reports that.
      return name.contains("://") || name.hasSuffix(".gz") || name.hasSuffix(".pb")
    }
    defer { close(file.descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(file.descriptor, &bytes, bytes.count, 0)
    let head = bytes.prefix(max(0, count))
    return head.starts(with: [0x1f, 0x8b]) || head.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
      || head.contains(0) || head.first == 0x0a && head.count > 1 && head.dropFirst().first! < 0x20
      || head.starts(with: Array("heap profile:".utf8))
  }
}
