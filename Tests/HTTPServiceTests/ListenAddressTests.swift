import HTTPService
import Testing

@Suite("Addresses to listen at")
struct ListenAddressTests {
  @Test(
    "HOST:PORT is read as pprof's -http reads it; without a host, it means only this machine",
    arguments: [
      (":8080", "localhost", 8080), (":", "localhost", 0), ("localhost:0", "localhost", 0),
      ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9", "::1", 9),
      ("host.example:65535", "host.example", 65535),
      ("host:", "host", 0),
    ])
  func good(text: String, host: String, port: Int) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.host == host)
    #expect(Int(address.port) == port)
  }

  @Test(
    "text that is not HOST:PORT is refused as a listen address",
    arguments: [
      "", "8080", "localhost", ":65536", ":-1", ":x", "::1:80", "[]:80", "a b:80", "http://x:80",
      "user@host:80", ":٣", "host:80/",
    ])
  func bad(text: String) { #expect(ListenAddress(text) == nil) }

  @Test("errors distinguish a port in use from a name that is not this machine's")
  func busy() throws {
    let first = try HTTPServer(try #require(ListenAddress("127.0.0.1:0")))
    #expect(first.isLoopback)
    #expect(first.port > 0)
    #expect(throws: ListenError.self) {
      try HTTPServer(try #require(ListenAddress("127.0.0.1:\(first.port)")))
    }
    #expect(throws: ListenError.unknownHost) {
      try HTTPServer(try #require(ListenAddress("no-such-host.invalid:0")))
    }
  }
}
