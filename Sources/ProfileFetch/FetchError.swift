/// Why a profile could not be fetched.
package enum FetchError: Error, Equatable {
  /// libcurl cannot be loaded; the text is the dynamic linker's.
  case noLibrary(String)
  case unknownHost(String)
  case unknownProxy
  /// - Parameter errno: 0 when it is not known.
  case cannotConnect(errno: Int32)
  /// The text is the TLS library's.
  case tls(String)
  case certificateFile(String)
  /// - Parameter received: how many bytes of the profile had come by then.
  case timeout(seconds: Double, received: Int, isConnected: Bool)
  /// The connection was closed before an answer came.
  case noAnswer
  case notHTTP
  /// - Parameter expected: the length that the service announced, in bytes.
  case brokenOff(received: Int, expected: Int?)
  /// - Parameters:
  ///   - reason: as in the status line, such as `404 Not Found`.
  ///   - detail: what `net/http/pprof` says about it.
  case status(code: Int, reason: String, detail: String)
  case tooManyRedirects(Int)
  /// - Parameter target: where it led, without secrets.
  case redirectRefused(target: String, because: RedirectRefusal)
  /// - Parameter announced: the length that the service announced, in bytes.
  case tooLarge(limit: Int, announced: Int?)
  /// What takes the bytes could not.
  case cannotKeep
  case interrupted
  case other(String)
}

/// Why a redirect is not followed.
package enum RedirectRefusal: Equatable, Sendable {
  /// It leads to another protocol than HTTP and HTTPS.
  case scheme
  /// Another host would get the credentials.
  case credentials
}
