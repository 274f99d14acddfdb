import Glibc

/// A system call that failed.
package struct SystemError: Error, Equatable {
  package var errno: Int32

  package init(errno: Int32) { self.errno = errno }

  /// The last error of the calling thread.
  package static var last: SystemError { SystemError(errno: Glibc.errno) }

  /// The system's description, in lower case.
  package var message: String { systemMessage(errno) }
}

/// Writes bytes somewhere.
package typealias ByteSink = (Span<UInt8>) throws(SystemError) -> Void

/// Returns the system's description of an `errno`, in lower case.
package func systemMessage(_ error: Int32) -> String {
  let text = String(cString: strerror(error))
  return text.prefix(1).lowercased() + text.dropFirst()
}
