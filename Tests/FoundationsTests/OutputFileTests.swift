import Foundation
import Foundations
import Testing

@Suite("Files that replace others")
struct OutputFileTests {
  private let path = FileManager.default.temporaryDirectory
    .appending(path: "heapscope-\(UUID().uuidString)").path

  private func content() throws -> String {
    String(decoding: try readFile(path, limit: 100), as: UTF8.self)
  }

  @Test("an output file replaces the old one as a whole or not at all")
  func replace() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    for text in ["first", "second"] {
      let file = try OutputFile(path)
      try file.write(Array(text.utf8))
      try file.finish()
      #expect(try content() == text)
    }
    do {
      let file = try OutputFile(path)
      try file.write(Array("third".utf8))
    }
    #expect(try content() == "second")
    #expect(throws: SystemError.self) { try readFile(path, limit: 3) }
  }
}
