import Foundation
import Glibc
import HeapscopeTestSupport
import ProfileBytes
import Testing

private let heap = ProfileBytes.heap.encoded

@Suite("Files and pipes that fail") struct FileFaultTests {
  private let folder: TestFolder
  private let profile: String

  init() throws {
    folder = try TestFolder()
    profile = try folder.write("heap.pb.gz", gzipped(heap))
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  private func content(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  @Test("programs that heapscope starts do not inherit its ignored signals")
  func inheritedSignals() throws {
    let program = try folder.write(
      "dot", Array("#!/bin/sh\ncat >/dev/null\ngrep SigIgn /proc/self/status\n".utf8))
    chmod(program, 0o755)
    let run = try runTool(
      ["svg", profile], in: folder, environment: ["PATH=\(folder.url.path):/usr/bin:/bin"])
    let digits = try #require(run.text.split(separator: "\t").last?.split(separator: "\n").first)
    let ignored = try #require(UInt64(digits, radix: 16))
    for signal in [SIGPIPE, SIGXFSZ] { #expect(ignored & 1 << UInt64(signal - 1) == 0) }
  }

  // MARK: Output

  @Test(
    "a full disk behind standard output gives a message of one line",
    arguments: commands + ["proto", "report"])
  func fullOutput(command: String) throws {
    let run = try runTool([command, profile], in: folder, script: #""$0" "$@" >/dev/full"#)
    #expect(run.status == 74)
    #expect(
      run.messages == "heapscope: standard output: cannot write: no space left on device\n")
  }

  @Test("a failed write leaves the old file whole and no other file")
  func fullFile() throws {
    _ = try folder.write("out", Array("old".utf8))
    // A page of 300 kB against a limit of 8 KiB.
    let run = try runTool(
      ["report", "-o", folder.path("out"), profile], in: folder,
      script: #"ulimit -f 8; exec "$0" "$@""#)
    #expect(run.status == 73)
    #expect(run.messages == "heapscope: \(folder.path("out")): cannot write: file too large\n")
    #expect(try content("out") == "old")
    #expect(try names() == ["heap.pb.gz", "out"])
  }

  @Test("a reader that closes its pipe early ends the run quietly", arguments: commands)
  func closedPipe(command: String) throws {
    var long = ProfileBytes.heap
    for id in 10..<5000 as Range<UInt64> {
      long.functions.append(number(1, id) + number(2, 1 as UInt64))
      long.addLocation(id, functions: [id])
      long.addSample([id, 1], [1, 64, 1, 64])
    }
    let file = try folder.write("long", long.encoded)
    let run = try runTool(
      [command, file], in: folder, script: #""$0" "$@" | true; echo "${PIPESTATUS[0]}""#)
    #expect(run.text == "0\n")
    #expect(run.messages.isEmpty)
  }

  @Test("a closed standard output is reported")
  func closedOutput() throws {
    let run = try runTool(["top", profile], in: folder, script: #""$0" "$@" >&-"#)
    #expect(run.status == 74)
    #expect(run.messages == "heapscope: standard output: cannot write: bad file descriptor\n")
  }

  @Test("an output path that cannot be written to is named in the message")
  func badPlaces() throws {
    for (place, words) in [
      (folder.url.path, "is a directory"),
      (
        folder.path("none/out"), "there is no folder \(folder.path("none")); make it first"
      ),
      ("/dev/full", "no space left on device"), (profile + "/x", "not a directory"),
    ] {
      let run = try runTool(["top", "-o", place, profile], in: folder)
      #expect(run.status == 73)
      #expect(run.messages == "heapscope: \(place): cannot write: \(words)\n")
      #expect(run.output.isEmpty)
    }
  }

  @Test(
    "an interrupted run leaves the old file whole and no partial one", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    _ = try folder.write("out", Array("old".utf8))
    // The pipe is held open and never fed, so the run waits for input.
    let run = try runTool(
      ["top", "-o", folder.path("out"), folder.path("pipe")], in: folder,
      script:
        "mkfifo '\(folder.path("pipe"))'; exec 3<>'\(folder.path("pipe"))'; exec \"$0\" \"$@\"",
      signal: (signal, afterSeconds: 0.5))
    #expect(run.status == -signal)
    #expect(try content("out") == "old")
    #expect(try names() == ["heap.pb.gz", "out", "pipe"])
  }

  // MARK: Input

  @Test("a named pipe, /dev/stdin and - give the same result as the file")
  func pipes() throws {
    let plain = try runTool(["folded", profile], in: folder)
    #expect(plain.status == 0)
    let pipe = folder.path("pipe")
    for script in [
      "mkfifo '\(pipe)'; cat '\(profile)' >'\(pipe)' & exec \"$0\" folded '\(pipe)'",
      "cat '\(profile)' | \"$0\" folded /dev/stdin", "cat '\(profile)' | \"$0\" folded -",
      "cat '\(profile)' | \"$0\" folded", "\"$0\" folded /dev/stdin <'\(profile)'",
      "\"$0\" folded <(cat '\(profile)')",
      // Byte by byte, as a slow network may deliver it.
      "while IFS= read -r -n 40 x; do printf %s \"$x\"; done </dev/null; "
        + "dd if='\(profile)' bs=1 status=none | \"$0\" folded -",
    ] {
      let run = try runTool([], in: folder, script: script)
      #expect(run.status == 0, "\(script): \(run.messages)")
      #expect(run.text == plain.text, "\(script)")
      #expect(run.messages.isEmpty, "\(script)")
    }
  }

  @Test("errors in a pipe that delivers small pieces get the same messages as in a file")
  func slowText() throws {
    for (text, words) in [
      ("<!doctype html><html>gateway timeout</html>", "HTML page"),
      ("PK\u{3}\u{4}\u{14}abcdefgh", "zip archive"), ("404 page not found", "page not found"),
    ] {
      let file = try folder.write("text", Array(text.utf8))
      let run = try runTool(
        [], in: folder, script: "dd if='\(file)' bs=1 status=none | \"$0\" top -")
      #expect(run.status == 65)
      #expect(run.messages.contains(words), "\(run.messages)")
      #expect(run.messages.hasPrefix("heapscope: standard input: not a pprof profile: "))
    }
  }

  @Test("a file without read permission gets a message that says so")
  func unreadable() throws {
    chmod(profile, 0)
    // Root may read everything, so it first becomes the user nobody, if possible.
    let script =
      #"[ "$(id -u)" = 0 ] || exec "$0" "$@"; setpriv --reuid=65534 --clear-groups test -x "$0" "#
      + #"|| exit 99; exec setpriv --reuid=65534 --clear-groups "$0" "$@""#
    for command in commands {
      let run = try runTool([command, profile], in: folder, script: script)
      // The build is below a folder that the user nobody may not enter.
      if run.status == 99 { return }
      #expect(run.status == 66)
      #expect(run.messages == "heapscope: \(profile): cannot open: permission denied\n")
    }
  }

  @Test("a file name that is not UTF-8 is refused, not taken for another name")
  func rawName() throws {
    let run = try runTool([], in: folder, script: #"exec "$0" top $'/tmp/a\xffb'"#)
    #expect(run.status == 64)
    #expect(
      run.messages
        == "heapscope: '/tmp/a\\xffb' is no UTF-8 text: rename the file, or give it as in "
        + "'heapscope top - <FILE'\n")
  }
}
