import Foundation
import HeapscopeTestSupport
import Testing

@Suite(
  "report --http",
  .enabled(if: Tools.path("curl") != nil, "curl is not installed"))
struct ServingTests {
  private let folder: TestFolder
  private static let profile = Repository.fixtures.appending(
    path: "go1.27/orderlog.incident.pb.gz"
  ).path

  init() throws { folder = try TestFolder() }

  /// Starts a server, runs bash commands that know `$address` and `$root` (without the secret), and
  /// ends the server with Ctrl-C.
  private func serve(
    _ arguments: [String], environment: [String] = [], while commands: String
  ) throws -> ProgramRun {
    // Without job control, bash makes background processes ignore Ctrl-C.
    let script = """
      set -m
      PATH=$PATH:/usr/bin:/bin
      "$0" "$@" 2>log & server=$!
      for i in $(seq 400); do grep -q 'serving at' log && break; sleep 0.05; done
      address=$(sed -n 's/.*serving at \\(http[^ ]*\\) until.*/\\1/p' log)
      root=${address%/*/}
      \(commands)
      kill -INT $server
      wait $server
      echo "status $?"
      cat log >&2
      """
    return try runTool(
      ["report", "--http=127.0.0.1:0"] + arguments, in: folder, environment: environment,
      atFolder: true, script: script)
  }

  private static let code = "curl -s -o page -w '%{http_code}\\n'"

