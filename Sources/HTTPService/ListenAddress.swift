import CMicroHTTPD
package import Foundations

/// Where a server listens: `HOST:PORT`, as in pprof's `-http`.
package struct ListenAddress: Equatable, Sendable {
  /// Without the brackets of an IPv6 address.
  package var host: String

  /// 0 for any free port.
  package var port: UInt16

  /// - Parameter text: without a host it means only this machine, and `:` any free port.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      if host.isEmpty { return nil }
    } else if host.contains(":") {
      return nil
    }
    let digits = text[text.index(after: colon)...]
    guard host.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "/" && $0 != "@" }),
      digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      let port = digits.isEmpty ? 0 : UInt16(digits)
    else { return nil }
    self.host = host.isEmpty ? "localhost" : String(host)
    self.port = port
  }

  /// All addresses of the machine.
  package var isWildcard: Bool { ["0.0.0.0", "::"].contains(host) }
}

/// Why listening on an address is impossible.
package enum ListenError: Error, Equatable {
  case unknownHost
  case system(SystemError)
}
