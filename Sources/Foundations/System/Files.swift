package import Glibc

/// What tells files apart, whatever paths lead to them.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let number: UInt

  /// Nil when there is no regular file at the path.
  package init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  package init?(descriptor: Int32) {
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
private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count >= 0 {
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    } else if errno != EINTR {
      throw SystemError.last
    }
  }
}

/// Writes all bytes to a descriptor.
package func writeAll(_ bytes: Span<UInt8>, to descriptor: Int32) throws(SystemError) {
  try bytes.withUnsafeBytes { (bytes) throws(SystemError) in
    try writeAll(bytes, to: descriptor)
  }
}

/// Writes all bytes to a descriptor.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
  try writeAll(bytes.span, to: descriptor)
}

/// Fills the front of some memory with what can be read at once; returns how many bytes, 0
/// at the end.
package func readSome(
  from descriptor: Int32, into buffer: inout MutableSpan<UInt8>
) throws(SystemError) -> Int {
  try buffer.withUnsafeMutableBytes { (buffer) throws(SystemError) in
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError.last }
    }
  }
}

/// Whether a path leads to a regular file. Asking opens nothing, which has effects of
/// its own for some devices.
package func isRegularFile(_ path: String) -> Bool { sizeOfRegularFile(path) != nil }

/// How many bytes the regular file has that a path leads to; nil where it leads to none.
package func sizeOfRegularFile(_ path: String) -> Int? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int(status.st_size)
}

/// Opens a file that others may have put there: it waits for nothing, and follows no link
/// in the end of the path.
///
/// - Throws: `ENXIO` for what is no regular file.
package func openRegularFile(
  _ path: String, for access: Int32 = O_RDONLY
) throws(SystemError) -> (descriptor: Int32, status: stat) {
  guard isRegularFile(path) else { throw SystemError(errno: ENXIO) }
  let descriptor = open(path, access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
  if descriptor < 0 { throw SystemError.last }
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
package func readFile(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 { throw SystemError.last }
  defer { close(descriptor) }
  return try readAll(descriptor, limit: limit)
}

/// Reads what is left of an open file.
package func readAll(_ descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return bytes }
    if count < 0, errno == EINTR { continue }
    if count < 0 { throw SystemError.last }
    bytes += chunk[..<count]
    if bytes.count > limit { throw SystemError(errno: EFBIG) }
  }
}

/// Reads so many bytes, or what there is of them.
package func readUp(to count: Int, from descriptor: Int32) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    while filled < count {
      let got = read(descriptor, buffer.baseAddress! + filled, count - filled)
      if got < 0, errno == EINTR { continue }
      if got <= 0 { break }
      filled += got
    }
  }
}

/// Makes a directory and those above it, as far as they are missing, for the user alone.
package func makeDirectories(_ path: String) {
  for (index, byte) in zip(path.utf8.indices, path.utf8)
  where byte == UInt8(ascii: "/") && index > path.startIndex {
    mkdir(String(path[..<index]), 0o700)
  }
  mkdir(path, 0o700)
}

/// The names in a folder, in no order: those that begin with a dot, or the others; none where
/// it cannot be read.
package func fileNames(in folder: String, hidden: Bool = false) -> [String] {
  (try? namesOfFiles(in: folder, hidden: hidden)) ?? []
}

/// The same, for who has to know whether all are there.
package func namesOfFiles(
  in folder: String, hidden: Bool = false
) throws(SystemError) -> [String] {
  guard let handle = opendir(folder) else { throw SystemError.last }
  defer { closedir(handle) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(handle) else {
      if errno != 0 { throw SystemError.last }
      return names
    }
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name.hasPrefix(".") == hidden { names.append(name) }
  }
}

/// The paths that a pattern of the shell stands for, in the order of their bytes; none where
/// nothing matches.
package func paths(matching pattern: String) -> [String] {
  var found = glob_t()
  defer { globfree(&found) }
  guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
  return (0..<Int(found.gl_pathc)).compactMap { index in
    found.gl_pathv[index].map { String(cString: $0) }
  }.sorted()
}
