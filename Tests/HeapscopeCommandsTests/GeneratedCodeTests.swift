import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Generated code")
struct GeneratedCodeTests {
  @Test(
    "the committed C code is what protoc-c generates from profile.proto",
    .enabled(if: Tools.protocC != nil, "protoc-c is not installed"),
    arguments: [("profile.pb-c.c", "profile.pb-c.c"), ("profile.pb-c.h", "include/profile.pb-c.h")])
  func unchanged(made: String, committed: String) throws {
    let compiler = try #require(Tools.protocC)
    let sources = Repository.root.appending(path: "Sources/CPprofProto")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try ProgramRun(
      compiler, ["--proto_path=\(sources.path)", "--c_out=\(folder.path)", "profile.proto"])
    #expect(result.status == 0)
    let difference = firstDifference(
      try Repository.bytes(folder.appending(path: made)),
      try Repository.bytes(sources.appending(path: committed)))
    #expect(difference == nil, "\(difference ?? ""); run 'make proto'")
  }
}
