import Foundations
import ProfileFetch

/// Describes why a URL cannot be fetched; the text follows the URL and a colon.
func describe(_ problem: URLProblem) -> String {
  switch problem {
  case .scheme(let scheme):
    "\(scheme) is not fetched: give http://, https:// or unix:, or a file"
  case .host: "there is no good host in it: write it as in http://localhost:6060"
  // When no host follows, a password looks like a port.
  case .port(let port):
    (port.allSatisfy { "-+0123456789".contains($0) } ? "port '\(port)'" : "the port is no number")
      + ": give a number from 1 to 65535"
  case .strayAt:
    "there is an '@' behind the host: write %2F, %3F and %23 for '/', '?' and '#' in a password, "
      + "and %40 for an '@' elsewhere"
  case .character: "a URL has no blanks and control characters: write %20 for a blank"
  case .socket: "give the path of a socket, up to 107 bytes long, as in unix:/run/app.sock"
  }
}

/// Returns the failure that ends a command when its profile cannot be fetched.
func failure(_ error: FetchError, _ url: ProfileURL) -> CommandFailure {
  let (status, text) = describe(error, url)
  return CommandFailure(status, text.isEmpty ? "" : "\(url.shown): \(text)")
}

private func describe(_ error: FetchError, _ url: ProfileURL) -> (ExitStatus, String) {
  switch error {
  case .noLibrary(let reason):
    (
      .unavailable,
      "libcurl, which fetches URLs, cannot be loaded (Debian: apt-get install libcurl4): \(reason)"
    )
  case .unknownHost(let host): (.noInput, "unknown host '\(host)'; check the name")
  case .unknownProxy: (.noInput, "unknown proxy; check http_proxy, https_proxy and all_proxy")
  case .cannotConnect(let errno):
    (
      .noInput,
      "cannot connect" + (errno == 0 ? "" : ": \(systemMessage(errno))")
        + "; is the program running, and does it listen there?"
    )
  case .tls(let reason):
    (
      .noInput,
      "TLS: \(tlsReason(reason)); "
        + (reason.contains("certificate")
          ? "--tls-ca names an authority to trust, --insecure checks nothing"
          : "does it speak https there?")
    )
  case .certificateFile(let reason):
    (.noInput, "TLS: \(tlsReason(reason)); check --tls-ca, --tls-cert and --tls-key")
  case .timeout(let seconds, let received, let isConnected):
    (
      received > 0 ? .badData : .noInput, timeout(seconds, received, isConnected)
    )
  case .noAnswer: (.noInput, "the connection was closed without an answer")
  case .notHTTP: (.noInput, "the answer is no HTTP; check the port, and whether it wants https")
  case .brokenOff(let received, let expected):
    (
      .badData,
      "truncated: the connection was closed after \(received) "
        + (expected.map { "of \($0) " } ?? "") + "bytes; fetch it again"
    )
  case .status(let code, let reason, let detail):
    (
      .noInput,
      "the answer is \(reason.isEmpty ? "\(code)" : reason)"
        + (detail.isEmpty ? "" : " (\(detail))") + (hint(code).map { "; \($0)" } ?? "")
    )
  case .tooManyRedirects(let limit): (.noInput, "more than \(limit) redirects, the limit")
  case .redirectRefused(let target, .scheme):
    (.noInput, "it redirects to \(target), which is neither http nor https")
  case .redirectRefused(let target, .credentials):
    (
      .noInput,
      "it redirects to \(target), which would get your credentials; if that is right, give that URL"
    )
  case .tooLarge(let limit, let announced):
    (
      .badData,
      "larger than the limit of \(size(limit))"
        + (announced.map { " (it announces \(size($0)))" } ?? "")
        + "; raise it with --max-download if the profile is yours"
    )
  case .cannotKeep, .interrupted: (.inputOutput, "broken off")
  case .other(let text): (.noInput, lowercasedFirst(text))
  }
}

/// In a unit that is small enough for the number.
private func size(_ bytes: Int) -> String {
  ScaledValue(Int64(clamping: bytes), from: "bytes", to: "auto").text
}

private func timeout(_ seconds: Double, _ received: Int, _ isConnected: Bool) -> String {
  let time = Period(seconds: seconds).text
  if received > 0 { return "only \(received) bytes came within \(time); --timeout gives it longer" }
  return (isConnected ? "no answer" : "no connection") + " within \(time)"
    + (isConnected ? "; --timeout gives it longer" : "; is the host up?")
}

/// What to do about an HTTP status.
private func hint(_ code: Int) -> String? {
  switch code {
  case 401, 403, 407: "give credentials with --header @file"
  case 404, 405:
    "is net/http/pprof imported, and served on this port? Its path is \(ProfileURL.heapPath)"
  case 429, 500...599: "the program is in trouble itself; try again"
  default: nil
  }
}

/// The message of a TLS library, without the place in its own code.
private func tlsReason(_ text: String) -> String {
  text.ranges(of: "::").last.map { String(text[$0.upperBound...]) } ?? lowercasedFirst(text)
}

private func lowercasedFirst(_ text: String) -> String {
  // `SSL certificate …` stays.
  text.dropFirst().first?.isUppercase ?? false
    ? text : text.prefix(1).lowercased() + text.dropFirst()
}
