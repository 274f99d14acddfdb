/// Why a text that means a URL cannot be fetched.
package enum URLProblem: Error, Equatable {
  case scheme(String)
  case host(String)
  case port(String)
  /// An `@` follows the host. The text before it may be a password whose `/`, `?` or `#` ended the
  /// host, and would be shown and looked up.
  case strayAt
  /// A blank or a control character.
  case character
  /// The path of the socket is empty, or longer than the 107 bytes that fit in
  /// `sockaddr_un.sun_path`.
  case socket(String)
}

/// Where a running program serves a profile.
///
/// What counts as a URL is pprof's rule (`adjustURL` in its driver), made stricter so that a
/// misspelled file name is not taken for a host: `http://…`, `https://…`, `https+insecure://…`,
/// `unix:/path.sock`, and without a scheme `host:port`, or a host followed by `/debug/pprof/`.
package struct ProfileURL: Hashable, Sendable {
  package private(set) var isSecure = false

  /// The certificate is not checked (`https+insecure`).
  package private(set) var isInsecure = false

  /// A name or an address; an IPv6 address includes its brackets.
  package private(set) var host = "localhost"
  package private(set) var port: Int?

  /// The unix socket to connect to, instead of the host.
  package private(set) var socket: String?
  package private(set) var path = ProfileURL.heapPath

  /// The path is the default for a URL without one.
  private var hasDefaultPath = false

  /// `name=value`, as given.
  private var query: [String] = []

  /// `user:password`, decoded.
  package private(set) var credentials: String?

  /// Where `net/http/pprof` serves the heap profile.
  package static let heapPath = "/debug/pprof/heap"

  /// - Parameter isTyped: a user typed it, and may have forgotten to escape something.
  /// - Returns: nil when the text means a file.
  package init?(_ text: String, isTyped: Bool = true) throws(URLProblem) {
    if text.hasPrefix("unix:") {
      try readSocket(text.dropFirst("unix:".count))
    } else if let range = text.firstRange(of: "://"), Self.isScheme(text[..<range.lowerBound]) {
      let scheme = text[..<range.lowerBound].lowercased()
      switch scheme {
      case "http": break
      case "https": isSecure = true
      case "https+insecure": (isSecure, isInsecure) = (true, true)
      default: throw .scheme(scheme)
      }
      try read(text[range.upperBound...], isTyped: isTyped)
    } else {
      guard Self.looksLikeHost(text) else { return nil }
      try read(text[...], isTyped: isTyped)
    }
    // This goes into a request line, where a blank would end the target.
    if text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) { throw .character }
  }

  /// Replaces a parameter of the query, or adds it.
  package mutating func set(_ name: String, to value: String) {
    query.removeAll { $0.prefix { $0 != "=" } == name }
    query.append("\(name)=\(value)")
  }

  /// Requests another profile than the heap's, unless the URL names one.
  package mutating func setDefault(path: String) {
    if hasDefaultPath { self.path = path }
  }

  /// Another page of the same program.
  ///
  /// - Parameter query: `name=value`; empty for none.
  package func beside(_ path: String, _ query: String = "") -> ProfileURL {
    var url = self
    url.path = path
    url.hasDefaultPath = false
    url.query = query.isEmpty ? [] : [query]
    return url
  }

  /// The value of a parameter of the query; of several, the first, as in Go's `FormValue`.
  package func value(of name: String) -> String? {
    query.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  /// For how many seconds the program measures before it answers; 0 for a profile of the current
  /// state, `Int.max` for any larger number.
  package var seconds: Int {
    guard let text = value(of: "seconds"), !text.isEmpty else { return 0 }
    // The digits do not fit in an Int.
    let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return max(0, Int(text) ?? (isNumber ? .max : 0))
  }

  /// The longest time to measure, a day; a server may redirect to any number.
  package static let mostSeconds = 86_400

  /// The URL for the request. It contains no credentials except those in the query.
  package var request: String { origin + path + (query.isEmpty ? "" : "?" + joined(query)) }

  /// The URL for messages: without credentials, and without the values of parameters that pprof
  /// does not know, which may be tokens.
  package var shown: String {
    // Parameters may also follow a `;`, for example a session.
    let place = path.prefix { $0 != ";" }
    return (socket.map { "unix:\($0):" } ?? origin) + place
      + (place.endIndex == path.endIndex ? "" : ";***")
      + (query.isEmpty ? "" : "?" + joined(query.map(Self.shownParameter)))
  }

  /// A parameter without what may be a token: its value, or all of it when only base64 padding
  /// makes it look like a name.
  private static func shownParameter(_ part: String) -> String {
    let name = part.prefix { $0 != "=" }
    let value = part[name.endIndex...]
    if harmless.contains(String(name)), value.dropFirst().allSatisfy({ "-0123456789".contains($0) })
    {
      return part
    }
    return value.allSatisfy { $0 == "=" } ? "***" : "\(name)=***"
  }

  private static let harmless: Set<String> = ["seconds", "gc", "debug"]

  /// `http://localhost:6060`: what a redirect must not change when there are credentials.
  package var origin: String {
    (isSecure ? "https://" : "http://") + host + (port.map { ":\($0)" } ?? "")
  }

  /// Returns where a `Location` leads, or nil when it is not an http or https URL.
  ///
  /// - Parameter location: absolute, as libcurl resolves it.
  package func redirected(to location: String) -> ProfileURL? {
    guard location.lowercased().hasPrefix("http"),
      var target = try? ProfileURL(location, isTyped: false)
    else {
      return nil
    }
    target.isInsecure = isInsecure
    target.socket = socket
    if target.origin == origin { target.credentials = credentials }
    return target
  }

  /// Returns a text that was meant as a URL without possible secrets: the text before an `@`,
  /// parameters, the fragment, and a port that is not a number.
  ///
  /// Other texts stay, except for a `user:password@` in them.
  package static func withoutSecrets(_ text: String) -> String {
    let scheme = text.firstRange(of: "://").map { text[..<$0.upperBound] } ?? ""
    let isSocket = text.hasPrefix("unix:")
    var rest = text.dropFirst(scheme.count)
    // A password may contain a `/`, `?` or `#`, though it should not.
    if let at = rest.lastIndex(of: "@"), !isSocket,
      !scheme.isEmpty || rest[..<at].contains(":")
    {
      rest = rest[rest.index(after: at)...]
    }
    guard !scheme.isEmpty || isSocket || looksLikeHost(String(rest)) else { return String(rest) }
    rest = rest.prefix { $0 != "#" }
    let path = rest.prefix { $0 != "?" }
    let query = rest[path.endIndex...].dropFirst().split(separator: "&").map(String.init)
    let place = path.prefix { $0 != ";" }
    var result = scheme + place
    // When no host follows, a password looks like a port.
    let authority = place.prefix { $0 != "/" }
    if !scheme.isEmpty, !authority.hasSuffix("]"), let colon = authority.lastIndex(of: ":"),
      !authority[colon...].dropFirst().allSatisfy({ "-+0123456789".contains($0) })
    {
      result = scheme + place[...colon] + "***" + place[authority.endIndex...]
    }
    if place.endIndex < path.endIndex { result += ";***" }
    return String(result) + (query.isEmpty ? "" : "?" + joined(query.map(shownParameter)))
  }

  /// Returns a text without the secrets of anything in it that looks like a URL, whatever its
  /// source.
  package static func withoutSecrets(inText text: String) -> String {
    guard text.contains("://") else { return text }
    var result = ""
    for word in text.split(omittingEmptySubsequences: false, whereSeparator: { " '".contains($0) })
    {
      if word.startIndex > text.startIndex {
        result.append(text[text.index(before: word.startIndex)])
      }
      // Punctuation of the message is not part of the URL.
      let end = word.lastIndex { !":;,.)".contains($0) }.map { word.index(after: $0) }
      let url = word[..<(end ?? word.startIndex)]
      result += url.contains("://") ? withoutSecrets(String(url)) : String(url)
      result += word[url.endIndex...]
    }
    return result
  }

  // MARK: Parsing

  private static func isScheme(_ text: Substring) -> Bool {
    guard let first = text.first, first.isASCII, first.isLetter else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }

  private static func looksLikeHost(_ text: String) -> Bool {
    let authority = text.prefix { $0 != "/" && $0 != "?" }
    let rest = text[authority.endIndex...]
    let address = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    if let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") {
      let digits = address[address.index(after: colon)...]
      return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        && !address[..<colon].contains { $0 == " " }
    }
    return !authority.hasPrefix(".") && !authority.isEmpty && rest.hasPrefix("/debug/pprof")
  }

  /// Parses what follows the scheme.
  private mutating func read(_ text: Substring, isTyped: Bool) throws(URLProblem) {
    let authority = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if isTyped, text[authority.endIndex...].contains("@") { throw .strayAt }
    var address = authority
    if let at = authority.lastIndex(of: "@") {
      credentials = percentDecoded(authority[..<at])
      address = authority[authority.index(after: at)...]
    }
    var name = address
    if let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") {
      let digits = address[address.index(after: colon)...]
      guard let number = Int(digits), (1...65535).contains(number), digits.first != "+" else {
        throw .port(String(digits))
      }
      port = number
      name = address[..<colon]
    }
    // `:6060`, as Go programs write the address that they listen on.
    if !(name.isEmpty && port != nil) { host = String(name) }
    guard Self.isHost(host) else { throw .host(host) }
    readTarget(text[authority.endIndex...])
  }

  /// Parses `/path.sock`, optionally followed by `:/debug/pprof/heap`.
  private mutating func readSocket(_ text: Substring) throws(URLProblem) {
    var rest = text
    while rest.hasPrefix("//") { rest = rest.dropFirst() }
    let end = rest.firstRange(of: ":/")?.lowerBound ?? rest.endIndex
    let name = String(rest[..<end])
    guard (1...107).contains(name.utf8.count), !name.hasSuffix("/") else { throw .socket(name) }
    socket = name
    readTarget(rest[end...].dropFirst())
  }

  /// Parses the path and the query.
  private mutating func readTarget(_ text: Substring) {
    let target = text.prefix { $0 != "#" }
    let path = target.prefix { $0 != "?" }
    switch path {
    // The index page of the profiles is not a profile.
    case "", "/", "/debug/pprof", "/debug/pprof/": hasDefaultPath = true
    default: self.path = String(path)
    }
    query = target[path.endIndex...].dropFirst().split(separator: "&").map(String.init)
  }

  private static func isHost(_ name: String) -> Bool {
    if name.hasPrefix("["), name.hasSuffix("]") {
      return name.utf8.count > 3
        && name.dropFirst().dropLast().allSatisfy {
          $0.isASCII && ($0.isHexDigit || $0.isLetter || ":.%-_".contains($0))
        }
    }
    return !name.isEmpty
      && name.allSatisfy { !$0.isASCII || $0.isLetter || $0.isNumber || "-._~".contains($0) }
  }
}

private func joined(_ query: [String]) -> String { query.joined(separator: "&") }

/// Decodes `%41`; anything else is unchanged.
private func percentDecoded(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), rest.count >= 2,
      let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
    {
      bytes.append(value)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
