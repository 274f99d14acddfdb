/// Why a profile could not be fetched.
package enum FetchError: Error, Equatable {
  /// libcurl cannot be loaded; the text is the dynamic linker's.
  case noLibrary(String)
  case unknownHost(String)
  case unknownProxy
  /// - Parameter errno: 0 when unknown.
  case cannotConnect(errno: Int32)
  /// The text is the TLS library's.
  case tls(String)
  case certificateFile(String)
  /// - Parameter received: how many bytes of the profile had arrived.
  case timeout(seconds: Double, received: Int, isConnected: Bool)
  /// The connection was closed before an answer came.
  case noAnswer
  case notHTTP
  /// - Parameter expected: the length that the server announced, in bytes.
  case brokenOff(received: Int, expected: Int?)
  /// - Parameters:
  ///   - reason: as in the status line, for example `404 Not Found`.
  ///   - detail: what `net/http/pprof` says about it.
  case status(code: Int, reason: String, detail: String)
  case tooManyRedirects(Int)
  /// - Parameter target: where it leads, without secrets.
  case redirectRefused(target: String, because: RedirectRefusal)
  /// - Parameter announced: the length that the server announced, in bytes.
  case tooLarge(limit: Int, announced: Int?)
  /// The receiver of the bytes failed.
  case cannotKeep
  case interrupted
  case other(String)
}

/// Why a redirect is not followed.
package enum RedirectRefusal: Equatable, Sendable {
  /// It leads to a protocol other than HTTP and HTTPS.
  case scheme
  /// It would send the credentials to another host.
  case credentials
}
