import Foundation
import Glibc
import HeapscopeTestSupport
import ProfileBytes
import Testing

private let heap = ProfileBytes.heap.encoded

@Suite("Files that are refused") struct DamagedFileTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("the message about a path that is not a readable file says what it is")
  func noFile() throws {
    try expectRefusal(folder.path("none.pb.gz"), in: folder, status: 66, "no such file")
    try expectRefusal(folder.url.path, in: folder, status: 66, "there is no file in it")
    let link = folder.path("link")
    symlink(folder.path("nowhere"), link)
    try expectRefusal(link, in: folder, status: 66, "is a link to a file that does not exist")
    let file = try folder.write("file", [])
    try expectRefusal(file, in: folder, "the file is empty")
    try expectRefusal(file + "/below", in: folder, status: 66, "not a directory")
    try expectRefusal(try folder.write("nothing.gz", gzipped([])), in: folder, "no bytes at all")
  }

  @Test("control characters in a file name are not printed in messages")
  func controlCharacters() throws {
    for command in commands {
      let run = try runTool([command, "/none\n\u{1b}[31mred\r"], in: folder)
      #expect(run.status == 66)
      #expect(run.messages == "heapscope: /none\\x0a\\x1b[31mred\\x0d: no such file\n")
    }
  }

  @Test("truncated or damaged compression is refused")
  func gzip() throws {
    let whole = gzipped(heap)
    for count in [2, 5, 10, 11, whole.count / 2, whole.count - 8, whole.count - 1] {
      let file = try folder.write("cut\(count)", Array(whole[..<count]))
      try expectRefusal(
        file, in: folder, "truncated: the gzip data end too early, at byte \(count)")
    }
    var checksum = whole
    checksum[whole.count - 5] ^= 1
    try expectRefusal(try folder.write("crc", checksum), in: folder, "incorrect data check")
    try expectRefusal(
      try folder.write("tail", whole + Array("junk".utf8)), in: folder,
      "follow the profile, at byte \(whole.count)")
    try expectRefusal(try folder.write("twice", whole + whole), in: folder, "several profiles")
    try expectRefusal(try folder.write("gzgz", gzipped(whole)), in: folder, "compressed twice")
    try expectRefusal(
      try folder.write("front", [0x0a] + whole), in: folder, "bytes stand before the gzip data")
  }

  @Test("truncated or damaged protobuf is refused")
  func wire() throws {
    let cut = Array(heap[..<100])
    try expectRefusal(try folder.write("cut", cut), in: folder, "goes beyond the end")
    try expectRefusal(
      try folder.write("field0", heap + [0, 1]), in: folder,
      "field number 0 in Profile, at byte \(heap.count)")
    try expectRefusal(
      try folder.write("type", heap + number(6, 1 as UInt64)), in: folder,
      "field 6 has the wrong wire type, 0")
    try expectRefusal(
      try folder.write("group", heap + tag(99, 3)), in: folder, "the group of field 99")
  }

  @Test("contradictory content is refused")
  func content() throws {
    func refuses(_ words: String, _ change: (inout ProfileBytes) -> Void) throws {
      var profile = ProfileBytes.heap
      change(&profile)
      try expectRefusal(try folder.write("content", gzipped(profile.encoded)), in: folder, words)
    }
    try refuses("sample 2 refers to location 77") { $0.addSample([77], [1, 1, 1, 1]) }
    try refuses("location 1 refers to function 88") {
      $0.locations[0] += block(4, number(1, 88 as UInt64))
    }
    try refuses("entry 3 of the Function table has the id 0") { $0.functions.append([]) }
    try refuses("have the id 2") { $0.locations.append($0.locations[1]) }
    try refuses("sample 2 has 1 values, but there are 4 sample types") { $0.addSample([1], [1]) }
    try refuses("samples but no sample types") { $0.sampleTypes = [] }
    try refuses("function.name is string 9999") { $0.functions[0] += number(2, 9999 as UInt64) }
    try refuses("no string table") { $0.strings = [] }
    try refuses("entry 0 of the string table") { $0.strings[0] = [0x61] }
    try refuses("does not fit 64 bits") {
      for _ in 0..<2 { $0.addSample([1], [.max, .max, .max, .max]) }
    }
    try refuses("takes too long to match") {
      $0.functions[0] += number(2, $0.text(String(repeating: "a", count: 40)))
      $0.rest += number(7, $0.text("(a+)+[bc]"))
    }
  }

  @Test("a file of another kind is refused, and the message names the kind")
  func otherKinds() throws {
    let kinds: [(String, [UInt8])] = [
      ("an HTML page", Array("<html><body>502</body></html>".utf8)),
      ("a 'page not found' answer", Array("404 page not found\n".utf8)),
      ("it is JSON", Array("{\"error\": 1}".utf8)), ("it is text", Array("hello\n".utf8)),
      ("folded-stack form", Array("main;f 12\n".utf8)),
      ("ELF", [0x7f] + Array("ELF\u{2}\u{1}".utf8)),
      ("bzip2 -d", Array("BZh91AY&SY".utf8)), ("xz -d", [0xfd] + Array("7zXZ\0\0".utf8)),
      ("a zip archive", [0x50, 0x4b, 3, 4, 20]),
      ("base64 -d", Array("H4sIAAAAAAAE/+JgYGBgZGBgYARiIGBk".utf8)),
      ("nothing but zero bytes", [UInt8](repeating: 0, count: 4096)),
      ("byte order mark", [0xff, 0xfe, 0x61, 0]),
    ]
    for (words, bytes) in kinds {
      try expectRefusal(try folder.write("other", bytes), in: folder, words)
    }
  }

  @Test("a decompression bomb is refused, and the message names the limit that it exceeds")
  func bombs() throws {
    let zeros = gzipBomb(repeating: [0], count: 70 << 20)
    try expectRefusal(
      try folder.write("zeros", zeros), in: folder, "more than 200 times its size, the limit")
    let unknown = gzipBomb(
      front: heap, repeating: block(99, [UInt8](repeating: 1, count: 60_000)), count: 1200)
    try expectRefusal(
      try folder.write("unknown", unknown), in: folder, "more than 200 times its size, the limit")
    let text = heap + tag(6, 2) + varint(UInt64(70 << 20))
    try expectRefusal(
      try folder.write("text", gzipBomb(front: text, repeating: [0x61], count: 70 << 20)),
      in: folder,
      "more than 200 times its size, the limit")
  }

  @Test("the message about a limit names the option that raises it, and that option works")
  func raisedLimit() throws {
    var deep = ProfileBytes.heap
    let count = 5_000_000
    deep.samples.append(
      block(1, [UInt8](repeating: 1, count: count)) + packed(2, [1, 64, 1, 64] as [Int64]))
    let file = try folder.write("deep", deep.encoded)
    try expectRefusal(
      file, in: folder,
      "a stack has more than 4194304 frames, the limit; raise it with --max-inflated")
    let run = try runTool(["top", "--max-inflated=64MB", file], in: folder)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.contains("of 704B total"))
  }

  @Test("a short file that refers to a long text many times makes no endless report")
  func longReport() throws {
    var profile = ProfileBytes.heap
    profile.functions[1] += number(2, profile.text(String(repeating: "x", count: 1 << 20)))
    profile.addSample([UInt64](repeating: 2, count: 1000), [1, 1, 1, 1])
    let file = try folder.write("long", gzipped(profile.encoded))
    // One line of 1 GB.
    for arguments in [["-o", folder.path("long.txt")], []] {
      let run = try runTool(["folded"] + arguments + [file], in: folder)
      #expect(run.status == 65)
      // Lines that come before it may have gone to a pipe, whole.
      #expect(run.output.isEmpty || arguments.isEmpty && run.output.last == UInt8(ascii: "\n"))
      #expect(run.messages.hasPrefix("heapscope: \(file): the report is longer than 384 MiB"))
      #expect(run.peakMebibytes < 256)
    }
    #expect(access(folder.path("long.txt"), F_OK) != 0)
  }

  @Test("a report that is too long for memory is written to its file in pieces")
  func longFile() throws {
    var profile = ProfileBytes.heap
    profile.functions[1] += number(2, profile.text(String(repeating: "x", count: 1 << 20)))
    for depth in 1...30 { profile.addSample([UInt64](repeating: 2, count: depth), [1, 1, 1, 1]) }
    let file = try folder.write("pieces", gzipped(profile.encoded))
    let output = folder.path("pieces.txt")
    let run = try runTool(["folded", "--sample-index=0", "-o", output, file], in: folder)
    #expect(run.status == 0)
    #expect(run.peakMebibytes < 256)
    var status = stat()
    #expect(stat(output, &status) == 0)
    // 30 × 31 ÷ 2 names of a mebibyte.
    #expect(status.st_size > 465 << 20)
    unlink(output)
  }
}
