import Foundation
import Glibc
package import HeapDump
import ProfileCodec

/// The symbols of the program whose dumps are in Fixtures/held.
package final class HeldProgram: Sendable {
  private let folder: TestFolder

  /// Its file.
  package let path: String

  /// - Parameter version: `go1.22` or `go1.27`.
  package init(_ version: String) throws {
    folder = try TestFolder()
    let packed = try Repository.bytes(
      Repository.fixtures.appending(path: "held/\(version).symbols.gz"))
    let source = try unpacked(ArraySource(packed)).source
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    path = try folder.write("held", bytes)
  }

  package func symbols() throws -> ProgramSymbols {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    return try ProgramSymbols(descriptor: descriptor)
  }
}
