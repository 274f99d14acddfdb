import ProfileFetch
import Testing

/// A text, and what is asked for and shown for it.
struct URLCase: CustomTestStringConvertible, Sendable {
  var text: String
  var request: String
  var shown: String

  init(_ text: String, _ request: String, shown: String? = nil) {
    self.text = text
    self.request = request
    self.shown = shown ?? request
  }

  var testDescription: String { text }
}

@Suite("URLs of profiles")
struct ProfileURLTests {
  private static let heap = "/debug/pprof/heap"

  @Test(
    "a URL of a profile is read as pprof reads it",
    arguments: [
      URLCase("http://localhost:6060/debug/pprof/heap", "http://localhost:6060\(heap)"),
      URLCase("http://localhost:6060", "http://localhost:6060\(heap)"),
      URLCase("http://localhost:6060/", "http://localhost:6060\(heap)"),
      URLCase("http://localhost:6060/debug/pprof/", "http://localhost:6060\(heap)"),
      URLCase("http://localhost:6060?gc=1", "http://localhost:6060\(heap)?gc=1"),
      URLCase("http://h/app/debug/pprof/allocs", "http://h/app/debug/pprof/allocs"),
      URLCase("HTTPS://example.com", "https://example.com\(heap)"),
      URLCase("https+insecure://h:8443/x", "https://h:8443/x"),
      URLCase("localhost:6060", "http://localhost:6060\(heap)"),
      URLCase("10.0.0.1:80/debug/pprof/heap?debug=1", "http://10.0.0.1:80\(heap)?debug=1"),
      URLCase(":6060", "http://localhost:6060\(heap)"),
      URLCase("[::1]:6060", "http://[::1]:6060\(heap)"),
      URLCase("http://[fe80::1%25eth0]", "http://[fe80::1%25eth0]\(heap)"),
      URLCase("pod-7.shop/debug/pprof/heap", "http://pod-7.shop\(heap)"),
      URLCase("http://h/x#part", "http://h/x"),
      URLCase("unix:/run/a.sock", "http://localhost\(heap)", shown: "unix:/run/a.sock:\(heap)"),
      URLCase("unix:///run/a.sock", "http://localhost\(heap)", shown: "unix:/run/a.sock:\(heap)"),
      URLCase("unix:a.sock:/x?gc=1", "http://localhost/x?gc=1", shown: "unix:a.sock:/x?gc=1"),
      URLCase("http://u:p@h/x", "http://h/x"), URLCase("u:p@h:1", "http://h:1\(heap)"),
      URLCase(
        "http://h/x?token=abc&gc=1", "http://h/x?token=abc&gc=1", shown: "http://h/x?token=***&gc=1"
      ),
      URLCase("http://h/x?abc&debug", "http://h/x?abc&debug", shown: "http://h/x?***&debug"),
      URLCase("http://h/x?YWJj==", "http://h/x?YWJj==", shown: "http://h/x?***"),
      URLCase("http://h/x?seconds=a", "http://h/x?seconds=a", shown: "http://h/x?seconds=***"),
      URLCase("http://h/x;s=1/y", "http://h/x;s=1/y", shown: "http://h/x;***"),
    ])
  func read(value: URLCase) throws {
    let url = try #require(try ProfileURL(value.text))
    #expect(url.request == value.request)
    #expect(url.shown == value.shown)
  }

  @Test(
    "the first parameter seconds counts, and a number too large is the largest",
    arguments: [
      ("", 0), ("seconds=30", 30), ("seconds=0", 0), ("seconds=-5", 0), ("seconds=", 0),
      ("seconds=x", 0), ("seconds=1.5", 0), ("gc=1&seconds=7", 7), ("seconds=3&seconds=9", 3),
      ("seconds=86400", 86_400), ("seconds=6148914691236518", 6_148_914_691_236_518),
      ("seconds=9223372036854775807", Int.max), ("seconds=9223372036854775808", Int.max),
      ("seconds=99999999999999999999999999", Int.max), ("seconds=-99999999999999999999", 0),
      ("xseconds=5", 0), ("seconds=%39", 0),
    ])
  func seconds(query: String, expected: Int) throws {
    let url = try #require(try ProfileURL("http://h/debug/pprof/profile?" + query))
    #expect(url.seconds == expected)
  }

  @Test(
    "a file name is not a URL",
    arguments: [
      "heap.pb.gz", "dir/heap.pb.gz", "/tmp/heap", "./debug/pprof/heap", "heap:latest", "a:b:c",
      "", ":", "heap:", "C:/heap", "debug/heap", "prod heap:80",
    ])
  func files(name: String) throws {
    #expect(try ProfileURL(name) == nil)
  }

