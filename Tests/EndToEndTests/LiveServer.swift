import Foundation
import Glibc
import Testing

/// A program that serves profiles on loopback until it is let go of.
final class LiveServer: Sendable {
  private let process: Process
  private let input: Pipe
  let port: Int
  let securePort: Int

  /// Where a client has to show a certificate; 0 for programs that have no such port.
  let clientPort: Int
  let socket: String

  /// - Parameter folder: has the certificate, and takes the socket.
  private init(_ program: String, _ arguments: [String], socket: String) throws {
    process = Process()
    input = Pipe()
    self.socket = socket
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.contains("ready\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    func number(_ name: String) -> Int? {
      text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        .flatMap { Int($0.dropFirst(name.count + 1)) }
    }
    port = try #require(number("http"), "\(program) does not start")
    securePort = try #require(number("https"))
    clientPort = number("client-https") ?? 0
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  var address: String { "127.0.0.1:\(port)" }

  func url(_ path: String) -> String { "http://\(address)/\(path)" }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized

  static let folder = Result { try Folder() }

  /// A certificate for 127.0.0.1 that only its own file vouches for, and its key.
  static let certificate = Result { try newCertificate("cert") }

  /// Another one, which vouches for nobody.
  static let strangeCertificate = Result { try newCertificate("strange") }

  private static func newCertificate(_ name: String) throws -> (certificate: String, key: String) {
    let place = try folder.get()
    let paths = (certificate: place.path("\(name).pem"), key: place.path("\(name)-key.pem"))
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/env")
    openssl.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes", "-days", "2", "-subj", "/CN=heapscope-test", "-addext",
      "subjectAltName=IP:127.0.0.1", "-keyout", paths.key, "-out", paths.certificate,
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    try #require(openssl.terminationStatus == 0, "openssl makes no certificate")
    return paths
  }

  /// The server of recorded and made-up answers, one for all tests.
  static let recorded = Result {
    let pair = try certificate.get()
    let socket = try folder.get().path("recorded.sock")
    return try LiveServer(
      "/usr/bin/env",
      [
        "python3", root.appending(path: "Fixtures/live/server.py").path, "--tls",
        pair.certificate, pair.key, "--client-tls", pair.certificate, pair.key, "--unix", socket,
      ], socket: socket)
  }

  /// A Go service that leaks, where `.ci/setup go` has built it.
  static let leakyProgram: String? = {
    let path = root.appending(path: ".build-tools/bin/leaky").path
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
