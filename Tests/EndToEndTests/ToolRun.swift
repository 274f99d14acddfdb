import Foundation
import Glibc
import Testing

/// One run of the built `heapscope`, as a shell would see it.
struct ToolRun {
  /// The exit status, or minus the signal that ended it.
  var status: Int32 = 0
  var output: [UInt8] = []
  var messages = ""
  var seconds = 0.0

  /// 0 under the address sanitizer, whose own memory counts too.
  var peakMebibytes = 0

  /// Runs a command line and waits for it, at most 30 seconds.
  ///
  /// - Parameters:
  ///   - atFolder: whether the folder is the working directory.
  ///   - below: with `atFolder`, the path from the folder to the working directory.
  ///   - script: what bash runs, with the program as `$0` and the arguments as `$@`.
  ///   - signal: is sent after a while.
  init(
    _ arguments: [String], in folder: Folder, input: String = "/dev/null",
    environment: [String] = [], atFolder: Bool = false, below: String = "", script: String? = nil,
    signal: (number: Int32, afterSeconds: Double)? = nil
  ) throws {
    let binary = try #require(Self.binary, "the tests run the binary beside their bundle")
    let outputPath = folder.path(".out-\(UUID().uuidString)")
    let messagePath = outputPath + ".err"
    defer {
      unlink(outputPath)
      unlink(messagePath)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Files instead of pipes: nothing has to be drained.
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    let creating = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, creating, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messagePath, creating, 0o600)
    // Under the address sanitizer, memory that Swift's globals hold counts as lost.
    let environment =
      [
        "HOME=\(folder.url.path)", "TZ=UTC", "SWIFT_BACKTRACE=enable=no",
        "ASAN_OPTIONS=detect_leaks=0",
      ] + environment
    let program = atFolder ? "/usr/bin/env" : script != nil ? "/bin/bash" : binary
    let front =
      atFolder
      ? ["env", "-C", folder.url.appending(path: below).path, binary]
      : script.map { ["bash", "-c", $0, binary] } ?? [binary]
    var cArguments = (front + arguments).map { strdup($0) } + [nil]
    var cEnvironment = environment.map { strdup($0) } + [nil]
    defer { for text in cArguments + cEnvironment { free(text) } }
    var process: pid_t = 0
    // The threads that tests run on block signals, which the program would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    let start = ContinuousClock.now
    let problem = posix_spawn(&process, program, &actions, &attributes, &cArguments, &cEnvironment)
    try #require(problem == 0)
    var usage = rusage()
    var waitStatus: Int32 = 0
    var isSignalled = false
    while wait4(process, &waitStatus, WNOHANG, &usage) == 0 {
      if let signal, !isSignalled, ContinuousClock.now - start > .seconds(signal.afterSeconds) {
        kill(process, signal.number)
        isSignalled = true
      }
      if ContinuousClock.now - start > .seconds(30) { kill(process, SIGKILL) }
      usleep(2000)
    }
    let duration = ContinuousClock.now - start
    seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    // The low seven bits are the signal, the next eight the status.
    let endingSignal = waitStatus & 0x7f
    status = endingSignal == 0 ? waitStatus >> 8 & 0xff : -endingSignal
    if getenv("HEAPSCOPE_SANITIZED") == nil { peakMebibytes = Int(usage.ru_maxrss) / 1024 }
    output = Array(try Data(contentsOf: URL(filePath: outputPath)))
    messages = String(decoding: try Data(contentsOf: URL(filePath: messagePath)), as: UTF8.self)
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  /// The binary that was built together with these tests.
  private static let binary: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }
    let folders =
      bundles.map { argument -> URL in
        var url = URL(filePath: argument)
        while url.path.contains(".xctest") { url.deleteLastPathComponent() }
        return url
      } + [package.appending(path: ".build/debug")]
    // Another build of it, such as the release.
    if let other = getenv("HEAPSCOPE_BINARY") { return String(cString: other) }
    return folders.map { $0.appending(path: "heapscope").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
}

/// A folder that goes away with the test.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "heapscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The files in heapscope's folder of kept profiles, unfinished ones included.
  func keptProfiles() throws -> [String] {
    let kept = path(".local/share/heapscope/profiles")
    if !FileManager.default.fileExists(atPath: kept) { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: kept)
  }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }
}

/// The commands that read profiles through the same checks.
let commands = ["top", "folded", "hotspots", "raw"]

/// Expects a refusal: a status, nothing on standard output, one line that names
/// the file and says these words, in time and memory.
func expectRefusal(
  _ path: String, in folder: Folder, status: Int32 = 65, _ words: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for command in commands {
    let run = try ToolRun([command, path], in: folder)
    #expect(run.status == status, "\(command): \(run.messages)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, "\(command)", sourceLocation: sourceLocation)
    let lines = run.messages.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines[1].isEmpty, "\(run.messages)", sourceLocation: sourceLocation)
    #expect(
      run.messages.hasPrefix("heapscope: \(path): "), "\(run.messages)",
      sourceLocation: sourceLocation)
    #expect(run.messages.contains(words), "\(run.messages)", sourceLocation: sourceLocation)
    expectBounds(run, command, sourceLocation)
  }
}

/// Expects success, without a word, in time and memory; returns the reports by command.
@discardableResult
func expectReports(
  _ path: String, in folder: Folder, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [String: String] {
  var reports: [String: String] = [:]
  for command in commands {
    let run = try ToolRun([command, path], in: folder)
    #expect(run.status == 0, "\(command): \(run.messages)", sourceLocation: sourceLocation)
    #expect(run.messages.isEmpty, "\(command)", sourceLocation: sourceLocation)
    expectBounds(run, command, sourceLocation)
    reports[command] = run.text
  }
  return reports
}

private func expectBounds(_ run: ToolRun, _ command: String, _ sourceLocation: SourceLocation) {
  // Unoptimised, and beside other tests: the optimised binary takes a tenth.
  #expect(run.seconds < 30, "\(command)", sourceLocation: sourceLocation)
  #expect(run.peakMebibytes < 1024, "\(command)", sourceLocation: sourceLocation)
}
