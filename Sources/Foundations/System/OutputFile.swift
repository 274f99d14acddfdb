import Glibc

/// A file that is written in pieces beside its place, where ``finish()`` puts it.
///
/// What is no regular file, such as `/dev/stdout` or a pipe, is written in place.
package final class OutputFile {
  /// The file to be replaced; where a link led to.
  private let path: String

  /// The permissions of the file that is replaced, or nil when there is none. Its
  /// set-user-ID and like bits were given to other bytes.
  private let mode: mode_t?
  private let isSpecial: Bool
  private var descriptor: Int32

  /// Where the bytes go until they are all there; empty while the file has no
  /// name, which leaves nothing behind when the process is killed.
  private var temporary = ""

  /// - Throws: `EACCES` for a file that is read-only.
  package init(_ path: String) throws(SystemError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
    mode = exists ? status.st_mode & 0o777 : nil
    if exists, !isSpecial, Self.isReadOnly(path, status) { throw SystemError(errno: EACCES) }
    // A link stays a link: what it points to is replaced.
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

  /// Whether a file is there that must not be replaced. Renaming would ask for no
  /// permission of the file itself, and for root `access` finds none missing.
  package static func isReadOnly(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && isReadOnly(path, status)
  }

  private static func isReadOnly(_ path: String, _ status: stat) -> Bool {
    status.st_mode & 0o222 == 0 || access(path, W_OK) != 0
  }

  /// Linux' `__O_TMPFILE`, which with `O_DIRECTORY` makes a file without a name.
  private static let namelessFlag: Int32 = 0o20_000_000

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !temporary.isEmpty { unlink(temporary) }
  }

  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    try writeAll(bytes, to: descriptor)
  }

  package func write(_ bytes: [UInt8]) throws(SystemError) { try writeAll(bytes, to: descriptor) }

  /// Puts the file into its place.
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
