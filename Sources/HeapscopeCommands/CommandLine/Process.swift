import CSystem
import Foundations
import Glibc
import ProfileCodec
import Reports

/// What this process ignores, so that writing fails with an error that can be told: a reader
/// that has seen enough, as in `| head`, and a limit on the size of files.
let ignoredSignals = [SIGPIPE, SIGXFSZ]

/// Runs heapscope for this process: its arguments, environment and descriptors.
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
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }
  if hasStandardInput() {
    invocation.standardInput = .bytes(FileSource(descriptor: STDIN_FILENO))
  }
  invocation.report = { line in
    try? Array((line + "\n").utf8).withUnsafeBytesTyped { raw throws(SystemError) in
      try writeAll(raw, to: STDERR_FILENO)
    }
  }
  invocation.write = { (raw) throws(SystemError) in try writeAll(raw, to: STDOUT_FILENO) }

  if invocation.errorIsTerminal {
    invocation.progress = { text in
      try? Array(text.utf8).withUnsafeBytesTyped { raw throws(SystemError) in
        try writeAll(raw, to: STDERR_FILENO)
      }
    }
  }
  if let line = notUTF8(CommandLine.unsafeArgv, Int(CommandLine.argc)) {
    invocation.report(line)
    return ExitStatus.usage.rawValue
  }
  let outcome = runHeapscope(invocation)
  if outcome.status > 128 {
    // Everything is in order; what remains is to end by the signal.
    let number = outcome.status - 128
    signal(number, SIG_DFL)
    raise(number)
  }
  do {
    try outcome.output.withUnsafeBytesTyped { raw throws(SystemError) in
      try writeAll(raw, to: STDOUT_FILENO)
    }
  } catch {
    if error.errno == EPIPE { return outcome.status }
    invocation.report("heapscope: standard output: cannot write: \(systemMessage(error.errno))")
    return ExitStatus.inputOutput.rawValue
  }
  return outcome.status
}

/// Refuses an argument whose bytes no Swift string can hold: as one, it would be
/// the name of another file.
private func notUTF8(
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ count: Int
) -> String? {
  for index in 1..<max(1, count) {
    guard let word = words[index] else { break }
    let bytes = UnsafeRawBufferPointer(start: word, count: strlen(word))
    if bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil {
      return "heapscope: '\(String(decoding: safeName(bytes), as: UTF8.self))' is no UTF-8 text: "
        + "rename the file, or give it as in 'heapscope top - <FILE'"
    }
  }
  return nil
}

/// Has the allocator keep what is freed for the next array, up to 32 MiB each.
///
/// Given back, it would have to be cleared by the kernel again: that took a third of
/// the kernel's time for a profile of 500,000 samples. The process ends soon anyway.
private func keepFreedMemory() {
  _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
  _ = mallopt(M_TRIM_THRESHOLD, 256 << 20)
}

private func processEnvironment() -> [String: String] {
  var result: [String: String] = [:]
  var entry = environ
  while let text = entry.pointee {
    // Cut as bytes: to cut a String costs a tenth of a small run.
    if let equals = strchr(text, Int32(UInt8(ascii: "="))) {
      let name = UnsafeRawBufferPointer(start: text, count: equals - text)
      result[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
    }
    entry += 1
  }
  return result
}

/// True when something may be read from standard input: it is a pipe, a socket
/// or a file with something in it.
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
  var size = winsize()
  if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
  return environment["COLUMNS"].flatMap { Int($0) } ?? 100
}
