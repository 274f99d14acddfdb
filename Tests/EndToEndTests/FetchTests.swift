import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Profiles from URLs")
struct FetchTests {
  private let folder: TestFolder
  private let server: LiveServer

  init() throws {
    folder = try TestFolder()
    server = try LiveServer.recorded.get()
  }

  private var file: String {
    Repository.fixtures.appending(path: "go1.27/orderlog.incident.pb.gz").path
  }

  @Test(
    "a fetched profile gives the same reports as its file, is kept, and its path is printed",
    arguments: [["top"], ["focus", "fmt.sprint"], ["hotspots"], ["folded"]])
  func reports(command: [String]) throws {
    let named = try runTool(command + [file], in: folder)
    let heap = server.url("debug/pprof/heap")
    // The name, and so the line break after it, may differ; `focus` prints it.
    func text(_ run: ProgramRun, _ name: String) -> String {
      run.text.replacing(name, with: "NAME").split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
    }
    for url in [heap, server.address, server.url(""), "unix:\(server.socket)", server.url("moved")]
    {
      let run = try runTool(command + [url], in: folder)
      let shown = run.messages.prefix { $0 != "," }.dropFirst("heapscope: fetched ".count)
      #expect(run.status == 0, "\(run.messages)")
      #expect(text(run, String(shown)) == text(named, file))
      #expect(run.messages.filter(\.isNewline).count == 1, "\(run.messages)")
      let kept = try #require(run.messages.firstMatch(of: /, kept as (.+)\n/)).1
      #expect(
        try Data(contentsOf: URL(filePath: String(kept))) == Data(contentsOf: URL(filePath: file)))
      let again = try runTool(command, in: folder)
      #expect(text(again, String(kept)) == text(named, file))
    }
  }

  @Test("an existing file whose name looks like a URL is read as a file")
  func fileWins() throws {
    let named = try runTool(["top", file], in: folder)
    let bytes = Array(try Data(contentsOf: URL(filePath: file)))
    let path = try folder.write("localhost:1", bytes)
    #expect(try runTool(["top", path], in: folder).output == named.output)
    #expect(try runTool(["top", "localhost:1"], in: folder, atFolder: true).output == named.output)
  }

  @Test("TLS works with the given authority, and fails without it")
  func tls() throws {
    let certificate = try LiveServer.certificate.get()
    let url = "https://127.0.0.1:\(server.securePort)"
    let plain = try runTool(["top", server.address], in: folder)
    for options in [
      ["--tls-ca", certificate.certificate], ["-tls_ca=\(certificate.certificate)"], ["--insecure"],
    ] {
      let run = try runTool(["top"] + options + [url], in: folder)
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.output == plain.output)
    }
    let insecure = try runTool(
      ["top", "https+insecure://127.0.0.1:\(server.securePort)"], in: folder)
    #expect(insecure.output == plain.output)
    let variable = try runTool(
      ["top", url], in: folder, environment: ["SSL_CERT_FILE=\(certificate.certificate)"])
    #expect(variable.output == plain.output)
    let client = try runTool(
      [
        "top", "--insecure", "-tls_cert=\(certificate.certificate)", "-tls_key=\(certificate.key)",
        url,
      ], in: folder)
    #expect(client.output == plain.output, "\(client.messages)")
    let refused = try runTool(["top", url], in: folder)
    #expect(refused.status == 66)
    #expect(refused.messages.contains("TLS: SSL certificate problem: self-signed certificate"))
    #expect(refused.messages.contains("--tls-ca names an authority to trust"))
    // Another name than the certificate's.
    let other = try runTool(
      ["top", "--tls-ca", certificate.certificate, "https://localhost:\(server.securePort)"],
      in: folder)
    #expect(other.status == 66)
    let bad = try runTool(["top", "--tls-ca", file, url], in: folder)
    #expect(bad.status == 66)
    #expect(bad.messages.filter(\.isNewline).count == 1, "\(bad.messages)")
  }

  @Test("a certificate that the given authority did not sign is refused")
  func wrongAuthority() throws {
    let strange = try LiveServer.strangeCertificate.get()
    let run = try runTool(
      ["top", "--tls-ca", strange.certificate, "https://127.0.0.1:\(server.securePort)"],
      in: folder)
    #expect(run.status == 66)
    #expect(run.output.isEmpty)
    #expect(run.messages.filter(\.isNewline).count == 1, "\(run.messages)")
    #expect(run.messages.contains(": TLS: SSL certificate problem: "), "\(run.messages)")
  }

  @Test("a server that requires a client certificate gets it, or the connection ends")
  func clientCertificate() throws {
    let good = try LiveServer.certificate.get()
    let strange = try LiveServer.strangeCertificate.get()
    let url = "https://127.0.0.1:\(server.clientPort)"
    let plain = try runTool(["top", server.address], in: folder)
    func options(_ pair: (certificate: String, key: String)) -> [String] {
      ["--tls-cert", pair.certificate, "--tls-key", pair.key]
    }
    let run = try runTool(
      ["top", "--tls-ca", good.certificate] + options(good) + [url], in: folder)
    #expect(run.output == plain.output, "\(run.messages)")
    for arguments in [[], options(strange)] {
      let refused = try runTool(
        ["top", "--tls-ca", good.certificate] + arguments + [url], in: folder)
      #expect(refused.status == 66)
      #expect(refused.output.isEmpty)
      #expect(refused.messages.filter(\.isNewline).count == 1, "\(refused.messages)")
    }
    // A key that belongs to another certificate.
    let mixed = try runTool(
      [
        "top", "--tls-ca", good.certificate, "--tls-cert", good.certificate, "--tls-key",
        strange.key,
      ]
        + [url], in: folder)
    #expect(mixed.status == 66)
    #expect(
      mixed.messages.contains("check --tls-ca, --tls-cert and --tls-key"), "\(mixed.messages)")
  }

  @Test("the secrets of a URL appear in no file name")
  func keptName() throws {
    let run = try runTool(
      [
        "top", "http://u:hunter2@\(server.address)/hunter2/secret?key=hunter2",
        "--header=X: hunter2",
      ],
      in: folder)
    // The folders of a path are no secret, and the line shows them. The file's name does not even
    // contain those.
    let kept = try #require(run.messages.firstMatch(of: /, kept as (.+)\n/)).1
    #expect(!kept.contains("hunter2"))
    #expect(FileManager.default.fileExists(atPath: String(kept)))
  }

  @Test("headers and parameters of the command line are sent")
  func parameters() throws {
    let run = try runTool(
      ["top", "--seconds=3", "--gc", "--header", "X-Test: one", server.url("echo?a=b&seconds=9")],
      in: folder)
    #expect(run.status == 66)
    #expect(run.messages.contains("(a=b&seconds=3&gc=1 one)"), "\(run.messages)")
    let spelled = try runTool(["top", "-seconds", "7", server.url("echo")], in: folder)
    #expect(spelled.messages.contains("(seconds=7 )"), "\(spelled.messages)")
  }

  @Test("credentials come from a file, a header or the URL, and are never printed")
  func credentials() throws {
    let plain = try runTool(["top", server.address], in: folder)
    let headers = try folder.write(
      "headers", Array("# for the test\n\nAuthorization: Bearer hunter2\n".utf8))
    let runs = [
      try runTool(["top", "--header", "@\(headers)", server.url("secret")], in: folder),
      try runTool(
        ["top", "--header=Authorization: Bearer hunter2", server.url("secret")], in: folder),
      try runTool(["top", "http://u:hunter2@\(server.address)/secret?key=hunter2"], in: folder),
    ]
    for run in runs {
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.output == plain.output)
      #expect(!run.messages.contains("hunter2"), "\(run.messages)")
    }
    let broken = try folder.write("broken", Array("Authorization: Bearer x\nhunter2\n".utf8))
    let secrets = [
      ["top", "http://u:hunter2@\(server.address)/page?token=hunter2"],
      ["top", "http://u:hunter2@\(server.address)/login?token=hunter2"],
      ["top", "http://u:hunter2@\(server.address)/elsewhere"],
      ["top", "--header=X: hunter2", server.url("elsewhere")],
      ["top", "--header=hunter2", server.url("heap")],
      ["top", "--header=@\(broken)", server.url("heap")],
      ["top", "http://u:hunter2@127.0.0.1:1"], ["top", "ftp://u:hunter2@host/heap"],
      ["diff", "http://u:hunter2@127.0.0.1:1", "x", "http://u:hunter2@127.0.0.1:1"],
      ["watch", "http://u:hunter2@127.0.0.1:1", "--for=300ms", "--every=100ms"],
    ]
    for arguments in secrets {
      let run = try runTool(arguments, in: folder)
      #expect(run.status != 0, "\(arguments)")
      #expect(!run.messages.contains("hunter2"), "\(run.messages)")
      #expect(run.text == "")
    }
    // Without credentials, a redirect to another host is allowed.
    #expect(try runTool(["top", server.url("elsewhere")], in: folder).output == plain.output)
  }

  @Test("fetching a profile that takes seconds prints a warning")
  func delta() throws {
    let run = try runTool(["top", "--seconds=1", server.url("delta")], in: folder)
    #expect(run.status == 0)
    #expect(
      run.messages.contains("what changed within 1 s: inuse_objects and inuse_space are growth"))
    let plain = try runTool(["top", server.url("delta")], in: folder)
    #expect(!plain.messages.contains("growth"))
  }

  @Test("several URLs are fetched at the same time, bases included")
  func parallel() throws {
    // None is answered before all six were requested.
    let urls = (1...6).map { server.url("p\($0)/together") }
    let run = try runTool(["top", urls[0], "--base", urls[1]] + urls[2...], in: folder)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages.split(separator: "\n").count == 6)
    let single = try runTool(["raw", server.url("delta")], in: folder)
    let zero = try runTool(
      ["top", "--base", server.url("heap"), server.url("p9/heap")], in: folder)
    #expect(zero.status == 0 && single.status == 0)
    #expect(zero.text.contains("0, 0% of 0 total"), "\(zero.text)")
    let url = server.changing("grow")
    let grown = try runTool(["diff", "--sample-index=inuse_space", url, url], in: folder)
    #expect(grown.status == 0, "\(grown.messages)")
  }

  @Test("HEAPSCOPE_PROFILE may be a URL, and PPROF_TMPDIR is where the profile is kept")
  func environment() throws {
    let plain = try runTool(["top", server.address], in: folder)
    let kept = folder.path("kept")
    let run = try runTool(
      ["top"], in: folder,
      environment: ["HEAPSCOPE_PROFILE=\(server.url("heap"))", "PPROF_TMPDIR=\(kept)"])
    #expect(run.output == plain.output)
    #expect(try FileManager.default.contentsOfDirectory(atPath: kept).count == 1)
    #expect(run.messages.contains("kept as \(kept)/"))
  }

  @Test("proxies in the environment are used")
  func proxy() throws {
    // The recorded server gets the whole URL as its path, and uses its last element.
    let run = try runTool(
      ["top", "http://nowhere.invalid/heap"], in: folder,
      environment: ["http_proxy=http://\(server.address)"])
    #expect(run.status == 0, "\(run.messages)")
    let excluded = try runTool(
      ["top", "http://nowhere.invalid/heap"], in: folder,
      environment: ["http_proxy=http://\(server.address)", "no_proxy=nowhere.invalid"])
    #expect(excluded.status == 66)
  }

  @Test(
    "a Go service is fetched over HTTP, TLS and a unix socket",
    .enabled(if: LiveServer.leakyProgram != nil, "there is no Go"))
  func goService() throws {
    let leaky = try LiveServer.leaky.get()
    let authority = try LiveServer.certificate.get().certificate
    for url in [
      leaky.address, "https://127.0.0.1:\(leaky.securePort)", "unix:\(leaky.socket)",
    ] {
      let options = ["--tls-ca", authority, "--gc", url]
      let top = try runTool(["top"] + options, in: folder)
      #expect(top.status == 0, "\(top.messages)")
      #expect(top.text.contains("main.(*registry).remember"))
      let focus = try runTool(["focus", "registry"] + options, in: folder)
      #expect(focus.text.contains("main.(*registry).remember"))
      let hotspots = try runTool(["hotspots"] + options, in: folder)
      #expect(hotspots.text.contains("[map-format]"), "\(hotspots.text)")
      #expect(hotspots.text.contains("main.render"), "\(hotspots.text)")
      let goroutines = try runTool(
        ["goroutines", "--tls-ca", authority, "--format=csv", url], in: folder)
      #expect(goroutines.status == 0, "\(goroutines.messages)")
      #expect(goroutines.messages.contains("/debug/pprof/goroutine?debug=2, kept as "))
      #expect(goroutines.messages.contains(".txt\n"))
      #expect(goroutines.text.contains("IO wait,IO wait,false,"), "\(goroutines.text)")
      #expect(goroutines.text.contains("leaky/main.go"), "\(goroutines.text)")
    }
    // Profiles in protobuf form, and what is no goroutine's.
    let two = try runTool(
      [
        "goroutines", leaky.url("debug/pprof/goroutine?debug=0"),
        leaky.url("debug/pprof/goroutine?debug=1"),
      ], in: folder)
    #expect(two.status == 0, "\(two.messages)")
    #expect(two.text.contains(" over 2 dumps"), "\(two.text)")
    let heap = try runTool(["goroutines", leaky.url("debug/pprof/heap")], in: folder)
    #expect(heap.status == 65)
    #expect(heap.messages.contains("not of goroutines"), "\(heap.messages)")
    let page = try runTool(["goroutines", leaky.url("nothing")], in: folder)
    #expect(page.status == 66)
    #expect(page.messages.contains("404 Not Found"), "\(page.messages)")
    let unknown = try runTool(["top", leaky.url("debug/pprof/haep")], in: folder)
    #expect(unknown.messages.contains("404 Not Found (Unknown profile)"))
    let delta = try runTool(["top", "--seconds=1", leaky.address], in: folder)
    #expect(delta.status == 0)
    #expect(delta.messages.contains("what changed within 1 s"))
  }
}
