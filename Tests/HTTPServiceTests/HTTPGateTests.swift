import HTTPService
import Testing

@Suite("Who may see what is served")
struct HTTPGateTests {
  private let gate = HTTPGate(host: "localhost", isLoopback: true, secret: "0123abcd")

  private func status(
    _ gate: HTTPGate, _ host: String?, _ path: String = "/0123abcd/", method: String = "GET"
  ) -> Int {
    switch gate.decision(on: HTTPRequest(method: method, path: path, host: host)) {
    case .open: 200
    case .refused(let status, _): status
    }
  }

  @Test(
    "on loopback, the server answers only to loopback's own names",
    arguments: [
      ("localhost", 200), ("localhost:8080", 200), ("LOCALHOST:1", 200), ("127.0.0.1:8080", 200),
      ("127.1.2.3", 200), ("[::1]:8080", 200), ("evil.example", 403), ("evil.example:8080", 403),
      ("localhost.evil.example", 403), ("127.0.0.1.evil.example", 403), ("10.0.0.1", 403),
      ("127.0.0.1@evil.example", 403), ("", 403), ("127.x.0.1", 403), ("[::2]", 403),
    ])
  func names(host: String, expected: Int) {
    #expect(status(gate, host) == expected)
  }

  @Test("a request without a name for the server is refused")
  func noName() { #expect(status(gate, nil) == 403) }

  @Test("on other addresses, the server answers to addresses and to the given name")
  func open() {
    let open = HTTPGate(host: "Pod-7.corp.example", isLoopback: false, secret: "0123abcd")
    for host in ["10.0.0.1:80", "pod-7.corp.example:80", "[fe80::1]", "pod-7", "localhost"] {
      #expect(status(open, host) == 200, "\(host)")
    }
    for host in ["evil.example", "10.0.0.1.evil.example", "pod-7.corp.example.evil.example"] {
      #expect(status(open, host) == 403, "\(host)")
    }
  }

  @Test(
    "a path without the whole secret is refused",
    arguments: [
      "/", "", "/0123abcd", "/0123abc/", "/0123abcde/", "/0123abcX/", "//", "/ui/",
      "/x/0123abcd/", "0123abcd/",
    ])
  func secrets(path: String) { #expect(status(gate, "localhost", path) == 403) }

  @Test("the path after the secret names the page")
  func pages() {
    let request = HTTPRequest(method: "HEAD", path: "/0123abcd/a/b", host: "localhost")
    #expect(gate.decision(on: request) == .open("a/b"))
  }

  @Test("methods other than GET and HEAD are refused", arguments: ["POST", "OPTIONS", "get", "X"])
  func methods(method: String) {
    #expect(status(gate, "localhost", method: method) == 405)
  }

  @Test("each server has a secret of 128 bits of its own")
  func newSecrets() {
    let addresses = (0..<100).map { _ in
      HTTPGate(host: "localhost", isLoopback: true).address(host: "localhost", 80)
    }
    #expect(Set(addresses).count == 100)
    for address in addresses {
      #expect(address.wholeMatch(of: #/http://localhost:80/[0-9a-f]{32}//#) != nil, "\(address)")
    }
  }

  @Test("an IPv6 address is written in brackets")
  func sixth() {
    #expect(gate.address(host: "::1", 80) == "http://[::1]:80/0123abcd/")
  }
}
