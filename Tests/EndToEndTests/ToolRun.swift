import Foundation
import HeapscopeTestSupport
import Testing

/// Runs the built `heapscope` and waits for it, at most 30 seconds.
///
/// - Parameters:
///   - folder: its home.
///   - input: the path of the file that is its standard input.
///   - atFolder: whether the folder is the working directory.
///   - below: with `atFolder`, the path from the folder to the working directory.
///   - script: what bash runs, with the program as `$0` and the arguments as `$@`.
///   - signal: is sent after a while.
func runTool(
  _ arguments: [String], in folder: TestFolder, input: String = "/dev/null",
  environment: [String] = [], atFolder: Bool = false, below: String = "", script: String? = nil,
  signal: (number: Int32, afterSeconds: Double)? = nil
) throws -> ProgramRun {
  let binary = try #require(builtTool, "the tests run the binary beside their bundle")
  return try ProgramRun(
    script == nil ? binary : "/bin/bash", (script.map { ["-c", $0, binary] } ?? []) + arguments,
    input: .file(input),
    environment: [
      "HOME=\(folder.url.path)", "TZ=UTC", "SWIFT_BACKTRACE=enable=no",
      // Memory of Swift's globals counts as leaked.
      "ASAN_OPTIONS=detect_leaks=0",
    ] + environment, folder: atFolder ? folder.url.appending(path: below) : nil, limit: 30,
    signal: signal)
}

/// The binary that was built together with these tests.
let builtTool: String? = {
  let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }
  let folders =
    bundles.map { argument -> URL in
      var url = URL(filePath: argument)
      while url.path.contains(".xctest") { url.deleteLastPathComponent() }
      return url
    } + [Repository.root.appending(path: ".build/debug")]
  // Another build of it, such as the release.
  if let other = getenv("HEAPSCOPE_BINARY") { return String(cString: other) }
  return folders.map { $0.appending(path: "heapscope").path }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}()

extension TestFolder {
  /// The files in heapscope's folder of kept profiles, including unfinished ones.
  func keptProfiles() throws -> [String] {
    let kept = path(".local/share/heapscope/profiles")
    if !FileManager.default.fileExists(atPath: kept) { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: kept)
  }
}

/// Commands that read profiles with the same checks.
let commands = ["top", "folded", "hotspots", "raw"]

/// Expects a refusal within time and memory limits: a status, nothing on standard output, one line
/// that names the file and contains these words.
func expectRefusal(
  _ path: String, in folder: TestFolder, status: Int32 = 65, _ words: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for command in commands {
    let run = try runTool([command, path], in: folder)
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

/// Expects success within time and memory limits; returns the reports by command.
///
/// - Parameter notes: what each line on standard error must contain; nil when there must be none.
@discardableResult
func expectReports(
  _ path: String, in folder: TestFolder, notes: Regex<Substring>? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> [String: String] {
  var reports: [String: String] = [:]
  for command in commands {
    let run = try runTool([command, path], in: folder)
    #expect(run.status == 0, "\(command): \(run.messages)", sourceLocation: sourceLocation)
    for line in run.messages.split(separator: "\n") {
      #expect(
        notes.map { line.contains($0) } ?? false, "\(command): \(line)",
        sourceLocation: sourceLocation)
    }
    expectBounds(run, command, sourceLocation)
    reports[command] = run.text
  }
  return reports
}

private func expectBounds(_ run: ProgramRun, _ command: String, _ sourceLocation: SourceLocation) {
  // Unoptimised, and beside other tests: the optimised binary takes a tenth.
  #expect(run.seconds < 30, "\(command)", sourceLocation: sourceLocation)
  #expect(run.peakMebibytes < 1024, "\(command)", sourceLocation: sourceLocation)
}
