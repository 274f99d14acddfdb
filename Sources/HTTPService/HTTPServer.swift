import CMicroHTTPD
import Foundations

/// What a client asks for.
package struct HTTPRequest: Sendable {
  package var method: String

  /// Without the query.
  package var path: String

  /// The header `Host`: which name the client knows the server by; nil where it has none.
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

/// A server on one thread: who asks while an answer is made waits.
///
/// What a client may take of connections, headers and time has limits: CMicroHTTPD.c.
package final class HTTPServer {
  /// The one that is listened at, also where any free one was asked for.
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

  /// What the C callback leads to.
  private final class Answering {
    let answer: (HTTPRequest) -> HTTPAnswer
    init(_ answer: @escaping (HTTPRequest) -> HTTPAnswer) { self.answer = answer }
  }

  /// Answers until it is done; once for a server.
  ///
  /// - Parameters:
  ///   - wakeUp: becomes readable when the end may have come; -1 for none.
  ///   - isDone: is asked after each wait.
  /// - Returns: false when it cannot begin, or not go on.
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
