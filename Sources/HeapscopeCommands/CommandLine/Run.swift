import Foundations
import ArgumentParser
import Glibc
import Reports

/// Runs one command line. Everything but the report goes to `invocation.report`.
package func runHeapscope(_ invocation: Invocation) -> Outcome {
  let session = Session(invocation)
  do {
    let words = try CommandWords(invocation.arguments)
    var parsed = try parsedCommand(words)
    guard let runnable = parsed as? any SessionCommand else {
      // ArgumentParser's own, such as help, which end by throwing what to print.
      try parsed.run()
      return Outcome(status: ExitStatus.success.rawValue, output: [])
    }
    var status = try runnable.run(in: session)
    if status == .success, session.hasSkippedDamaged { status = .badData }
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
    guard HeapscopeCommand.exitCode(for: error) == .success else {
      session.message("\(error)")
      return Outcome(status: ExitStatus.internalError.rawValue, output: [])
    }
    let text = HeapscopeCommand.fullMessage(for: error, columns: session.invocation.columns)
    return Outcome(status: ExitStatus.success.rawValue, output: Array((text + "\n").utf8))
  }
}

/// Reads a command line.
///
/// A command is read by itself, which spares ArgumentParser the options of all the others.
/// Only the root words its help rightly.
///
/// - Throws: help and version as ArgumentParser has them; every mistake as a failure.
private func parsedCommand(_ line: CommandWords) throws -> any ParsableCommand {
  var arguments = line.words
  do {
    guard let type = line.type else { return try HeapscopeCommand.parseAsRoot(arguments) }
    do { return try type.parse(arguments) } catch {
      guard type.exitCode(for: error) == .success else { throw error }
      arguments.insert(type._commandName, at: 0)
      return try HeapscopeCommand.parseAsRoot(arguments)
    }
  } catch {
    if HeapscopeCommand.exitCode(for: error) == .success { throw error }
    let wording = (line.type ?? HeapscopeCommand.self).message(for: error)
    throw CommandFailure(.usage, Mistakes(command: line.name).invalid(wording))
  }
}
