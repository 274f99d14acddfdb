import Foundations
import Glibc
import ProfileCodec
import Reports

/// The signals that this process ignores, so that writing fails with an error that can be reported:
/// a reader that stops, as in `| head`, and a limit on the size of files.
let ignoredSignals = [SIGPIPE, SIGXFSZ]

/// Runs heapscope for this process: its arguments, environment and file descriptors.
///
/// - Returns: the exit status.
package func runProcess() -> Int32 {
  for number in ignoredSignals { signal(number, SIG_IGN) }
  keepFreedMemory()
  var invocation = Invocation(arguments: Array(CommandLine.arguments.dropFirst()))
  invocation.environment = processEnvironment()
  invocation.outputIsTerminal = isatty(STDOUT_FILENO) == 1
  invocation.errorIsTerminal = isatty(STDERR_FILENO) == 1
  invocation.columns = terminalColumns(invocation.environment)
  invocation.handlesSignals = true
  invocation.terminalSize = {
    terminalSize(STDOUT_FILENO).flatMap { $0.rows > 0 ? $0 : nil }
  }
  if hasStandardInput() {
    invocation.standardInput = .bytes(FileSource(descriptor: STDIN_FILENO))
  }
  invocation.report = { line in
    try? writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
  }
  invocation.write = { (bytes) throws(SystemError) in try writeAll(bytes, to: STDOUT_FILENO) }

  if invocation.errorIsTerminal {
    invocation.progress = { text in
      try? writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
  }
  if let line = notUTF8() {
    invocation.report(line)
    return ExitStatus.usage.rawValue
  }
  let outcome = runHeapscope(invocation)
  if outcome.status > 128 {
    // Everything is cleaned up; what remains is to end by the signal.
    let number = outcome.status - 128
    signal(number, SIG_DFL)
    raise(number)
  }
  do {
    try writeAll(outcome.output, to: STDOUT_FILENO)
  } catch {
    if error.errno == EPIPE { return outcome.status }
    invocation.report("heapscope: standard output: cannot write: \(error.message)")
    return ExitStatus.inputOutput.rawValue
  }
  return outcome.status
}

/// Refuses an argument that is not UTF-8: as a Swift string, it would name another file.
private func notUTF8() -> String? {
  firstInvalidArgument().map {
    "heapscope: '\(String(decoding: safeName($0), as: UTF8.self))' is no UTF-8 text: "
      + "rename the file, or give it as in 'heapscope top - <FILE'"
  }
}

/// True when standard input may have something to read: it is a pipe, a socket or a non-empty file.
private func hasStandardInput() -> Bool {
  var status = stat()
  guard fstat(STDIN_FILENO, &status) == 0 else { return false }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return status.st_size > lseek(STDIN_FILENO, 0, SEEK_CUR)
  case S_IFIFO, S_IFSOCK: return true
  default: return false
  }
}

private func terminalColumns(_ environment: [String: String]) -> Int {
  terminalSize(STDOUT_FILENO)?.columns ?? environment["COLUMNS"].flatMap { Int($0) } ?? 100
}
