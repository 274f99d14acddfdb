import CMicroHTTPD
import Foundations

/// A client's request.
package struct HTTPRequest: Sendable {
  package var method: String

  /// Without the query.
  package var path: String

  /// The header `Host`, the name by which the client knows the server; nil when missing.
  package var host: String?

  package init(method: String, path: String, host: String?) {
    self.method = method
    self.path = path
    self.host = host
  }
}

package struct HTTPAnswer: Sendable {
  package var status: Int
  package var body: [UInt8]
  package var headers: [(name: String, value: String)]

  package init(_ status: Int, _ body: [UInt8], headers: [(name: String, value: String)]) {
    self.status = status
    self.body = body
    self.headers = headers
  }
}

/// A server on one thread: requests wait while a response is being made.
///
/// CMicroHTTPD.c limits the connections, headers and time that a client may use.
package final class HTTPServer {
  /// The actual port, also when any free one was requested.
  package let port: UInt16

  /// Other machines cannot reach it.
  package let isLoopback: Bool

  private let descriptor: Int32

  package init(_ address: ListenAddress) throws(ListenError) {
    var port: UInt16 = 0
    var isLoopback = false
    descriptor = cmhd_listen(address.host, address.port, &port, &isLoopback)
    if descriptor <= Int32(CMHD_UNKNOWN_HOST) { throw .unknownHost }
    if descriptor < 0 { throw .system(SystemError(errno: -descriptor)) }
    self.port = port
    self.isLoopback = isLoopback
  }

  /// What the C callback refers to.
  private final class Answering {
    let answer: (HTTPRequest) -> HTTPAnswer
    init(_ answer: @escaping (HTTPRequest) -> HTTPAnswer) { self.answer = answer }
  }

  /// Serves requests until it is done; call it once per server.
  ///
  /// - Parameters:
  ///   - wakeUp: becomes readable when the end may have come; -1 for none.
  ///   - isDone: called after each wait.
  /// - Returns: false when it cannot start or continue.
  package func run(
    wakeUp: Int32, isDone: () -> Bool, answer: @escaping (HTTPRequest) -> HTTPAnswer
  ) -> Bool {
    let answering = Answering(answer)
    return withExtendedLifetime(answering) {
      let server = cmhd_start(
        descriptor,
        { context, method, path, host, status in
          guard let context, let method, let path, let status else { return nil }
          let answering = Unmanaged<Answering>.fromOpaque(context).takeUnretainedValue()
          let answer = answering.answer(
            HTTPRequest(
              method: String(cString: method), path: String(cString: path),
              host: host.map { String(cString: $0) }))
          status.pointee = UInt32(answer.status)
          guard let response = cmhd_response(answer.body, answer.body.count) else { return nil }
          for (name, value) in answer.headers { cmhd_add_header(response, name, value) }
          return response
        }, Unmanaged.passUnretained(answering).toOpaque())
      guard let server else { return false }
      var works = true
      while works, !isDone() { works = cmhd_run(server, wakeUp) }
      cmhd_stop(server)
      return works
    }
  }
}
