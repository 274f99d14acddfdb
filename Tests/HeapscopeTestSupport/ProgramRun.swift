package import Foundation
import Glibc

/// One run of a program, as a shell would see it.
package struct ProgramRun: Sendable {
  /// The exit status, or minus the signal that ended it.
  package var status: Int32 = 0
  package var output: [UInt8] = []

  /// What it wrote to standard error.
  package var messages = ""
  package var seconds = 0.0

  /// 0 under the address sanitizer, whose own memory would count too.
  package var peakMebibytes = 0

  package var text: String { String(decoding: output, as: UTF8.self) }

  /// Runs a program and waits for its end.
  ///
  /// - Parameters:
  ///   - program: its path.
  ///   - arguments: those after the program's name.
  ///   - environment: `NAME=value` each; nil for that of the tests, with the time zone UTC and the
  ///     locale C.
  ///   - limit: the seconds after which it is killed.
  ///   - signal: a signal to send after a while.
  package init(
    _ program: String, _ arguments: [String], input: Input = .file("/dev/null"),
    environment: [String]? = nil, folder: URL? = nil, limit: Double = 300,
    signal: (number: Int32, afterSeconds: Double)? = nil
  ) throws {
    let temporary = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: temporary) }
    // Files instead of pipes, so that neither side can block the other.
    let inputPath =
      switch input {
      case .file(let path): path
      case .bytes: temporary.appending(path: "in").path
      }
    if case .bytes(let bytes) = input { try Data(bytes).write(to: URL(filePath: inputPath)) }
    let outputFile = temporary.appending(path: "out")
    let messageFile = temporary.appending(path: "messages")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let creating = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputPath, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputFile.path, creating, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messageFile.path, creating, 0o600)
    // The action that changes the working directory is not in Swift's Glibc.
    let words = (folder.map { ["/usr/bin/env", "-C", $0.path] } ?? []) + [program] + arguments
    var cArguments = words.map { strdup($0) } + [nil]
    var cEnvironment = (environment ?? Self.inherited).map { strdup($0) } + [nil]
    defer { for text in cArguments + cEnvironment { free(text) } }
    // The threads that run tests block signals, and the program would inherit that.
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
    var process: pid_t = 0
    let problem = posix_spawn(
      &process, words[0], &actions, &attributes, &cArguments, &cEnvironment)
    if problem != 0 { throw ProgramNotStarted(program: program, errno: problem) }
    var usage = rusage()
    var waitStatus: Int32 = 0
    var isSignalled = false
    while wait4(process, &waitStatus, WNOHANG, &usage) == 0 {
      if let signal, !isSignalled, ContinuousClock.now - start > .seconds(signal.afterSeconds) {
        kill(process, signal.number)
        isSignalled = true
      }
      if ContinuousClock.now - start > .seconds(limit) { kill(process, SIGKILL) }
      usleep(2000)
    }
    let duration = ContinuousClock.now - start
    seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    // The low seven bits are the signal, the next eight the status.
    let endingSignal = waitStatus & 0x7f
    status = endingSignal == 0 ? waitStatus >> 8 & 0xff : -endingSignal
    if getenv("HEAPSCOPE_SANITIZED") == nil { peakMebibytes = Int(usage.ru_maxrss) / 1024 }
    output = try Repository.bytes(outputFile)
    messages = String(decoding: try Repository.bytes(messageFile), as: UTF8.self)
  }

  package enum Input: Sendable {
    case bytes([UInt8])

    /// A path.
    case file(String)
  }

  private static let inherited: [String] = {
    var environment = ProcessInfo.processInfo.environment
    environment["TZ"] = "UTC"
    environment["LC_ALL"] = "C"
    return environment.map { "\($0)=\($1)" }
  }()
}

/// A program that runs beside the tests until it is released, which closes its standard input.
package final class Service: Sendable {
  private let process: Process
  private let input: Pipe

  /// What it wrote until it was ready.
  package let greeting: String

  /// Starts a program and waits until its output says that it is ready.
  package init(
    _ program: String, _ arguments: [String], until isReady: (_ written: String) -> Bool
  ) throws {
    process = Process()
    input = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    // A line may come in pieces.
    var text = ""
    while !isReady(text) {
      let piece = output.fileHandleForReading.availableData
      if piece.isEmpty { break }
      text += String(decoding: piece, as: UTF8.self)
    }
    greeting = text
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The number that follows a word in the greeting.
  package func number(after name: String) -> Int? {
    greeting.split(whereSeparator: \.isWhitespace).drop { $0 != name }.dropFirst().first
      .flatMap { Int($0) }
  }
}

/// A program could not be started. Release builds lack Testing, so this does not use it.
package struct ProgramNotStarted: Error {
  package var program: String
  package var errno: Int32
}
