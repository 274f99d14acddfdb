package import Foundation
import HeapscopeCommands
import ProfileCodec

/// The result of running heapscope without a process.
package struct CommandRun: Sendable {
  package var status: Int32
  package var output: [UInt8]

  /// The lines for standard error.
  package var messages: [String]

  package var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs a command line in this process, with homes of its own and the time zone UTC.
///
/// - Parameters:
///   - arguments: heapscope's; paths in them are relative to the folder.
///   - columns: the width of the terminal; nil when standard output is none.
///   - rows: its height, if known.
///   - environment: added to a home in a temporary folder.
///   - folder: the working directory. It must be the same for all runs in a process, since tests
///     run concurrently.
package func heapscope(
  _ arguments: [String], columns: Int? = nil, rows: Int? = nil, environment: [String: String] = [:],
  input: [UInt8]? = nil, home: URL? = nil, folder: URL = Repository.fixtures
) -> CommandRun {
  _ = prepared
  _ = FileManager.default.changeCurrentDirectoryPath(folder.path)
  let homeFolder =
    home ?? FileManager.default.temporaryDirectory.appending(path: "heapscope-\(UUID().uuidString)")
  defer { if home == nil { try? FileManager.default.removeItem(at: homeFolder) } }
  var invocation = Invocation(arguments: arguments)
  invocation.environment = [
    "HOME": homeFolder.path,
    "XDG_STATE_HOME": homeFolder.appending(path: "state").path,
    "XDG_DATA_HOME": homeFolder.appending(path: "data").path, "TERM": "xterm",
  ].merging(environment) { $1 }
  invocation.outputIsTerminal = columns != nil
  invocation.columns = columns ?? 80
  invocation.terminalSize = { rows.map { (columns ?? 80, $0) } }
  if let input { invocation.standardInput = .bytes(ArraySource(input)) }
  let messages = Messages()
  invocation.report = { messages.lines.append($0) }
  let outcome = runHeapscope(invocation)
  return CommandRun(status: outcome.status, output: outcome.output, messages: messages.lines)
}

private final class Messages {
  var lines: [String] = []
}

/// Done once per process, before the first command: golden files have times in UTC.
private let prepared: Void = {
  setenv("TZ", "UTC", 1)
  tzset()
}()
