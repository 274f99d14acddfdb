import Foundations
import Glibc

/// A file that is written under a temporary name until it is complete, and removed if it never is.
///
/// A lock marks it as being written for as long as this process lives; see
/// ``removeStrayTemporaries(in:isOwn:)``.
final class TemporaryFile {
  private let path: String
  private var descriptor: Int32

  init(_ path: String) throws(SystemError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw SystemError.last }
    _ = lockf(descriptor, F_TLOCK, 0)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(path)
  }

  func append(_ bytes: Span<UInt8>) throws(SystemError) { try writeAll(bytes, to: descriptor) }

  /// Gives the complete file its name.
  func finish(as name: String) throws(SystemError) {
    let isWritten = close(descriptor) == 0
    descriptor = -1
    guard isWritten, rename(path, name) == 0 else {
      let problem = SystemError(errno: errno)
      unlink(path)
      throw problem
    }
  }
}
