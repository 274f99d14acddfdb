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
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
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

/// Reads a small file, or what a process substitution such as `<(…)` gives.
///
/// - Throws: `EFBIG` when there is more than the limit.
func readFile(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 { throw SystemError(errno: errno) }
  defer { close(descriptor) }
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

/// Makes a directory and those above it, as far as they are missing.
func makeDirectories(_ path: String) {
  var partial = ""
  for part in path.split(separator: "/") {
    partial += "/" + part
    mkdir(partial, 0o700)
  }
}

/// Writes a file beside its place and renames it, so that no half file is ever seen.
func replaceFile(_ path: String, with bytes: [UInt8]) throws(SystemError) {
  let file = try OutputFile(path)
  try bytes.withUnsafeBytesTyped { raw throws(SystemError) in try file.write(raw) }
  try file.finish()
}

/// A file that is written in pieces beside its place, where ``finish()`` puts it.
///
/// What is no regular file, such as `/dev/stdout` or a pipe, is written in place.
final class OutputFile {
  /// The file to be replaced; where a link led to.
  private let path: String

  /// The mode of the file that is replaced, or nil when there is none.
  private let mode: mode_t?
  private let isSpecial: Bool
  private var descriptor: Int32

  /// Where the bytes go until they are all there; empty while the file has no
  /// name, which leaves nothing behind when the process is killed.
  private var temporary = ""

  init(_ path: String) throws(SystemError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
    mode = exists ? status.st_mode & 0o7777 : nil
    // A link stays a link: what it points to is replaced.
    var real = path
    if exists, !isSpecial, let resolved = realpath(path, nil) {
      real = String(cString: resolved)
      free(resolved)
    }
    self.path = real
    let slash = real.lastIndex(of: "/")
    if !exists, let slash, real.contains("/heapscope/") { makeDirectories(String(real[..<slash])) }
    if isSpecial {
      descriptor = open(real, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    } else {
      let folder = slash.map { $0 == real.startIndex ? "/" : String(real[..<$0]) } ?? "."
      descriptor = open(folder, Self.namelessFlag | O_DIRECTORY | O_WRONLY | O_CLOEXEC, 0o666)
      if descriptor < 0 {
        temporary = "\(real).\(getpid()).tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      }
    }
    if descriptor < 0 { throw SystemError(errno: errno) }
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
