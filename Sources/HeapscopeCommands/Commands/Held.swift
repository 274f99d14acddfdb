import ArgumentParser
import HeapDump
import Ownership
import ProfileCodec
import ProfileModel
import Reports
import StackGraph

struct HeldCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "held",
    abstract: "Say who holds the memory of a Go heap dump: variables, goroutines, finalizers.",
    discussion: """
      Reads what runtime/debug.WriteHeapDump writes. The binary that wrote it gives
      variables their names: build it without -s (-w may stay). A dump holds all
      strings of its process; heapscope prints names, sizes and addresses, never
      contents.

      EXAMPLES:
        heapscope held heap.dump ./server
        heapscope held --path=0xc000a5c000 heap.dump ./server
        heapscope held -o held.pb.gz heap.dump ./server && heapscope flame held.pb.gz
      """)

  @Option("The most holders to show; 0 for all.")
  var nodecount: RowCount?
  @Option("Say why an object is still there: its address, or a function that allocated it.")
  var path: Text<HeldTarget>?
  @Option("The most bytes a file may inflate to, such as 8GB.")
  var maxInflated: ByteSize?
  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup(title: "PROFILES") var fetch: FetchArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(
    help: "The dump, and the program that wrote it; - is standard input.", completion: .file())
  var files: [String] = []

  func validate() throws {
    if files.count > 2 {
      throw ValidationError("too many files: give one dump and the program that wrote it")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    guard let name = files.first ?? session.pipedInput() else {
      throw CommandFailure(
        .usage,
        "the dump is missing: 'heapscope held heap.dump ./server', with a file that "
          + "runtime/debug.WriteHeapDump wrote")
    }
    let input = try session.input(named: name, fetch.request)
    var symbols = try files.dropFirst().first.map { try session.symbols(of: $0) }
    let dump = try session.heapDump(input, limit: maxInflated?.bytes)
    if let program = files.dropFirst().first, symbols?.locate(in: dump) == false {
      throw CommandFailure(
        .badData,
        "\(program): is not the program that wrote \(input.name): its variables or functions lie "
          + "elsewhere; give the very binary that ran, or none")
    }
    let ownCode = ownCode.request
    let ownership = Ownership(
      dump.names.profile, ownCode.options(try session.settings(ownCode)))
    let report = HeldReport(
      Retention(dump, symbols: symbols, ownership: ownership), ownership)
    let output = output.request
    if let path {
      let text = try output.written(
        way(to: path.text, report, input.name).forms(session.style(output)))
      try session.deliver(session.safe(text, output), output)
    } else if output.isProfile {
      try session.deliver(session.profileOutput(report.profile(), output), output)
    } else {
      let text = try output.written(
        report.forms(session.style(output), count: nodecount?.value ?? 10))
      try session.deliver(session.safe(text, output), output)
    }
    return session.checked(report, input.name)
  }

  /// The paths to an object, given by its address or by a function that allocated it.
  private func way(
    to target: String, _ report: HeldReport, _ name: String
  ) throws(CommandFailure) -> HeldWayReport {
    let retention = report.retention
    let object: Int
    if target.hasPrefix("0x") {
      guard let address = UInt64(target.dropFirst(2), radix: 16) else {
        throw CommandFailure(.usage, "--path '\(target)': give \(HeldTarget.description.expected)")
      }
      guard let found = retention.dump.objects.object(at: address) else {
        throw CommandFailure(.negative, "\(name): no object lies at \(target)")
      }
      object = found
    } else {
      let pattern = try PatternWord(text: target).pattern()
      guard
        let found = report.allocations.largestObject(in: retention, where: { pattern.matches($0) })
      else {
        throw CommandFailure(
          .negative,
          "\(name): no sampled object was allocated by '\(target)'; give an address, or a function "
            + "that 'allocated by' names")
      }
      object = found
    }
    guard let explanation = retention.explanation(of: object) else {
      throw CommandFailure(
        .negative,
        "\(name): no recorded root leads to \(target): it is garbage, or kept by what "
          + "dumps leave out, such as a cleanup")
    }
    return HeldWayReport(report, explanation)
  }
}

extension OutputRequest {
  /// The name is a profile's.
  fileprivate var isProfile: Bool {
    file.map { name in [".pb.gz", ".pb", ".pprof"].contains { name.hasSuffix($0) } } ?? false
  }
}

extension Session {
  /// Reads the symbols of a program's variables and functions.
  func symbols(of path: String) throws(CommandFailure) -> ProgramSymbols {
    let file = try FileSource.open(path, as: "a program")
    if let identity = file.identity { inputFiles.insert(identity) }
    let symbols: ProgramSymbols
    do throws(ProgramSymbols.Failure) { symbols = try file.symbols() } catch {
      throw CommandFailure(.badData, "\(path): \(describe(error))")
    }
    if symbols.isEmpty {
      message(
        "\(path): has no symbol table, so variables have no names: build it without -s, and do not "
          + "strip it")
    }
    return symbols
  }

  func heapDump(_ input: ProfileInput, limit: Int?) throws(CommandFailure) -> HeapDump {
    var limits = ReadLimits()
    if let limit { limits.raise(to: limit) }
    var source = try input.open()
    if let identity = (source as? FileSource)?.identity { inputFiles.insert(identity) }
    if let show = invocation.progress {
      source = ProgressSource(source, ReadingProgress([shownName(input.name)], show: show))
    }
    do throws(DumpError) { return try readHeapDump(from: source, limits: limits) } catch {
      let status: ExitStatus =
        switch error {
        case .codec(.input), .codec(.changedWhileRead): .inputOutput
        default: .badData
        }
      throw CommandFailure(status, "\(input.name): \(describe(error))")
    }
  }

  /// Reports doubts about a report; status 65 when its sizes are doubtful.
  fileprivate func checked(_ report: HeldReport, _ name: String) -> ExitStatus {
    let retention = report.retention
    let dump = retention.dump
    if let offset = dump.truncation {
      message(
        "\(name): truncated: the dump ends at byte \(offset); holders are shown without sizes. A "
          + "full disk cuts dumps without an error: write it again where there is room")
      return .badData
    }
    if retention.agreesWithRuntime != true {
      let counted = dump.statistics.map { "\($0.heapObjects) objects of \($0.heapBytes) bytes" }
      message(
        "\(name): the runtime counted \(counted ?? "nothing"), but the dump has "
          + "\(retention.totals.objects) of \(retention.totals.bytes): \(dump.goVersion) may lay "
          + "its heap out in a way that heapscope does not know; holders are shown without sizes")
      return .badData
    }
    return .success
  }
}
