import Foundation
import HeapscopeCommands
import ProfileCodec

/// What one command line gave back, run in this process.
struct CommandLineResult {
  var status: Int32
  var output: [UInt8]

  /// The lines on standard error.
  var messages: [String]

  var text: String { String(decoding: output, as: UTF8.self) }
}

enum Project {
  /// The folder of Package.swift.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The profiles in Fixtures, relative to ``root``.
  static let fixtures: [String] = ["go1.22", "go1.27"].flatMap { folder in
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "Fixtures/\(folder)").path)
    return (names ?? []).filter { $0.hasPrefix("orderlogtext.txt") || $0.hasSuffix(".pb.gz") }
      .sorted().map { "Fixtures/\(folder)/\($0)" }
  }
}

/// Times are in UTC and paths relative to the project, as the documents have them.
private let prepared: Void = {
  setenv("TZ", "UTC", 1)
  tzset()
  _ = FileManager.default.changeCurrentDirectoryPath(Project.root.path)
}()

/// Runs a command line without a process, in a home of its own.
///
/// - Parameter columns: the width of the terminal; nil when standard output is none.
func run(_ arguments: [String], columns: Int? = nil, input: [UInt8]? = nil) -> CommandLineResult {
  _ = prepared
  let home = FileManager.default.temporaryDirectory.appending(
    path: "heapscope-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: home) }
  var invocation = Invocation(arguments: arguments)
  invocation.environment = ["HOME": home.path, "TERM": "xterm"]
  invocation.outputIsTerminal = columns != nil
  invocation.columns = columns ?? 100
  if let input { invocation.standardInput = .bytes(BytesSource(input)) }
  let messages = Messages()
  invocation.report = { messages.lines.append($0) }
  let outcome = runHeapscope(invocation)
  return CommandLineResult(
    status: outcome.status, output: outcome.output, messages: messages.lines)
}

private final class Messages {
  var lines: [String] = []
}

/// Bytes in memory as standard input.
private final class BytesSource: ByteSource {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let part = rest.prefix(buffer.count)
    for (index, byte) in part.enumerated() { buffer[index] = byte }
    rest = rest.dropFirst(part.count)
    return part.count
  }
}
