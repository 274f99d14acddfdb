import ArgumentParser
package import Foundations
import Glibc
package import ProfileCodec
import Reports

/// What a run of heapscope sees of its surroundings.
package struct Invocation {
  package var arguments: [String]
  package var environment: [String: String] = [:]

  /// What standard input is, and its bytes.
  package var standardInput: StandardInput = .none
  package var outputIsTerminal = false
  package var errorIsTerminal = false

  /// The width of the terminal, in characters.
  package var columns = 100

  /// The size of the terminal now, in characters; nil where there is none.
  package var terminalSize: () -> (columns: Int, rows: Int)? = { nil }

  /// Takes each line for standard error as it comes.
  package var report: (String) -> Void = { _ in }

  /// Takes the front of a report that is too large to be held; without it all of
  /// a report is in ``Outcome/output``.
  package var write: ByteSink?

  /// Shows how far long work has come; nil unless standard error is a terminal.
  package var progress: ((String) -> Void)?

  /// Whether signals may be taken, which only one run in a process can.
  package var handlesSignals = false

  package enum StandardInput {
    /// A terminal, `/dev/null`, or an empty file.
    case none
    case bytes(any ByteSource)
  }

  package init(arguments: [String]) { self.arguments = arguments }
}

/// What a run gives back.
package struct Outcome: Sendable {
  package var status: Int32
  package var output: [UInt8]
}

/// Runs one command line. Everything but the report goes to `invocation.report`.
package func runHeapscope(_ invocation: Invocation) -> Outcome {
  let session = Session(invocation)
  var command = "heapscope"
  do {
    let arguments = try normalizedArguments(invocation.arguments)
    if let name = arguments.first(where: HeapscopeCommand.commandNames.contains) {
      command += " \(name)"
    }
    var parsed = try parsedCommand(arguments)
    guard let runnable = parsed as? any SessionCommand else {
      // ArgumentParser's own, such as help, which end by throwing what to print.
      try parsed.run()
      return Outcome(status: ExitStatus.success.rawValue, output: [])
    }
    let status = try runnable.run(in: session)
    return Outcome(status: status.rawValue, output: session.output.bytes)
  } catch let problem as SystemError {
    // Only what is written while the report is made fails in this way.
    if problem.errno == EPIPE { return Outcome(status: 0, output: []) }
    session.message("standard output: cannot write: \(systemMessage(problem.errno))")
    return Outcome(status: ExitStatus.inputOutput.rawValue, output: [])
  } catch let failure as CommandFailure {
    if !failure.message.isEmpty { session.message(failure.message) }
    return Outcome(status: failure.status.rawValue, output: [])
  } catch {
    return outcome(of: error, command: command, session)
  }
}

/// Reads a command line.
///
/// A command in the first place is read by itself, which spares ArgumentParser
/// the options of all the others. Only the root words its help rightly.
private func parsedCommand(_ arguments: [String]) throws -> any ParsableCommand {
  guard let name = arguments.first, let type = HeapscopeCommand.command(named: name) else {
    // What is no command's name are the profiles of the default one.
    let plain = arguments.first == "help" ? nil : SummaryCommand.plain(arguments[...])
    return try plain ?? HeapscopeCommand.parseAsRoot(arguments)
  }
  if let plain = (type as? any PlainCommand.Type)?.plain(arguments.dropFirst()) { return plain }
  do { return try type.parse(Array(arguments.dropFirst())) } catch {
    if type.exitCode(for: error) == .success { return try HeapscopeCommand.parseAsRoot(arguments) }
    throw CommandFailure(
      .usage, describeMistake(type.message(for: error), command: "heapscope \(name)"))
  }
}

/// Help and version are a report; every mistake in the command line is one line.
private func outcome(of error: any Error, command: String, _ session: Session) -> Outcome {
  let status = HeapscopeCommand.exitCode(for: error)
  if status == .success {
    let text = HeapscopeCommand.fullMessage(for: error, columns: session.invocation.columns)
    return Outcome(status: 0, output: Array((text + "\n").utf8))
  }
  session.message(describeMistake(HeapscopeCommand.message(for: error), command: command))
  return Outcome(status: ExitStatus.usage.rawValue, output: [])
}
