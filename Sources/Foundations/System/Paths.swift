import Glibc

/// The working directory; nil when it was deleted.
package func workingFolder() -> String? {
  guard let path = getcwd(nil, 0) else { return nil }
  defer { free(path) }
  return String(cString: path)
}

/// Returns the bytes of a path without links and dots, or nil when nothing exists there.
package func realPathBytes(_ path: String) -> [UInt8]? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return Array(UnsafeRawBufferPointer(start: real, count: strlen(real)))
}

/// Returns a path without links and dots, or nil when nothing exists there, or its name is not
/// UTF-8.
package func realPath(_ path: String) -> String? {
  realPathBytes(path).flatMap { String(validating: $0, as: UTF8.self) }
}

/// The kernel's path for an open file; nil when unknown.
package func path(of descriptor: Int32) -> String? {
  var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
  let count = buffer.withUnsafeMutableBytes { buffer in
    readlink(
      "/proc/self/fd/\(descriptor)", buffer.assumingMemoryBound(to: CChar.self).baseAddress!,
      Int(PATH_MAX))
  }
  return count <= 0 ? nil : String(validating: buffer[..<count], as: UTF8.self)
}
