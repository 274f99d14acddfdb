import Foundation
import HeapscopeTestSupport
import Testing

/// A failing server, and what heapscope must say about it.
struct Fault: CustomTestStringConvertible, Sendable {
  var path: String
  var status: Int32
  var words: String
  var options: [String] = []

  var testDescription: String { path }
}

@Suite("Services that fail")
struct FetchFaultTests {
  private let folder: TestFolder
  private let server: LiveServer

  init() throws {
    folder = try TestFolder()
    server = try LiveServer.recorded.get()
  }

  /// The longest time for any of them, in seconds; the binary is unoptimized, and runs beside other
  /// tests.
  private static let limit = 8.0

  private static let faults = [
    Fault(
      path: "nothing", status: 66,
      words: "the answer is 404 Not Found; is net/http/pprof imported, and served on this port?"),
    Fault(path: "page", status: 66, words: "the answer is 404 Not Found; is net/http/pprof"),
    Fault(path: "unknown", status: 66, words: "404 Not Found (Unknown profile)"),
    Fault(path: "busy", status: 66, words: "503 Service Unavailable; the program is in trouble"),
    Fault(path: "secret", status: 66, words: "401 Unauthorized; give credentials with --header"),
    Fault(path: "login", status: 65, words: "not a pprof profile: it is an HTML page"),
    Fault(path: "empty", status: 65, words: "the file is empty"),
    Fault(
      path: "damaged", status: 65, words: "truncated: the gzip data end too early, at byte 1000"),
    Fault(
      path: "hang", status: 66, words: "no answer within 500ms; --timeout",
      options: ["--timeout=500ms"]),
    Fault(
      path: "stall", status: 65, words: "only 1000 bytes came within 500ms",
      options: ["--timeout=0.5"]),
    Fault(path: "drip", status: 65, words: "bytes came within 500ms", options: ["-timeout=500ms"]),
    Fault(path: "closed", status: 66, words: "the connection was closed without an answer"),
    Fault(path: "reset", status: 66, words: "the connection was closed without an answer"),
    Fault(
      path: "half", status: 65, words: "truncated: the connection was closed after 1000 of 8342"),
    Fault(path: "half-chunked", status: 65, words: "the connection was closed after 1000 bytes"),
    Fault(path: "reset-half", status: 65, words: "was closed after 1000 of 8342 bytes; fetch it"),
    Fault(path: "huge", status: 65, words: "the limit of 512MB (it announces 10GB); raise"),
    Fault(
      path: "endless", status: 65, words: "larger than the limit of 8MB; raise it with --max-",
      options: ["--max-download=8MB"]),
    Fault(path: "garbage", status: 66, words: "the answer is no HTTP; check the port"),
    Fault(path: "loop", status: 66, words: "more than 5 redirects, the limit"),
    Fault(path: "to-file", status: 66, words: "redirects to file:///etc/passwd, which is neither"),
    Fault(path: "to-ftp", status: 66, words: "redirects to ftp://localhost/heap, which is neither"),
  ]

  @Test("a failing service gets one clear line, in time, and leaves no file", arguments: faults)
  func fault(fault: Fault) throws {
    let url = server.url(fault.path)
    let run = try runTool(["top"] + fault.options + [url], in: folder)
    #expect(run.status == fault.status, "\(run.messages)")
    #expect(run.output.isEmpty)
    #expect(run.messages.hasPrefix("heapscope: \(url): "), "\(run.messages)")
    #expect(run.messages.contains(fault.words), "\(run.messages)")
    #expect(run.messages.filter(\.isNewline).count == 1, "\(run.messages)")
    #expect(run.seconds < Self.limit)
    #expect(run.peakMebibytes < 256)
    #expect(try folder.keptProfiles() == [])
  }

  @Test(
    "a profile of more than a day is refused before any request",
    arguments: ["86401", "6148914691236518", "9223372036854775807", "99999999999999999999999"])
  func seconds(text: String) throws {
    for url in [server.url("hang?seconds=\(text)"), server.url("x?gc=1&seconds=\(text)")] {
      for command in [["top"], ["watch", "--for=1s"], ["report"], ["diff", url]] {
        let run = try runTool(command + [url], in: folder)
        #expect(run.status == 64, "\(command): \(run.messages)")
        #expect(run.messages == "heapscope: \(url): give seconds=1 to seconds=86400, a day\n")
      }
    }
    #expect(try folder.keptProfiles() == [])
  }

