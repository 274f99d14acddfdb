package import Foundation

/// Programs of others that tests compare with, where they are installed.
package enum Tools {
  /// Returns the path of a program in `.build-tools/bin` or on `PATH`, or nil.
  package static func path(_ name: String) -> String? {
    var folders = [Repository.root.appending(path: ".build-tools/bin").path]
    folders += (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(
      String.init)
    return folders.map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  package static let pprof = path("pprof")
  package static let xmllint = path("xmllint")
  package static let protocC = path("protoc-c")

  /// Debian ships the script outside of `PATH`.
  package static let flamegraph: String? =
    path("flamegraph.pl")
    ?? ["/usr/share/perl5/Devel/NYTProf/flamegraph.pl"].first {
      FileManager.default.fileExists(atPath: $0)
    }
}

/// What a program gave back.
package struct ProgramResult: Sendable {
  package var status: Int32
  package var output: [UInt8]
}

/// Runs a program to its end; its standard error goes nowhere.
package func runProgram(
  _ path: String, _ arguments: [String], input: [UInt8] = [], folder: URL? = nil
) throws -> ProgramResult {
  let process = Process()
  process.executableURL = URL(filePath: path)
  process.arguments = arguments
  process.currentDirectoryURL = folder
  var environment = ProcessInfo.processInfo.environment
  environment["TZ"] = "UTC"
  environment["LC_ALL"] = "C"
  process.environment = environment
  // Files instead of pipes: neither side can block the other.
  let temporary = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: temporary) }
  let inputFile = temporary.appending(path: "in")
  let outputFile = temporary.appending(path: "out")
  try Data(input).write(to: inputFile)
  try Data().write(to: outputFile)
  process.standardInput = try FileHandle(forReadingFrom: inputFile)
  process.standardOutput = try FileHandle(forWritingTo: outputFile)
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return ProgramResult(
    status: process.terminationStatus, output: try Repository.bytes(outputFile))
}
