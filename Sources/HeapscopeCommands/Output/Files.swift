import Glibc

/// A system call that failed.
package struct SystemError: Error, Equatable {
  package var errno: Int32
}

/// What tells files apart, whatever paths lead to them.
struct FileIdentity: Hashable {
  private let device: UInt
  private let number: UInt

  /// Nil when there is no regular file at the path.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
  }
}

/// Writes all bytes to a descriptor.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count >= 0 {
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    } else if errno != EINTR {
      throw SystemError(errno: errno)
    }
  }
}

/// Whether a path leads to a regular file. Asking opens nothing, which has effects of
/// its own for some devices.
func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Opens a file that others may have put there: it waits for nothing, and follows no link
/// in the end of the path.
///
/// - Throws: `ENXIO` for what is no regular file.
func openRegularFile(
  _ path: String, for access: Int32 = O_RDONLY
) throws(SystemError) -> (descriptor: Int32, status: stat) {
  guard isRegularFile(path) else { throw SystemError(errno: ENXIO) }
  let descriptor = open(path, access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
  if descriptor < 0 { throw SystemError(errno: errno) }
  var status = stat()
  // It may be another one by now.
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    close(descriptor)
    throw SystemError(errno: ENXIO)
  }
  return (descriptor, status)
}

/// Reads a small file, or what a process substitution such as `<(…)` gives.
///
/// - Throws: `EFBIG` when there is more than the limit.
func readFile(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 { throw SystemError(errno: errno) }
  defer { close(descriptor) }
  return try readAll(descriptor, limit: limit)
}

/// Reads what is left of an open file.
func readAll(_ descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return bytes }
    if count < 0, errno == EINTR { continue }
    if count < 0 { throw SystemError(errno: errno) }
    bytes += chunk[..<count]
    if bytes.count > limit { throw SystemError(errno: EFBIG) }
  }
}

/// Makes a directory and those above it, as far as they are missing, for the user alone.
func makeDirectories(_ path: String) {
  for (index, byte) in zip(path.utf8.indices, path.utf8)
  where byte == UInt8(ascii: "/") && index > path.startIndex {
    mkdir(String(path[..<index]), 0o700)
  }
  mkdir(path, 0o700)
}

/// A file that is written in pieces beside its place, where ``finish()`` puts it.
///
/// What is no regular file, such as `/dev/stdout` or a pipe, is written in place.
final class OutputFile {
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
  init(_ path: String) throws(SystemError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
    mode = exists ? status.st_mode & 0o777 : nil
    if exists, !isSpecial, Self.isReadOnly(path, status) { throw SystemError(errno: EACCES) }
    // A link stays a link: what it points to is replaced.
    var real = path
    if exists, !isSpecial, let resolved = realpath(path, nil) {
      real = String(cString: resolved)
      free(resolved)
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
    if descriptor < 0 { throw SystemError(errno: errno) }
  }

  /// Whether a file is there that must not be replaced. Renaming would ask for no
  /// permission of the file itself, and for root `access` finds none missing.
  static func isReadOnly(_ path: String) -> Bool {
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

  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try writeAll(bytes, to: descriptor)
  }

  /// Puts the file into its place.
  func finish() throws(SystemError) {
    if !isSpecial, temporary.isEmpty {
      let name = "\(path).\(getpid()).tmp"
      unlink(name)
      let own = "/proc/self/fd/\(descriptor)"
      guard linkat(AT_FDCWD, own, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 else {
        throw SystemError(errno: errno)
      }
      temporary = name
    }
    if !isSpecial, let mode { fchmod(descriptor, mode) }
    let status = close(descriptor)
    descriptor = -1
    if status != 0 { throw SystemError(errno: errno) }
    if isSpecial { return }
    guard rename(temporary, path) == 0 else { throw SystemError(errno: errno) }
    temporary = ""
  }
}

extension Array where Element == UInt8 {
  /// `withUnsafeBytes` with a typed error.
  package func withUnsafeBytesTyped<Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var problem: Failure?
    withUnsafeBytes { raw in
      do throws(Failure) { try body(raw) } catch { problem = error }
    }
    if let problem { throw problem }
  }
}
