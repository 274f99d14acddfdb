import Foundations
import ArgumentParser
import Glibc
import Reports

/// Runs one command line. Everything but the report goes to `invocation.report`.
package func runHeapscope(_ invocation: Invocation) -> Outcome {
  let session = Session(invocation)
  do {
    if let text = try completionText(invocation) {
      return Outcome(status: ExitStatus.success.rawValue, output: Array(text.utf8))
    }
    let words = try CommandWords(invocation.arguments)
    if let length = words.help {
      let text = HelpText(words.type, length, columns: invocation.columns).text
      return Outcome(status: ExitStatus.success.rawValue, output: Array(text.utf8))
    }
    var parsed = try parsedCommand(words)
    guard let runnable = parsed as? any SessionCommand else {
      // ArgumentParser's own commands, such as help, which end by throwing what to print.
      try parsed.run()
      return Outcome(status: ExitStatus.success.rawValue, output: [])
    }
    var status = try runnable.run(in: session)
    if status == .success, session.hasSkippedDamaged { status = .badData }
    return Outcome(status: status.rawValue, output: session.output.bytes)
  } catch let problem as SystemError {
    // Only writing during a report fails in this way.
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

/// Returns a shell's completion script, or the completions that it asks for; nil for other command
/// lines.
private func completionText(_ invocation: Invocation) throws(CommandFailure) -> String? {
  let arguments = invocation.arguments
  if arguments.first == "---complete" {
    return Completion(Array(arguments.dropFirst()), environment: invocation.environment).text
  }
  guard let first = arguments.first.flatMap(OptionWord.init),
    first.name == "generate-completion-script"
  else { return nil }
  let shell = first.value ?? arguments.dropFirst().first ?? ""
  guard let script = CompletionScripts.byShell[shell] else {
    throw CommandFailure(.usage, "\(first.written) '\(shell)': give bash, zsh or fish")
  }
  return script
}

/// Parses a command line.
///
/// A command is parsed by itself, which saves ArgumentParser the options of all the others.
///
/// - Throws: the version, completions and the like as ArgumentParser has them; every error as a
///   failure.
private func parsedCommand(_ line: CommandWords) throws -> any ParsableCommand {
  do {
    guard let type = line.type else { return try HeapscopeCommand.parseAsRoot(line.words) }
    return try type.parse(line.words)
  } catch {
    if HeapscopeCommand.exitCode(for: error) == .success { throw error }
    let wording = (line.type ?? HeapscopeCommand.self).message(for: error)
    throw CommandFailure(.usage, Mistakes(command: line.name).invalid(wording))
  }
}
