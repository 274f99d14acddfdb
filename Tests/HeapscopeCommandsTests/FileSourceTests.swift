import Foundation
import Glibc
import HeapscopeCommands
import ProfileCodec
import Testing

@Suite("Files while they are read") struct FileSourceTests {
  private let path = FileManager.default.temporaryDirectory
    .appending(path: "heapscope-\(UUID().uuidString)").path

  /// Reads a file of 1000 bytes; something happens to it after the first 100.
  private func read(_ change: () throws -> Void) throws -> Result<Int, CodecError> {
    try Data(repeating: 7, count: 1000).write(to: URL(filePath: path))
    defer { unlink(path) }
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    let source = FileSource(descriptor: descriptor, closes: true)
    var count = 0
    var size = 100
    while true {
      var buffer = [UInt8](repeating: 0, count: size)
      do throws(CodecError) {
        var span = buffer.mutableSpan
        let got = try source.read(into: &span)
        if got == 0 { return .success(count) }
        count += got
      } catch {
        return .failure(error)
      }
      if size == 100 { try change() }
      size = 4096
    }
  }

  @Test("a file that is unchanged, or replaced as a whole, while it is read is read to its end")
  func unchanged() throws {
    #expect(try read {} == .success(1000))
    let replaced = try read {
      try Data([1, 2, 3]).write(to: URL(filePath: path + ".new"))
      #expect(rename(path + ".new", path) == 0)
    }
    #expect(replaced == .success(1000))
  }

  @Test("a file that is truncated, grows or is overwritten while it is read is refused")
  func changed() throws {
    #expect(try read { truncate(path, 500) } == .failure(.changedWhileRead))
    #expect(try read { truncate(path, 50) } == .failure(.changedWhileRead))
    let grown = try read {
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data([1, 2, 3]))
      try file.close()
    }
    #expect(grown == .failure(.changedWhileRead))
    let overwritten = try read {
      // The clock of files may stand still for some milliseconds.
      usleep(20_000)
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.write(contentsOf: Data(repeating: 8, count: 1000))
      try file.close()
    }
    #expect(overwritten == .failure(.changedWhileRead))
  }
}
