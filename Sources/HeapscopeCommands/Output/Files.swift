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
///
/// What is no regular file, such as `/dev/stdout` or a pipe, is written in place.
func replaceFile(_ path: String, with bytes: [UInt8]) throws(SystemError) {
  var status = stat()
  let exists = stat(path, &status) == 0
  let isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
  // A link stays a link: what it points to is replaced.
  if exists, !isSpecial, let real = realpath(path, nil) {
    defer { free(real) }
    let resolved = String(cString: real)
    if resolved != path { return try replaceFile(resolved, with: bytes) }
  }
  if !exists, let slash = path.lastIndex(of: "/"), path.contains("/heapscope/") {
    makeDirectories(String(path[..<slash]))
  }
  let target = isSpecial ? path : "\(path).\(getpid()).tmp"
  let descriptor = open(
    target, O_WRONLY | O_CREAT | O_CLOEXEC | (isSpecial ? 0 : O_TRUNC), 0o666)
  if descriptor < 0 { throw SystemError(errno: errno) }
  var problem: SystemError?
  do {
    try bytes.withUnsafeBytesTyped { raw throws(SystemError) in try writeAll(raw, to: descriptor) }
  } catch {
    problem = error
  }
  if close(descriptor) != 0, problem == nil { problem = SystemError(errno: errno) }
  if !isSpecial, problem == nil {
    if exists { chmod(target, status.st_mode & 0o7777) }
    if rename(target, path) != 0 { problem = SystemError(errno: errno) }
  }
  if let problem {
    if !isSpecial { unlink(target) }
    throw problem
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
