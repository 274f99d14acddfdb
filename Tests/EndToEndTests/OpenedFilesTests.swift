import Foundation
import Glibc
import HeapscopeTestSupport
import ProfileBytes
import Testing

/// Whether one process may trace another here: containers often forbid it.
private let canTrace: Bool = {
  guard let folder = try? TestFolder(),
    let run = try? runTool([], in: folder, script: "strace -f -o /dev/null /bin/true")
  else { return false }
  return run.status == 0
}()

/// Watches which files each command opens when profile, rules file and tree are hostile.
@Suite(
  "Files that are opened",
  .enabled(if: canTrace, "strace is missing, or may not trace: apt-get install strace"))
struct OpenedFilesTests {
  /// Everything that commands may open is here, including the home.
  private let folder: TestFolder

  /// Nothing here may be opened.
  private let outside: TestFolder
  private let profile: String
  private let dump: String

  init() throws {
    folder = try TestFolder()
    outside = try TestFolder()
    let secret = try outside.write("secret.txt", Array(repeated(Array("secret\n".utf8), count: 40)))
    let source = try outside.write("secret.go", Array("package secret\n".utf8))
    try FileManager.default.createDirectory(
      atPath: folder.path("work/sub"), withIntermediateDirectories: true)
    let files: [String] = [
      "/etc/shadow", "/etc/passwd", secret, "../../secret.txt", "sub/../../../secret.txt",
      "link.go", "linked/secret.go", "linked/secret.txt", "pipe.go", "device.go", "/dev/zero",
      "/dev/tty", "/dev/stdin", "/proc/self/environ", "/proc/self/root/etc/shadow", "etc/shadow",
      "sub/own.go", "//etc/shadow", "/src/../etc/shadow", "x\0.go", "",
      "/pkg/mod/../../etc/shadow", "/nowhere/src/../../../etc/shadow",
    ]
    symlink(secret, folder.path("work/link.go"))
    symlink(source, folder.path("work/own-link.go"))
    symlink(outside.url.path, folder.path("work/linked"))
    symlink("/dev/zero", folder.path("work/device.go"))
    #expect(mkfifo(folder.path("work/pipe.go"), 0o600) == 0)
    _ = try folder.write("work/sub/own.go", Array(repeated(Array("x := 1\n".utf8), count: 40)))
    var heap = ProfileBytes.heap
    for (row, file) in files.enumerated() {
      let id = UInt64(20 + row)
      heap.addFunction(id, "main.f\(row)", file: file)
      heap.addLocation(id, functions: [id])
      heap.addSample([id, 1], [100, 100_000, 100, 100_000])
      heap.addSample([3, id, 1], [100, 100_000, 100, 100_000])
    }
    heap.mappings.append(
      number(1, 2 as UInt64) + number(2, 0x3000 as UInt64) + number(3, 0x4000 as UInt64)
        + number(5, heap.text(secret)))
    heap.rest += packed(13, [heap.text("file://" + secret)])
    profile = try folder.write("heap.pb.gz", gzipped(heap.encoded))
    dump = try folder.write(
      "dump.txt",
      Array(
        "goroutine 1 [running]:\nmain.main()\n\t\(secret):7 +0x1\n".utf8))
  }

  /// What the system itself needs to run a program, and to get the time and the number of cores.
  private static let system = [
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/usr/share/zoneinfo/",
    "/sys/devices/system/", "/sys/fs/cgroup/",
    "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/", "/dev/null", "/dev/urandom",
  ]

  private func isAllowed(_ path: String, writes: Bool) -> Bool {
    if path == folder.url.path || path.hasPrefix(folder.url.path + "/") { return true }
    if writes { return path == "/dev/null" }
    if Self.system.contains(where: { path == $0 || $0.hasSuffix("/") && path.hasPrefix($0) }) {
      return true
    }
    if path.contains(/^\/proc\/(self|\d+)\/(maps|cgroup)$/) { return true }
    // Libraries, wherever the toolchain has them.
    return path.split(separator: "/").last.map { $0.contains(".so") } ?? false
  }

