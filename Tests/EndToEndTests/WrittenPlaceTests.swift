import Foundation
import Glibc
import HeapscopeTestSupport
import ProfileBytes
import Testing

/// Where heapscope writes, and what it leaves there.
@Suite("Places that are written to") struct WrittenPlaceTests {
  private let folder: TestFolder
  private let profile: String

  init() throws {
    folder = try TestFolder()
    profile = try folder.write("heap.pb.gz", gzipped(ProfileBytes.heap.encoded))
  }

  private func top(_ output: String) throws -> ProgramRun {
    try runTool(["top", "-o", output, profile], in: folder, atFolder: true)
  }

  private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private func mode(_ name: String) -> mode_t {
    var status = stat()
    stat(folder.path(name), &status)
    return status.st_mode & 0o7777
  }

  @Test(
    "-o makes no folders, neither relative ones nor at the root",
    arguments: ["none/out.txt", "none-heapscope-test/heapscope/out.txt", "a/b/c/heapscope/d/x"])
  func noFolders(place: String) throws {
    let run = try top(place)
    let parent = place[..<(place.lastIndex(of: "/") ?? place.endIndex)]
    #expect(run.status == 73)
    #expect(
      run.messages
        == "heapscope: \(place): cannot write: there is no folder \(parent); make it first\n")
    let first = String(place.prefix { $0 != "/" })
    #expect(!exists("/" + first) && !exists(folder.path(first)))
  }

  @Test("a read-only file is not replaced without being asked for")
  func readOnly() throws {
    let file = try folder.write("out", Array("old".utf8))
    symlink("out", folder.path("link"))
    chmod(file, 0o444)
    for place in ["out", "link", file] {
      let run = try top(place)
      #expect(run.status == 73)
      #expect(
        run.messages
          == "heapscope: \(place): cannot write: the file is read-only; make it writable "
          + "('chmod u+w') or give another one\n")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "old")
    chmod(file, 0o644)
    #expect(try top("out").status == 0)
  }

  @Test("a replaced file keeps its permissions except set-user-id and set-group-id")
  func permissions() throws {
    for (before, after) in [(0o640, 0o640), (0o6755, 0o755), (0o1777, 0o777)] as [(mode_t, mode_t)]
    {
      let file = try folder.write("out", Array("old".utf8))
      chmod(file, before)
      #expect(try top("out").status == 0)
      #expect(mode("out") == after)
    }
  }

  @Test("a symbolic link in place of a temporary file is not followed")
  func plantedTemporary() throws {
    _ = try folder.write("victim", Array("old".utf8))
    let run = try runTool(
      ["top", "-o", folder.path("out"), profile], in: folder,
      script: "ln -s victim '\(folder.path("out"))'.$$.tmp; exec \"$0\" \"$@\"")
    #expect(run.status == 0)
    #expect(try String(contentsOfFile: folder.path("victim"), encoding: .utf8) == "old")
  }

  // MARK: The profile last looked at

  @Test(
    "the last profile may have any name",
    arguments: [#"$'a\nb.pb'"#, #"$'a\n'"#, #"$'\n'"#, #"$'tab\tend'"#, "'a b.pb'"])
  func anyName(name: String) throws {
    // What reading the name line by line would find instead.
    _ = try folder.write("a", Array("other".utf8))
    let first = try runTool(
      [], in: folder, script: "cd; cp heap.pb.gz \(name); exec \"$0\" top \(name)")
    #expect(first.status == 0, "\(first.messages)")
    let second = try runTool(["top"], in: folder)
    #expect(second.status == 0, "\(second.messages)")
    #expect(second.text == first.text)
    #expect(second.messages.filter { $0 == "\n" }.count == 1)
  }

  @Test("the last profile may be in a folder whose name is not UTF-8")
  func anyFolder() throws {
    let first = try runTool(
      [], in: folder,
      script: #"cd; mkdir $'d\xff'; cp heap.pb.gz $'d\xff/x'; cd $'d\xff'; exec "$0" top x"#)
    #expect(first.status == 0, "\(first.messages)")
    let second = try runTool(["top"], in: folder)
    #expect(second.status == 0, "\(second.messages)")
    #expect(second.text == first.text)
    let over = try runTool(
      [], in: folder, script: #"cd; exec "$0" top -o $HOME/d*/x"#)
    #expect(over.status != 0)
  }

  @Test("the record of the last profile is read and written only as a regular file")
  func lastProfilePipe() throws {
    let state = folder.path(".local/state/heapscope")
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    #expect(mkfifo(state + "/last-profile", 0o600) == 0)
    let run = try runTool(["top", profile], in: folder)
    #expect(run.status == 0 && run.messages == "" && run.seconds < 20)
    let last = try runTool(["top"], in: folder)
    #expect(last.status == 64 && last.seconds < 20)
    unlink(state + "/last-profile")
    symlink("/dev/zero", state + "/last-profile")
    #expect(try runTool(["top"], in: folder).status == 64)
  }

  // MARK: What killed runs left

  @Test("temporary files of killed runs are removed, and those of other programs stay")
  func strayTemporaries() throws {
    let kept = folder.path(".local/share/heapscope/profiles")
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    // No process has a number beyond the kernel's limit of 2^22.
    let stray = [
      ".20260101-000000.000-localhost-6060-heap-4999999.tmp",
      ".20260101-000000.000-h-heap-4999999-2.tmp", ".4999999.tmp", ".piped-1.2-4999999.tmp",
    ]
    let own = ".20260101-000000.000-h-heap-\(getpid()).tmp"
    for name in stray + [own, "20260101-000000.000-h-heap-1.pb.gz", ".other"] {
      _ = try folder.write(".local/share/heapscope/profiles/\(name)", [1])
    }
    let run = try runTool(["top", "-"], in: folder, input: profile)
    #expect(run.status == 0, "\(run.messages)")
    let names = try folder.keptProfiles()
    #expect(Set(names).isDisjoint(with: stray))
    #expect(names.contains(own) && names.contains(".other"))
    // Another process may have got the number: after a day, that is assumed.
    let old = [timeval(tv_sec: time(nil) - 90_000, tv_usec: 0)]
    utimes(kept + "/" + own, [old[0], old[0]])
    _ = try runTool(["top", "-"], in: folder, input: profile)
    #expect(!(try folder.keptProfiles()).contains(own))
  }

  @Test(
    "a relative PPROF_TMPDIR is below the working directory and gets only heapscope's file names")
  func relativeFolder() throws {
    _ = try folder.write(".other-4999999.tmp", [1])
    _ = try folder.write(".20260101-000000.000-h-heap-4999999.tmp", [1])
    for place in ["kept/below", "../kept-\(folder.url.lastPathComponent)", "."] {
      let run = try runTool(
        ["top", "--timeout=1", "http://127.0.0.1:1/x"], in: folder,
        environment: ["PPROF_TMPDIR=\(place)"], atFolder: true)
      #expect(run.status == 66)
      let path = folder.url.appending(path: place).standardized.path
      #expect(exists(path))
      if place != "." { #expect(!exists("/" + place.drop { "./".contains($0) })) }
      if place.hasPrefix("..") { rmdir(path) }
    }
    #expect(exists(folder.path(".other-4999999.tmp")))
    #expect(!exists(folder.path(".20260101-000000.000-h-heap-4999999.tmp")))
  }

  // MARK: Secrets

  @Test(
    "no secret of a URL is printed, whatever is wrong with the URL",
    arguments: [
      "http://user:SEC/RET@127.0.0.1:1/x", "http://user:SEC?RET@127.0.0.1:1/x",
      "http://user:SEC#RET@127.0.0.1:1/x", "http://user:1/SECRET@127.0.0.1:1/x",
      "http://user:1?SECRET@127.0.0.1:1/x", "http://127.0.0.1:1/x?SECRET",
      "http://127.0.0.1:1/x?SECRET==", "http://127.0.0.1:1/x?token=SECRET&gc=1",
      "http://127.0.0.1:1/x?seconds=SECRET", "http://127.0.0.1:1/x;s=SECRET",
      "http://127.0.0.1:1/x#SECRET", "http://SECRET@127.0.0.1:1/x", "http://user:SECRET",
      "http://127.0.0.1:1/http://user:SECRET@h/", "user:SEC/RET@127.0.0.1:1",
      "user:SECRET@127.0.0.1:1/x", "http:/user:SECRET@127.0.0.1/x", "127.0.0.1:1/x?SECRET",
      "unix:/nowhere.sock:/x?SECRET", "https://user:SECRET@127.0.0.1:x/",
      "ftp://user:SECRET@127.0.0.1/", "http://user:SECRET@127.0.0.1:1/a b",
    ])
  func secrets(url: String) throws {
    let base = profile
    for arguments in [
      ["top", url], [url], ["top", "--base=\(url)", base], ["trend", url, url],
      ["check", "--budget=total<+1%", "--base=\(url)", base], ["gctrace", url],
      ["gctrace", "--profile=\(url)", base], ["goroutines", url], ["explain", "map-format", url],
      ["top", "--nodecount=\(1)", url, url], ["diff", url, base], ["list", "main", url],
      ["peek", "main", url],
      ["watch", "--for=50ms", url], ["report", "--title=x", "-o", "page.html", url],
    ] {
      let run = try runTool(arguments, in: folder, atFolder: true)
      for text in [run.messages, run.text] {
        #expect(!text.contains("SEC") && !text.contains("RET@"), "\(arguments): \(text)")
      }
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
    #expect(!files.contains { $0.contains("SEC") })
    let note = folder.path(".local/state/heapscope/last-profile")
    #expect(!((try? String(contentsOfFile: note, encoding: .utf8)) ?? "").contains("SEC"))
  }
}
