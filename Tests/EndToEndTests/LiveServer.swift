import Foundation
import HeapscopeTestSupport
import Testing

/// A program that serves profiles on loopback until it is released.
final class LiveServer: Sendable {
  private let service: Service
  let port: Int
  let securePort: Int

  /// The port where a client must show a certificate; 0 for programs without one.
  let clientPort: Int
  let socket: String

  /// - Parameter folder: has the certificate, and takes the socket.
  private init(_ program: String, _ arguments: [String], socket: String) throws {
    self.socket = socket
    service = try Service(program, arguments) { $0.contains("ready\n") }
    port = try #require(service.number(after: "http"), "\(program) does not start")
    securePort = try #require(service.number(after: "https"))
    clientPort = service.number(after: "client-https") ?? 0
  }

  var address: String { "127.0.0.1:\(port)" }

  func url(_ path: String) -> String { "http://\(address)/\(path)" }

  /// The URL of a response that changes between requests, for one test only: the server counts the
  /// requests of each path, and all tests share the server.
  func changing(_ name: String) -> String { url("\(UUID().uuidString)/\(name)") }

  static let folder = Result { try TestFolder() }

  /// A certificate for 127.0.0.1 that only its own file vouches for, and its key.
  static let certificate = Result { try newCertificate("cert") }

  /// Another one, which vouches for nobody.
  static let strangeCertificate = Result { try newCertificate("strange") }

  private static func newCertificate(_ name: String) throws -> (certificate: String, key: String) {
    let place = try folder.get()
    let paths = (certificate: place.path("\(name).pem"), key: place.path("\(name)-key.pem"))
    let openssl = try ProgramRun(
      "/usr/bin/env",
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=heapscope-test", "-addext",
        "subjectAltName=IP:127.0.0.1", "-keyout", paths.key, "-out", paths.certificate,
      ])
    try #require(openssl.status == 0, "openssl makes no certificate: \(openssl.messages)")
    return paths
  }

  /// The server of recorded and made-up responses, one for all tests.
  static let recorded = Result {
    let pair = try certificate.get()
    let socket = try folder.get().path("recorded.sock")
    return try LiveServer(
      "/usr/bin/env",
      [
        "python3", Repository.root.appending(path: "Fixtures/live/server.py").path, "--tls",
        pair.certificate, pair.key, "--client-tls", pair.certificate, pair.key, "--unix", socket,
      ], socket: socket)
  }

  /// A Go service that leaks, where `.ci/setup go` has built it.
  static let leakyProgram: String? = {
    let path = Repository.root.appending(path: ".build-tools/bin/leaky").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  static let leaky = Result {
    let pair = try certificate.get()
    let socket = try folder.get().path("leaky.sock")
    return try LiveServer(
      try #require(leakyProgram),
      ["-tls-cert", pair.certificate, "-tls-key", pair.key, "-unix", socket],
      socket: socket)
  }
}
