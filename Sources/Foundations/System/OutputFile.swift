import Glibc

/// A file that is written in pieces to a temporary place; ``finish()`` moves it to its own.
///
/// Anything but a regular file, for example `/dev/stdout` or a pipe, is written in place.
package final class OutputFile {
  /// The file to replace; if the path was a link, its target.
  private let path: String

  /// The permissions of the replaced file, or nil when there is none. They do not include its
  /// set-user-ID and similar bits, which were granted to other contents.
  private let mode: mode_t?
  private let isSpecial: Bool
  private var descriptor: Int32

  /// The temporary place; empty while the file has no name, so that nothing is left behind when the
  /// process is killed.
  private var temporary = ""

  /// - Throws: `EACCES` for a read-only file.
  package init(_ path: String) throws(SystemError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
    mode = exists ? status.st_mode & 0o777 : nil
    if exists, !isSpecial, Self.isReadOnly(path, status) { throw SystemError(errno: EACCES) }
    // A link stays a link: its target is replaced.
    var real = path
    if exists, !isSpecial, let resolved = realPathBytes(path) {
      real = String(decoding: resolved, as: UTF8.self)
    }
    self.path = real
    let slash = real.lastIndex(of: "/")
    if isSpecial {
      descriptor = open(real, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    } else {
      let folder = slash.map { $0 == real.startIndex ? "/" : String(real[..<$0]) } ?? "."
      descriptor = open(folder, Self.namelessFlag | O_DIRECTORY | O_WRONLY | O_CLOEXEC, 0o666)
      if descriptor < 0 {
        temporary = "\(real).\(getpid()).tmp"
        unlink(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      }
    }
    if descriptor < 0 { throw SystemError.last }
  }

  /// Whether a file exists that must not be replaced. Renaming requires no permission on the file
  /// itself, and `access` always succeeds for root.
  package static func isReadOnly(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && isReadOnly(path, status)
  }

  private static func isReadOnly(_ path: String, _ status: stat) -> Bool {
    status.st_mode & 0o222 == 0 || access(path, W_OK) != 0
  }

  /// Linux' `__O_TMPFILE`, which together with `O_DIRECTORY` makes a file without a name.
  private static let namelessFlag: Int32 = 0o20_000_000

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !temporary.isEmpty { unlink(temporary) }
  }

  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    try writeAll(bytes, to: descriptor)
  }

  package func write(_ bytes: [UInt8]) throws(SystemError) { try writeAll(bytes, to: descriptor) }

  /// Moves the file to its place.
  package func finish() throws(SystemError) {
    if !isSpecial, temporary.isEmpty {
      let name = "\(path).\(getpid()).tmp"
      unlink(name)
      let own = "/proc/self/fd/\(descriptor)"
      guard linkat(AT_FDCWD, own, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 else {
        throw SystemError.last
      }
      temporary = name
    }
    if !isSpecial, let mode { fchmod(descriptor, mode) }
    let status = close(descriptor)
    descriptor = -1
    if status != 0 { throw SystemError.last }
    if isSpecial { return }
    guard rename(temporary, path) == 0 else { throw SystemError.last }
    temporary = ""
  }
}
