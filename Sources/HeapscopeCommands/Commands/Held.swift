import ArgumentParser
import HeapDump
import Ownership
import ProfileCodec
import ProfileModel
import Reports

struct HeldCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "held",
    abstract: "Say who holds the memory of a Go heap dump: variables, goroutines, finalizers.",
    discussion: """
      Reads what runtime/debug.WriteHeapDump writes. The binary that wrote it gives variables
      their names: build it without -s (-w may stay). A dump holds all strings of its process;
      heapscope prints names, sizes and addresses, never contents.

      EXAMPLES:
        heapscope held heap.dump ./server
        heapscope held --format=json heap.dump.gz ./server
      """)

  @Option("The most holders to show; 0 for all.")
  var nodecount: RowCount?
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
    let dump = try session.heapDump(input)
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
    let text = try output.written(
      report.forms(session.style(output), count: nodecount?.value ?? 10))
    try session.deliver(session.safe(text, output), output)
    return session.checked(report, input.name, program: files.dropFirst().first)
  }
}

extension Session {
  /// Reads the names of a program's variables and functions.
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

  func heapDump(_ input: ProfileInput) throws(CommandFailure) -> HeapDump {
    var source = try input.open()
    if let identity = (source as? FileSource)?.identity { inputFiles.insert(identity) }
    if let show = invocation.progress {
      let size = (source as? FileSource)?.size ?? 0
      source = ProgressSource(source, name: shownName(input.name), size: size, show: show)
    }
    do throws(DumpError) { return try readHeapDump(from: source) } catch {
      let status: ExitStatus =
        switch error {
        case .codec(.input), .codec(.changedWhileRead): .inputOutput
        default: .badData
        }
      throw CommandFailure(status, "\(input.name): \(describe(error))")
    }
  }

  /// Says what is doubtful about a report; status 65 where its sizes are.
  fileprivate func checked(_ report: HeldReport, _ name: String, program: String?) -> ExitStatus {
    let retention = report.retention
    let dump = retention.dump
    if program == nil {
      message(
        "\(name): read without the program that wrote it, so variables have no names: "
          + "'heapscope held \(name) PROGRAM'")
    }
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
