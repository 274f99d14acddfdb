import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Architecture")
struct ArchitectureTests {
  private static let sources = SourceFile.all(in: "Sources")
  private static let tests = SourceFile.all(in: "Tests")

  /// Modules from outside this package.
  private static let outerModules: Set<String> = [
    "Glibc", "Synchronization", "ArgumentParser", "FoundationEssentials",
  ]

  /// The only files outside of Foundations that free memory by hand: each owns memory whose address
  /// a C library keeps.
  private static let ownersOfCMemory: Set<String> = [
    "Sources/ProfileCodec/Compression/GzipSource.swift",
    "Sources/ProfileCodec/Compression/StreamCompressor.swift",
    "Sources/ProfileCodec/ProfileWriter.swift",
    "Sources/ProfileCodec/Protobuf/Arena.swift",
    "Sources/ProfileFetch/Transfer.swift",
    "Sources/heapscope-bench/GzipFile.swift",
  ]

  @Test("the architecture tests see all modules")
  func seen() throws {
    let targets = try Self.targets()
    #expect(targets.count > 20)
    #expect(Self.sources.count > 300 && Self.tests.count > 100)
    #expect(Set(Self.sources.map(\.module)).subtracting(targets) == [])
  }

  @Test("a module imports only modules above it in Package.swift, and never full Foundation")
  func imports() throws {
    let targets = try Self.targets()
    var faults: [String] = []
    for file in Self.sources {
      let own = targets.firstIndex(of: file.module) ?? 0
      for module in file.imports where !Self.outerModules.contains(module) {
        if let place = targets.firstIndex(of: module), place < own { continue }
        faults.append("\(file.path) imports \(module)")
      }
    }
    #expect(faults == [])
  }

  @Test("a Swift file of over 400 lines says why in its first lines")
  func length() {
    let faults: [String] = (Self.sources + Self.tests).filter { file in
      file.lines.count > 401
        && !file.lines.prefix(5).contains { $0.hasPrefix("// Over 400 lines:") }
    }.map { "\($0.path) has \($0.lines.count - 1) lines" }
    #expect(faults == [])
  }

  @Test("one Swift file starts threads")
  func threads() {
    let files = Self.sources.filter { $0.text.contains("pthread_create") }.map(\.path)
    #expect(files == ["Sources/Foundations/Threads/SystemThread.swift"])
  }

  @Test("only Foundations and owners of a C library's memory free memory by hand")
  func deallocation() {
    let files = Self.sources.filter { $0.text.contains("deallocate()") }.filter {
      $0.module != "Foundations"
    }
    #expect(Set(files.map(\.path)) == Self.ownersOfCMemory)
  }

  @Test("the commands use no unsafe pointers")
  func unsafe() {
    let files = Self.sources.filter { $0.module == "HeapscopeCommands" }
      .filter { $0.text.contains("Unsafe") }
    #expect(files.map(\.path) == [])
  }

  @Test("at most 5 pairs of folders inside a module name each other's types")
  func folders() {
    let codes = Self.sources.map { ($0, $0.code) }
    // A name that two files declare does not identify a folder.
    var homes: [String: Set<String>] = [:]
    for (file, code) in codes {
      for name in SourceFile.declaredTypes(in: code) { homes[name, default: []].insert(file.path) }
    }
    let folders = Dictionary(uniqueKeysWithValues: codes.map { ($0.0.path, $0.0.folder) })
    let modules = Dictionary(codes.map { ($0.0.folder, $0.0.module) }) { first, _ in first }
    /// By folder: the folders of its module whose types it names, each with one such type.
    var named: [String: [String: String]] = [:]
    for (file, code) in codes {
      for name in SourceFile.typeNames(in: code).sorted() {
        guard let home = homes[name], home.count == 1, let folder = folders[home.first ?? ""],
          folder != file.folder, modules[folder] == file.module
        else { continue }
        named[file.folder, default: [:]][folder] = name
      }
    }
    var pairs: [String] = []
    for (folder, others) in named {
      for (other, name) in others where folder < other {
        guard let back = named[other]?[folder] else { continue }
        pairs.append("\(folder) names \(name) of \(other), which names \(back)")
      }
    }
    #expect(!named.isEmpty)
    #expect(pairs.count <= 5, "\(pairs.sorted().joined(separator: "\n"))")
  }

  @Test("code cites sections of docs/pprof-semantics.md that exist")
  func citations() throws {
    let document = try Repository.text("docs/pprof-semantics.md")
    let sections = Set(document.matches(of: #/(?m)^## (\d+)\. /#).map { String($0.1) })
    #expect(sections.count == 15)
    var faults: [String] = []
    var count = 0
    for file in Self.sources + Self.tests where file.text.contains("pprof-semantics") {
      // A citation may continue in the next line of a comment.
      let text = file.text.replacing(/\n *\/\/+ ?/, with: " ")
      let citations = text.matches(
        of: /pprof-semantics\.md,\s+sections?\s+(\d+)(?:\s+and\s+(\d+))?/)
      let places = text.matches(of: /pprof-semantics\.md,/).count
      if places != citations.count { faults.append("\(file.path): a citation without a section") }
      for number in citations.flatMap({ [$0.1] + ($0.2.map { [$0] } ?? []) }) {
        count += 1
        if !sections.contains(String(number)) { faults.append("\(file.path): section \(number)") }
      }
    }
    #expect(count >= 20)
    #expect(faults == [])
  }

  /// The names of all targets, in the order of Package.swift.
  private static func targets() throws -> [String] {
    let package = try Repository.text("Package.swift")
    let pattern = /\.(?:systemLibrary|target|executableTarget|testTarget)\(\s*name: "([^"]+)"/
    return package.matches(of: pattern).map { String($0.1) }
  }
}