  @Test("a URL that cannot be fetched is refused")
  func refused() {
    func problem(_ text: String) -> URLProblem? {
      do throws(URLProblem) {
        _ = try ProfileURL(text)
        return nil
      } catch { return error }
    }
    // What stands before the @ may be a password.
    for text in ["http://u:p/w@h/x", "http://u:1/w@h", "http://u:p?w@h", "h:1/x?w@h", "http://h#@"]
    {
      #expect(problem(text) == .strayAt)
    }
    #expect(problem("ftp://host/heap") == .scheme("ftp"))
    #expect(problem("file:///etc/passwd") == .scheme("file"))
    #expect(problem("http://") == .host(""))
    #expect(problem("http:///heap") == .host(""))
    #expect(problem("http://a_b|c/heap") == .host("a_b|c"))
    #expect(problem("http://host:0/") == .port("0"))
    #expect(problem("http://host:65536/") == .port("65536"))
    #expect(problem("http://host:99999999999999999999/") == .port("99999999999999999999"))
    #expect(problem("http://host:-1/") == .port("-1"))
    #expect(problem("http://host:+1/") == .port("+1"))
    #expect(problem("http://host/a b") == .character)
    #expect(problem("http://host/a\r\nX: y") == .character)
    #expect(problem("unix:") == .socket(""))
    let long = String(repeating: "x", count: 108)
    #expect(problem("unix:\(long)") == .socket(long))
  }

  @Test(
    "text that was meant to be a URL loses its secrets, and other text stays",
    arguments: [
      ("http://u:p@h:1/x", "http://h:1/x"), ("http://u:p/q?r#s@h/x", "http://h/x"),
      ("u:p/q@h:1", "h:1"), ("http:/u:p@h/x", "h/x"),
      ("http://h/x?a&gc=1#b", "http://h/x?***&gc=1"),
      ("http://u:p", "http://u:***"), ("http://[::1]:6060/x", "http://[::1]:6060/x"),
      ("h:1/x?a=b", "h:1/x?a=***"), ("unix:/a.sock:/x?b", "unix:/a.sock:/x?***"),
      ("what?.pb#", "what?.pb#"), ("a@b.pb", "a@b.pb"), ("heap:latest", "heap:latest"),
    ])
  func secrets(text: String, shown: String) {
    #expect(ProfileURL.withoutSecrets(text) == shown)
    #expect(ProfileURL.withoutSecrets(shown) == shown)
  }

  @Test("messages lose the secrets of URLs in them, and nothing else")
  func secretsInText() {
    for (text, shown) in [
      ("'http://u:p@h/x?t=1': no", "'http://h/x?t=***': no"),
      ("fetched http://h/x?gc=1, kept as /a", "fetched http://h/x?gc=1, kept as /a"),
      ("https://u@h; http://a/b?c.", "https://h; http://a/b?***."), ("a@b: c", "a@b: c"),
      ("see http://a/b (and c)", "see http://a/b (and c)"),
    ] {
      #expect(ProfileURL.withoutSecrets(inText: text) == shown)
    }
  }

  @Test("credentials in a URL are decoded and kept apart")
  func credentials() throws {
    let url = try #require(try ProfileURL("https://me:p%40ss%zz@host:1/x"))
    #expect(url.credentials == "me:p@ss%zz")
    #expect(!url.request.contains("ss") && !url.shown.contains("me"))
  }

  @Test("parameters of the command line replace those of the URL")
  func parameters() throws {
    var url = try #require(try ProfileURL("http://h/x?seconds=5&a=b&seconds=6"))
    #expect(url.seconds == 5)
    url.set("seconds", to: "30")
    #expect(url.request == "http://h/x?a=b&seconds=30")
    #expect(try ProfileURL("http://h/x?seconds=-5")?.seconds == 0)
  }

  @Test("a redirect stays with http and sends credentials only to the same origin")
  func redirects() throws {
    let url = try #require(try ProfileURL("https+insecure://u:p@h:1/x"))
    let near = try #require(url.redirected(to: "https://h:1/y"))
    #expect(near.credentials == "u:p" && near.request == "https://h:1/y" && near.isInsecure)
    #expect(url.redirected(to: "https://other:1/y")?.credentials == nil)
    #expect(url.redirected(to: "http://h:1/y")?.credentials == nil)
    for target in ["file:///etc/passwd", "ftp://h/x", "unix:/run/a.sock", "/y", "gopher://h"] {
      #expect(url.redirected(to: target) == nil)
    }
    let socket = try #require(try ProfileURL("unix:/run/a.sock"))
    #expect(socket.redirected(to: "http://localhost/y")?.socket == "/run/a.sock")
  }

  @Test("random text is read as a URL or refused, and never shows a password")
  func random() {
    var state: UInt64 = 88_172_645_463_325_252
    let alphabet = Array("ab1:/@?#[]%.-&=+ \n\u{e9}httpsunix")
    for _ in 0..<20_000 {
      var text = ["http://", "unix:", "https://", ""][Int(state % 4)]
      for _ in 0..<(state >> 8) % 24 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        text.append(alphabet[Int(state % UInt64(alphabet.count))])
      }
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      guard let url = try? ProfileURL("http://user:hunter2@" + text) else { continue }
      #expect(!url.shown.contains("hunter2"))
      _ = try? ProfileURL(text)
    }
  }
}