  @Test("a redirect cannot lengthen the time that heapscope waits")
  func redirectedSeconds() throws {
    // pprof's rule for one second: half as long again, and five more.
    let url = server.url("to-ages?seconds=1")
    let run = try runTool(["top", url], in: folder)
    #expect(run.status == 66)
    #expect(
      run.messages
        == "heapscope: \(url): no answer within 6500ms; --timeout gives it longer\n")
    #expect(try folder.keptProfiles() == [])
  }

  @Test("the message about a missing libcurl quotes the dynamic linker in full")
  func noLibrary() throws {
    // Unfinished downloads take all descriptors. Then the linker is asked for two names, and frees
    // its first text.
    let urls = (1...40).map { server.url("debug/pprof/heap?debug=\($0)") }
    let run = try runTool(["top"] + urls, in: folder, script: #"ulimit -n 20; exec "$0" "$@""#)
    #expect(run.output.isEmpty)
    let told = run.messages.split(separator: "\n").filter { $0.contains("libcurl") }
    #expect(!told.isEmpty, "\(run.messages)")
    for line in told {
      #expect(
        line.hasSuffix(": libcurl.so.4: cannot open shared object file: Too many open files"),
        "\(line)")
    }
  }

  @Test("messages distinguish a refused connection, an unknown host and a missing socket")
  func absent() throws {
    // Port 1 (tcpmux) is not served; a socket that is bound but not listening would do too.
    let refused = try runTool(["top", "http://127.0.0.1:1"], in: folder)
    #expect(refused.status == 66)
    #expect(refused.messages.contains("cannot connect: connection refused; is the program running"))
    let unknown = try runTool(["top", "http://nowhere.invalid:6060"], in: folder)
    #expect(unknown.status == 66)
    #expect(unknown.messages.contains("unknown host 'nowhere.invalid'"))
    let socket = try runTool(["top", "unix:\(folder.path("none.sock"))"], in: folder)
    #expect(socket.status == 66)
    #expect(socket.messages.contains("cannot connect"), "\(socket.messages)")
  }

  @Test("plain HTTP to a TLS port, and TLS to an HTTP port, get a clear message")
  func wrongProtocol() throws {
    let plain = try runTool(["top", "https://\(server.address)"], in: folder)
    #expect(plain.status == 66)
    #expect(plain.messages.contains("; does it speak https there?"), "\(plain.messages)")
    let secure = try runTool(["top", "http://127.0.0.1:\(server.securePort)"], in: folder)
    #expect(secure.status == 66, "\(secure.messages)")
    #expect(secure.messages.filter(\.isNewline).count == 1)
  }

  @Test("one failing URL among several is an error, or is left out on request")
  func oneOfSeveral() throws {
    let alone = try runTool(["top", server.url("heap")], in: folder)
    let both = [server.url("heap"), server.url("busy")]
    let refused = try runTool(["hotspots"] + both, in: folder)
    #expect(refused.status == 66)
    #expect(refused.output.isEmpty)
    #expect(refused.messages.contains("busy: the answer is 503"))
    let run = try runTool(["top", "--allow-missing"] + both, in: folder)
    #expect(run.status == 0)
    #expect(run.output == alone.output)
    #expect(run.messages.contains("busy: the answer is 503"))
    #expect(run.messages.contains("read 1 of 2 profiles"))
  }

  @Test("Ctrl-C ends a download at once and leaves no partial file")
  func interrupted() throws {
    for signal in [SIGINT, SIGTERM] {
      let run = try runTool(
        ["top", server.url("stall")], in: folder, signal: (signal, afterSeconds: 0.7))
      #expect(run.status == -signal)
      #expect(run.seconds < 3)
      #expect(run.output.isEmpty && run.messages == "")
      #expect(try folder.keptProfiles() == [])
    }
  }
}
