import Foundation
import GCTrace
import GoroutineDump
import HeapscopeTestSupport
import ProfileModel
import Testing

/// What loggers of Go really make of the text of a runtime, where `.ci/setup go` has built
/// Fixtures/live/logged: the wrappings that ``WrappedLogTests`` know by heart, checked.
extension WrappedLogTests {
  private static let logged: String? = {
    let path = Repository.root.appending(path: ".build-tools/bin/logged").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  private static let loggers = [
    "slog-text", "slog-json", "logrus-text", "logrus-json", "zap-json", "zap-console",
  ]

  private func written(_ lines: [String], by logger: String, _ more: String...) throws -> [UInt8] {
    let run = try ProgramRun(
      try #require(Self.logged), [logger] + more,
      input: .bytes(Array(lines.map { $0 + "\n" }.joined().utf8)))
    #expect(run.status == 0, "\(run.messages)")
    return run.output
  }

  @Test(
    "gctrace reads what real loggers write as the bare log",
    .enabled(if: logged != nil, "Fixtures/live/logged is not built"), arguments: loggers,
    ["go1.22", "go1.27"])
  func realLoggers(logger: String, version: String) throws {
    let lines = try fixture("gctrace/\(version).log").filter { $0.hasPrefix("gc ") }
    let bare = log(Array(lines.joined(separator: "\n").utf8))
    let wrapped = log(try written(lines, by: logger))
    #expect(bare.events.count == lines.count)
    #expect(wrapped.events == bare.events)
    #expect(wrapped.processes.count == 1)
  }

  @Test(
    "goroutines reads what real loggers write, line by line and as one record",
    .enabled(if: logged != nil, "Fixtures/live/logged is not built"), arguments: loggers,
    ["go1.22.debug2.txt", "go1.27.debug2.txt"])
  func realDumps(logger: String, name: String) throws {
    let lines = try fixture("goroutines/\(name)")
    let bare = dump(Array(lines.joined(separator: "\n").utf8))
    for wrapped in [
      dump(try written(lines, by: logger)), dump(try written(lines, by: logger, "-whole")),
    ] {
      #expect(wrapped.snapshots.map(\.total) == bare.snapshots.map(\.total))
      #expect(groups(wrapped) == groups(bare))
      #expect(wrapped.processes.count == 1)
    }
  }
}
