import Foundation
import HeapscopeTestSupport
import Testing

@testable import HeapscopeCommands

@Suite("The profile that a command reads")
struct ProfileFindingTests {
  private static let profile = "go1.27/kvservice.pb.gz"
  private static let other = "go1.27/flatten.pb.gz"

  /// A home for several runs.
  private final class Home {
    let folder = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
    deinit { try? FileManager.default.removeItem(at: folder) }
  }

  @Test("the age of the last profile is printed whatever time the file system has")
  func ages() {
    let now = 1_800_000_000
    #expect(ageText(written: now - 5, now: now) == "5 seconds old")
    #expect(ageText(written: now - 600, now: now) == "10 minutes old")
    #expect(ageText(written: now - 259_200, now: now) == "3 days old")
    #expect(ageText(written: .max, now: now) == "0 seconds old")
    #expect(ageText(written: .min, now: now) == "106751991167300 days old")
    #expect(ageText(written: .min, now: .max) == "106751991167300 days old")
  }

  @Test("a profile from a pipe, or through a dash, gives the same report as the file")
  func standardInput() throws {
    let bytes = try Repository.bytes(Repository.fixtures.appending(path: Self.profile))
    let named = heapscope(["top", Self.profile])
    #expect(heapscope(["top"], input: bytes).output == named.output)
    #expect(heapscope(["top", "-"], input: bytes).output == named.output)
  }

  @Test("a pipe takes precedence over HEAPSCOPE_PROFILE, and that over the last profile")
  func order() throws {
    let home = Home()
    let bytes = try Repository.bytes(Repository.fixtures.appending(path: Self.other))
    let first = heapscope(["top", Self.profile], home: home.folder)
    let variable = ["HEAPSCOPE_PROFILE": Self.other]
    let second = heapscope(["top"], environment: variable, home: home.folder)
    #expect(second.output == heapscope(["top", Self.other]).output)
    #expect(second.output != first.output)
    let piped = heapscope(
      ["top"], environment: ["HEAPSCOPE_PROFILE": Self.profile], input: bytes, home: home.folder)
    #expect(piped.output == second.output)
  }

  @Test("the last profile is read again, and a message says which it is")
  func last() {
    let home = Home()
    let first = heapscope(["top", Self.profile], home: home.folder)
    let second = heapscope(["top"], home: home.folder)
    #expect(second.output == first.output)
    let path = Repository.fixtures.appending(path: Self.profile).path
    #expect(second.messages.count == 1)
    #expect(
      second.messages.first?.hasPrefix("heapscope: reading \(path), the profile last looked at")
        ?? false)
  }

  @Test("a profile from a pipe is kept for the next command")
  func pipeIsKept() throws {
    let home = Home()
    let bytes = try Repository.bytes(Repository.fixtures.appending(path: Self.profile))
    let first = heapscope(["top"], input: bytes, home: home.folder)
    let second = heapscope(["top"], home: home.folder)
    #expect(second.status == 0)
    #expect(second.output == first.output)
  }

  @Test("without a profile, the message says how to give one")
  func none() {
    let run = heapscope(["top"])
    #expect(run.status == 64)
    #expect(run.output == [])
    #expect(run.messages.first?.contains("HEAPSCOPE_PROFILE") ?? false)
  }

  @Test("a pprof report leaves out one bad profile among several, and says so")
  func oneOfSeveral() {
    let alone = heapscope(["top", Self.profile])
    let run = heapscope(["top", Self.profile, "missing.pb.gz"])
    #expect(run.status == 0)
    #expect(run.output == alone.output)
    #expect(
      run.messages == [
        "heapscope: missing.pb.gz: no such file", "heapscope: read 1 of 2 profiles",
      ])
  }

  @Test("heapscope without arguments on a terminal shows the summary of the last profile")
  func alone() {
    let home = Home()
    defer { try? FileManager.default.removeItem(at: home.folder) }
    #expect(heapscope(["top", Self.profile], home: home.folder).status == 0)
    let run = heapscope([], columns: 80, home: home.folder)
    #expect(run.status == 0)
    #expect(run.text.contains("HOLDS MEMORY"), "\(run.text)")
    #expect(run.messages.first?.contains("the profile last looked at") == true)
  }

  @Test("-o writes the report to a file without colour and says so")
  func outputFile() throws {
    let home = Home()
    try FileManager.default.createDirectory(at: home.folder, withIntermediateDirectories: true)
    let file = home.folder.appending(path: "top.txt")
    let run = heapscope(["top", "-o", file.path, Self.profile], columns: 80)
    #expect(run.output == [])
    #expect(run.messages == ["heapscope: wrote \(file.path)"])
    #expect(try Repository.bytes(file) == heapscope(["top", Self.profile]).output)
    let bad = heapscope(["top", "-o", "/nonexistent/folder/x", Self.profile])
    #expect(bad.status == 73)
  }
}
