import CMicroHTTPD
package import Foundations

/// Where a server listens: `HOST:PORT`, as pprof's `-http` has it.
package struct ListenAddress: Equatable, Sendable {
  /// Without the brackets of an address of version 6.
  package var host: String

  /// 0 for any that is free.
  package var port: UInt16

  /// - Parameter text: without a host, this machine alone is meant, and `:` any free port.
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

/// Why nothing can listen at an address.
package enum ListenError: Error, Equatable {
  case unknownHost
  case system(SystemError)
}