  private func expectAllowed(_ arguments: [String], _ input: String = "/dev/null") throws {
    let log = folder.path("trace")
    let script =
      "cd \"$HOME/work\" && exec strace -f -qq -y -s 4096 -e trace=open,openat,openat2,creat "
      + "-o '\(log)' \"$0\" \"$@\""
    let run = try runTool(arguments, in: folder, input: input, script: script)
    #expect(run.status == 0 || run.status == 1, "\(arguments): \(run.messages)")
    #expect(!run.text.contains("secret\n"), "\(arguments)")
    #expect(run.seconds < 30, "\(arguments)")
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    var count = 0
    for line in lines {
      guard let call = line.firstMatch(of: /open(?:at2?)?\([^"]*"([^"]*)"/) else { continue }
      count += 1
      let writes = line.contains("O_WRONLY") || line.contains("O_RDWR")
      let named = String(call.1)
      let asked = URL(filePath: named, relativeTo: folder.url.appending(path: "work/"))
        .standardized.path
      #expect(isAllowed(asked, writes: writes), "\(arguments): \(line)")
      // Where links on the way led.
      if let opened = line.firstMatch(of: /= \d+<([^>]*)>/) {
        let place = String(opened.1).replacing(" (deleted)", with: "")
        #expect(isAllowed(place, writes: writes), "\(arguments): \(line)")
      }
    }
    #expect(count > 0, "\(arguments): nothing was traced")
  }

  private static let rules = [
    // The tree's settings file in several forms: large, a link out of the tree, a pipe, and
    // missing.
    "printf 'own = [\"main.\"]\\nnot-own = [\"/etc/shadow\"]\\n' >.heapscope.toml",
    "ln -s \"$OUTSIDE/secret.txt\" .heapscope.toml", "ln -s /etc/shadow .heapscope.toml",
    "mkfifo .heapscope.toml", "true",
  ]

  @Test(
    "each command opens files only below the folders that it may read and write", arguments: rules)
  func opened(rules: String) throws {
    let script = "cd \"$HOME/work\" && rm -f .heapscope.toml && OUTSIDE='\(outside.url.path)' && "
    #expect(try runTool([], in: folder, script: script + rules).status == 0)
    let sources = "--source-path=."
    let plain = [
      "top", "tree", "traces", "tags", "raw", "comments", "dot", "callgrind", "folded", "hotspots",
      "summary", "flame", "report", "proto", "topproto", "merge", "export",
    ].map { [$0, profile] }
    let patterns = ["list", "peek", "focus"].map { [$0, "main", profile] }
    let others: [[String]] = [
      ["list", sources, "main", profile], ["list", "--source-path=sub", "main", profile],
      ["list", "--format=json", "main", profile], ["list", "--match=.", profile],
      ["list", "--trim-path=/", sources, "main", profile],
      ["hotspots", sources, profile], ["hotspots", "--format=json", sources, profile],
      ["check", "--budget=format<1%", profile],
      ["check", "--budget=format<1%", "--format=sarif", profile],
      ["check", "--budget=total<+1%", "--base", profile, profile], ["explain", "--list"],
      ["diff", profile, profile], ["trend", profile, profile],
      ["report", "-o", "page.html", profile],
      ["flame", "-o", "flame.svg", profile], ["merge", "-o", "sum.pb.gz", profile, profile],
      ["goroutines", dump],
    ]
    let heeding = ["hotspots", "summary", "report", "check", "list", "explain"]
    for command in plain + patterns + others
    where rules == Self.rules[0] || heeding.contains(command[0]) {
      try expectAllowed(command)
    }
    try expectAllowed(["top"])
    try expectAllowed(["top", "-"], profile)
  }
}
