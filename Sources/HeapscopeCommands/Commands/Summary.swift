import ArgumentParser
import Foundations
import Glibc
import HeapAnalysis
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

struct SummaryCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Show on one screen what the profile says, and what to type next.",
    discussion: """
      EXAMPLES:
        heapscope heap.pb.gz
        curl -s localhost:6060/debug/pprof/heap | heapscope
      """)

  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func validate() throws {
    // As the default command it also gets what was meant to be a command.
    guard let word = profiles.first, word.allSatisfy({ $0.isLetter || $0 == "-" }), word != "-",
      access(word, F_OK) != 0
    else { return }
    let names = HeapscopeCommand.commandNames
    if names.contains(word) {
      throw ValidationError("no file '\(word)': the command is 'heapscope \(word)', without --")
    }
    throw ValidationError("unknown command '\(word)': \(Mistakes.nearest(to: word, names))")
  }

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(SummaryAnswer(ownCode: ownCode.request), arguments.request(profiles))
  }
}

struct SummaryAnswer: ProfileAnswer {
  static let isOurs = true
  static let tellsGaps = true

  /// It says so itself.
  static let notesEmptiness = false
  static let isStyled = true

  var ownCode: OwnCodeRequest

  func answer(_ run: ProfileRun) throws -> Answer {
    func select(_ granularity: Granularity, warns: Bool) throws -> Selection {
      try run.select(warns: warns) {
        $0.granularity = granularity
        if $0.unit == "minimum" { $0.unit = "auto" }
        $0.separatesNames = granularity == .functions
        $0.preferAllocated(in: run.loaded.profile)
      }
    }
    let selection = try select(.functions, warns: true)
    // The summary names one line of each finding.
    let findings = try run.findings(in: select(.addresses, warns: false), ownCode) {
      $0.lineCount = 1
    }
    let summary = Summary(
      selection, findings: findings,
      name: listed(run.loaded.names, separator: " "),
      memory: run.loaded.memoryStatistics.map(memoryParts) ?? [],
      emptyNote: run.loaded.emptyNote)
    return try run.written(
      text: { summary.text(run.style) }, document: summary.document)
  }
}

/// Splits what the process took from the system into what holds it (Go's
/// `runtime.MemStats`).
private func memoryParts(_ stats: GoMemStats) -> [Summary.MemoryPart] {
  func difference(_ whole: UInt64?, _ part: UInt64?) -> UInt64? {
    guard let whole, let part, whole >= part else { return nil }
    return whole - part
  }
  let rows: [(String, UInt64?)] = [
    ("live heap objects", stats.heapAllocBytes),
    (
      "garbage and fragmentation in the heap",
      difference(stats.heapInuseBytes, stats.heapAllocBytes)
    ),
    ("idle heap, not given back", difference(stats.heapIdleBytes, stats.heapReleasedBytes)),
    ("goroutine stacks", stats.stackSysBytes),
    ("garbage collector's own", stats.gcSysBytes),
    ("allocator's own (mspan, mcache)", sum(stats.mSpanSysBytes, stats.mCacheSysBytes)),
    ("profiler's buckets and other", sum(stats.buckHashSysBytes, stats.otherSysBytes)),
    ("taken from the system, in all", stats.sysBytes),
    ("of it given back to the system", stats.heapReleasedBytes),
    ("largest resident set (MaxRSS)", stats.maxRSSBytes),
  ]
  return rows.compactMap { title, bytes in
    bytes.map { Summary.MemoryPart(title, Int64(clamping: $0)) }
  }
}

private func sum(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
  guard let left, let right else { return nil }
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? nil : sum
}