  @Test(
    "report --http serves its page to whoever has the address, until Ctrl-C ends it with success")
  func page() throws {
    let run = try serve(
      ["--no-browser", Self.profile],
      while: """
        \(Self.code) "$address"; grep -c '<script type="application/json" id="data">' page
        \(Self.code) -I "$address"
        curl -s -D headers -o page "$address"; grep -ciE '^(cache-control: no-store|referrer-policy: no-referrer|x-frame-options: deny)' headers
        \(Self.code) "$root/"; \(Self.code) "$root/0123/"
        \(Self.code) "${address}nothing"
        \(Self.code) -H 'Host: evil.example' "$address"
        \(Self.code) -X POST -d x=1 "$address"
        """)
    #expect(
      run.text.split(separator: "\n") == [
        "200", "1", "200", "3", "403", "403", "404", "403", "405", "status 0",
      ], "\(run.messages)")
  }

  @Test("reloading a page of report --http fetches the program's profile again")
  func reload() throws {
    let server = try LiveServer.recorded.get()
    let run = try serve(
      ["--no-browser", server.changing("grow")],
      while: """
        for i in 1 2 3; do curl -s "$address" | cksum; done | sort -u | wc -l
        """)
    #expect(run.text.contains("status 0"), "\(run.messages)")
    #expect(run.text.hasPrefix("3\n"), "\(run.text)")
    // The page that was made first is the first one that is shown.
    #expect(run.messages.split(separator: "\n").filter { $0.contains("fetched ") }.count == 3)
  }

  @Test("report --http says on the page that a program has ended, and continues")
  func gone() throws {
    let copy = try folder.copyOfProfile(Self.profile)
    let run = try serve(
      ["--no-browser", copy],
      while: """
        \(Self.code) "$address"
        mv \(copy) away; \(Self.code) "$address"; grep -c 'no such file' page
        mv away \(copy); \(Self.code) "$address"
        """)
    #expect(
      run.text.split(separator: "\n") == ["200", "503", "1", "200", "status 0"], "\(run.messages)")
  }

  @Test("report --http with several profiles lists each one, their sum, and all as snapshots")
  func several() throws {
    let other = Repository.fixtures.appending(path: "go1.27/orderlog.base.pb.gz").path
    let run = try serve(
      ["--no-browser", Self.profile, other],
      while: """
        curl -s "$address" | grep -o 'href="[a-z0-9]*"'
        for page in all steps 1 2; do \(Self.code) "$address$page"; done
        \(Self.code) "${address}3"
        """)
    #expect(
      run.text.split(separator: "\n") == [
        "href=\"all\"", "href=\"steps\"", "href=\"1\"", "href=\"2\"", "200", "200", "200", "200",
        "404", "status 0",
      ], "\(run.messages)")
  }

  @Test("a port in use ends report --http with status 73 and one line")
  func busy() throws {
    let run = try serve(
      ["--no-browser", Self.profile],
      while: """
        port=${root##*:}
        "$0" report --http=127.0.0.1:$port \(Self.profile) 2>second; echo $?; cat second
        """)
    let lines = run.text.split(separator: "\n")
    #expect(lines.first == "73", "\(run.text)")
    #expect(lines.count == 3, "\(run.text)")
    #expect(lines.dropFirst().first?.contains("the port is in use") == true, "\(run.text)")
  }

  @Test("report --http opens the browser, unless --no-browser is given")
  func browser() throws {
    try folder.write("browser", "#!/bin/sh\necho \"$1\" > opened\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path("browser"))
    let shown = try serve(
      [Self.profile], environment: ["BROWSER=\(folder.path("browser"))"],
      while:
        "for i in $(seq 100); do [ -s opened ] && break; sleep 0.05; done; cat opened; echo $address"
    )
    let lines = shown.text.split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == lines[1], "\(shown.text)")
  }

  @Test("clients that send too much, or nothing, neither block report --http nor fill its memory")
  func hostile() throws {
    let attack = """
      import socket, sys
      host, port = sys.argv[1].rsplit("/", 1)[1].split(":")
      def send(data):
          with socket.create_connection((host, int(port)), 5) as connection:
              try:
                  connection.sendall(data)
                  return connection.recv(64).split(b"\\r\\n")[0].decode("latin-1")
              except OSError:
                  return "closed"
      for data in (b"GET / HTTP/1.1\\r\\nHost: localhost\\r\\nX: " + b"a" * 4_000_000 + b"\\r\\n\\r\\n",
                   b"GET /" + b"a" * 4_000_000 + b" HTTP/1.1\\r\\n\\r\\n", b"\\0" * 100_000,
                   b"GET / HTTP/1.1\\r\\n" + b"A: b\\r\\n" * 100_000 + b"\\r\\n",
                   b"POST / HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 99999999999\\r\\n\\r\\nabc"):
          answer = send(data)
          print("bad" if " 200 " in answer else "refused")
      held = [socket.create_connection((host, int(port)), 5) for _ in range(60)]
      for connection in held:
          connection.sendall(b"GET / HTTP/1.1\\r\\nHo")
      sys.stdout.flush()
      import subprocess
      print(subprocess.run(["curl", "-s", "-m", "28", "-o", "page", "-w", "%{http_code}",
                            sys.argv[2]], capture_output=True, text=True).stdout)
      """
    try folder.write("attack.py", attack)
    let run = try serve(
      ["--no-browser", Self.profile],
      while: """
        python3 attack.py "$root" "$address"
        echo $(( $(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$server/status) / 1024 < 500 ))
        """)
    #expect(
      run.text.split(separator: "\n")
        == Array(repeating: "refused", count: 5) + ["200", "1", "status 0"], "\(run.messages)")
  }

  @Test(
    "a browser draws the page that report --http serves",
    .enabled(if: WebBrowser.isInstalled, "chromium and chromedriver are not installed"))
  func chromium() throws {
    let run = try serve(
      ["--no-browser", Self.profile],
      while: """
        chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
          --user-data-dir="$PWD/browser-data" --virtual-time-budget=5000 --dump-dom "$address" \
          2>/dev/null >dom
        grep -c 'id="total"' dom; grep -o '<h1 id="title">[^<]*' dom
        """)
    let lines = run.text.split(separator: "\n")
    #expect(lines.first == "1", "\(run.messages)")
    #expect(lines.dropFirst().first?.contains("orderlog.incident.pb.gz") == true, "\(run.text)")
  }
}

extension TestFolder {
  /// - Returns: the path of the copy.
  fileprivate func copyOfProfile(_ path: String) throws -> String {
    let copy = self.path("copy.pb.gz")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    return copy
  }
}
