import Foundations
import Glibc
import HeapDump
package import ProfileCodec
import ProfileFetch

/// The bytes of an open file descriptor.
package final class FileSource: ByteSource {
  private let descriptor: Int32
  private let closes: Bool

  /// Shows whether another program writes to the file while it is read.
  private struct Version: Equatable {
    var size: off_t
    var seconds: Int
    var nanoseconds: Int
  }

  /// The file as it was when it was opened; nil unless it is a regular file.
  private let version: Version?

  /// - Parameter closes: whether this source closes the descriptor.
  package init(descriptor: Int32, closes: Bool = false) {
    self.descriptor = descriptor
    self.closes = closes
    version = Self.version(descriptor)
  }

  private static func version(_ descriptor: Int32) -> Version? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Version(
      size: status.st_size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }

  /// The size of a regular file in bytes, 0 for anything else.
  var size: Int { version.map { Int($0.size) } ?? 0 }

  package var byteCount: Int? { size == 0 ? nil : size }

  /// Whether it is a pipe, a socket or a terminal, where data may arrive later.
  var isStream: Bool { version == nil }

  /// Waits until there is data to read, until the end, or until another descriptor has data.
  ///
  /// - Returns: whether this one has data.
  func wait(orFor other: Int32, seconds: Double) -> Bool {
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: other, events: Int16(POLLIN), revents: 0),
    ]
    poll(&entries, 2, Int32(max(0, min(seconds, 3600)) * 1000))
    return entries[0].revents != 0
  }

  deinit { if closes { close(descriptor) } }

  package func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let count: Int
    do { count = try readSome(from: descriptor, into: &buffer) } catch {
      throw .input(errno: error.errno)
    }
    if count == 0, let version, Self.version(descriptor) != version { throw .changedWhileRead }
    return count
  }

  /// Opens a file for reading.
  ///
  /// - Parameter kind: what it should be, for messages.
  static func open(
    _ path: String, as kind: String = "a profile"
  ) throws(CommandFailure) -> FileSource {
    try open(Array(path.utf8CString), name: path, as: kind)
  }

  /// The same for a path of any bytes.
  ///
  /// - Parameter name: the path as messages show it.
  static func open(
    _ path: [CChar], name: String, as kind: String = "a profile"
  ) throws(CommandFailure) -> FileSource {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw failure(path, name, errno) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw CommandFailure(.noInput, "\(name): is a directory, not \(kind)")
    }
    return FileSource(descriptor: descriptor, closes: true)
  }

  private static func failure(
    _ path: [CChar], _ name: String, _ error: Int32
  ) -> CommandFailure {
    var link = stat()
    if error == ENOENT, lstat(path, &link) == 0, link.st_mode & S_IFMT == S_IFLNK {
      return CommandFailure(.noInput, "\(name): is a link to a file that does not exist")
    }
    // The name of a missing file may have been meant as a URL.
    let shown =
      [ENOENT, ENOTDIR, ENAMETOOLONG].contains(error)
      ? ProfileURL.withoutSecrets(name) : name
    if error == ENOENT { return CommandFailure(.noInput, "\(shown): no such file") }
    return CommandFailure(.noInput, "\(shown): cannot open: \(systemMessage(error))")
  }

  /// The program's names of functions and variables.
  func symbols() throws(ProgramSymbols.Failure) -> ProgramSymbols {
    try ProgramSymbols(descriptor: descriptor)
  }

  /// Distinguishes the file from others; nil unless it is a regular file.
  var identity: FileIdentity? { FileIdentity(descriptor: descriptor) }
}

extension ByteSource {
  /// Returns the rest; nil when that exceeds the limit.
  func readAll(limit: Int) throws(CodecError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit + 1, 64 << 10))
    while bytes.count <= limit {
      var span = chunk.mutableSpan
      let count = try read(into: &span)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
    return nil
  }

  /// The open file that the bytes come from, if any.
  var file: FileSource? {
    (self as? FileSource) ?? (self as? BufferedSource)?.base as? FileSource
  }
}

/// Passes bytes on and keeps a copy of them.
final class CopyingSource: ByteSource {
  private let base: any ByteSource
  private let copy: (Span<UInt8>) -> Void

  init(_ base: any ByteSource, copy: @escaping (Span<UInt8>) -> Void) {
    self.base = base
    self.copy = copy
  }

  var byteCount: Int? { base.byteCount }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let count = try base.read(into: &buffer)
    copy(buffer.span.extracting(..<count))
    return count
  }
}
