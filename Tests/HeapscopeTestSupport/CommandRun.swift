package import Foundation
import HeapscopeCommands
import ProfileCodec

/// What one command line of heapscope gave back, without a process.
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
///   - arguments: paths in it are relative to Fixtures.
///   - columns: the width of the terminal; nil when standard output is none.
///   - environment: added to a home in a temporary folder.
package func heapscope(
  _ arguments: [String], columns: Int? = nil, environment: [String: String] = [:],
  input: [UInt8]? = nil, home: URL? = nil
) -> CommandRun {
  _ = prepared
  let folder =
    home ?? FileManager.default.temporaryDirectory.appending(path: "heapscope-\(UUID().uuidString)")
  defer { if home == nil { try? FileManager.default.removeItem(at: folder) } }
  var invocation = Invocation(arguments: arguments)
  invocation.environment = [
    "HOME": folder.path, "XDG_STATE_HOME": folder.appending(path: "state").path,
    "XDG_DATA_HOME": folder.appending(path: "data").path, "TERM": "xterm",
  ].merging(environment) { $1 }
  invocation.outputIsTerminal = columns != nil
  invocation.columns = columns ?? 80
  if let input { invocation.standardInput = .bytes(ArraySource(input)) }
  let messages = Messages()
  invocation.report = { messages.lines.append($0) }
  let outcome = runHeapscope(invocation)
  return CommandRun(status: outcome.status, output: outcome.output, messages: messages.lines)
}

private final class Messages {
  var lines: [String] = []
}

/// Done once a process, before the first command: golden files name profiles
/// relative to Fixtures and times in UTC.
private let prepared: Void = {
  setenv("TZ", "UTC", 1)
  tzset()
  _ = FileManager.default.changeCurrentDirectoryPath(Repository.fixtures.path)
}()
