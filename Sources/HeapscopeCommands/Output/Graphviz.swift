import Foundations
import Glibc

/// Runs Graphviz' `dot` to draw a graph.
///
/// - Parameter format: the value for `dot -T`: svg, png or pdf.
func runGraphviz(
  _ graph: [UInt8], format: String, environment: [String: String]
) throws(CommandFailure) -> [UInt8] {
  // The graph goes through a file: dot reads all of it before it writes, but a pipe to a program
  // that does not would block both. mkstemp(3) requires six X at the end, and replaces them with a
  // name of its own.
  var template = Array("\(environment["TMPDIR"] ?? "/tmp")/heapscope-XXXXXX".utf8CString)
  let input = mkstemp(&template)
  guard input >= 0 else {
    throw CommandFailure(.cannotCreate, "cannot make a temporary file: \(systemMessage(errno))")
  }
  unlink(template)
  defer { close(input) }
  do {
    try writeAll(graph, to: input)
  } catch {
    throw CommandFailure(
      .inputOutput, "cannot write a temporary file: \(systemMessage(error.errno))")
  }
  lseek(input, 0, SEEK_SET)
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else {
    throw CommandFailure(.inputOutput, "cannot make a pipe: \(systemMessage(errno))")
  }
  defer { close(ends[0]) }
  let process = startProgram(["dot", "-T\(format)"], resetting: ignoredSignals) { actions in
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
  }
  close(ends[1])
  guard let process else {
    throw CommandFailure(
      .unavailable,
      "Graphviz' dot is not installed (Debian: apt-get install graphviz); "
        + "'heapscope dot' prints the graph without it")
  }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = read(ends[0], &chunk, chunk.count)
    if count > 0 { output += chunk[..<count] }
    if count == 0 { break }
    if count < 0, errno != EINTR {
      throw CommandFailure(
        .inputOutput, "cannot read what Graphviz' dot writes: \(systemMessage(errno))")
    }
  }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0, errno == EINTR {}
  guard status == 0 else {
    let signal = status & 0x7f
    throw CommandFailure(
      .unavailable,
      "Graphviz' dot "
        + (signal == 0 ? "failed with status \(status >> 8)" : "ended by signal \(signal)")
    )
  }
  return output
}
