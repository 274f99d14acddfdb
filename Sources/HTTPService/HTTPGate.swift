/// Decides who may see what is served: whoever has the address, which has a secret part.
///
/// Any page in a browser can send requests to this machine, so listening only on loopback is no
/// protection. With a name of its own that resolves to this machine (DNS rebinding), such a page
/// could also read the responses. So the path contains a secret, and the name must be one that
/// legitimately leads here.
package struct HTTPGate: Sendable {
  package enum Decision: Equatable, Sendable {
    /// The path after the secret.
    case open(String)
    case refused(status: Int, reason: String)
  }

  private let secret: String
  private let host: String
  private let isLoopback: Bool

  /// - Parameters:
  ///   - host: what the user listens on.
  ///   - secret: a fixed one for tests.
  package init(host: String, isLoopback: Bool, secret: String? = nil) {
    self.host = host.lowercased()
    self.isLoopback = isLoopback
    self.secret = secret ?? Self.newSecret()
  }

  /// 128 bits of the system's randomness.
  private static func newSecret() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// The address for the browser.
  package func address(host: String, _ port: UInt16) -> String {
    "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(secret)/"
  }

  package func decision(on request: HTTPRequest) -> Decision {
    guard request.method == "GET" || request.method == "HEAD" else {
      return .refused(status: 405, reason: "Only GET and HEAD are answered.")
    }
    guard let name = request.host, isOurs(name) else {
      return .refused(status: 403, reason: "This server does not go by that name.")
    }
    let parts = request.path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, isSecret(parts[0]) else {
      return .refused(status: 403, reason: "Open the address that heapscope printed, all of it.")
    }
    return .open(String(decoding: parts[1], as: UTF8.self))
  }

  /// Takes the same time wherever the first difference is.
  private func isSecret(_ text: Substring.UTF8View.SubSequence) -> Bool {
    var difference: UInt8 = text.count == secret.utf8.count ? 0 : 1
    for (left, right) in zip(text, secret.utf8) { difference |= left ^ right }
    return difference == 0
  }

  /// A tunnel changes the port, so the port is ignored.
  private func isOurs(_ header: String) -> Bool {
    let name = Self.name(in: header).lowercased()
    if name == "localhost" || name == host { return true }
    // Nobody else can make an address lead here, unlike a name.
    guard isLoopback else { return Self.isAddress(name) || !name.contains(".") }
    return name == "::1" || name.hasPrefix("127.") && Self.isAddress(name)
  }

  /// Without the port, and without the brackets of an IPv6 address.
  private static func name(in header: String) -> Substring {
    if header.hasPrefix("["), let end = header.firstIndex(of: "]") {
      return header[header.index(after: header.startIndex)..<end]
    }
    return header.prefix { $0 != ":" }
  }

  private static func isAddress(_ name: String) -> Bool {
    if name.contains(":") {
      return name.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { UInt8($0) != nil && $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }
}
