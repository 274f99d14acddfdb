import ProfileBytes
import ProfileCodec
import Testing

@Suite("Robustness: zstd") struct RobustnessZstdTests {
  @Test(
    "zstd frames are read as one stream wherever they are cut, with skippable frames in between")
  func frames() {
    expectHeap(ZstdBytes.frame(plainHeap))
    expectHeap(ZstdBytes.frame(plainHeap, blockBytes: 1))
    let note = ZstdBytes.skippable(Array("a note".utf8))
    for cut in stride(from: 0, through: plainHeap.count, by: 37) {
      let front = ZstdBytes.frame(Array(plainHeap[..<cut]))
      let back = ZstdBytes.frame(Array(plainHeap[cut...]))
      expectHeap(front + back, "cut at \(cut)")
      expectHeap(note + front + note + ZstdBytes.frame([]) + back + note, "cut at \(cut)")
    }
  }

  @Test(
    "each of the sixteen magics of a skippable zstd frame may come first",
    arguments: 0..<16 as Range)
  func skippable(number: UInt8) {
    expectHeap(ZstdBytes.skippable([1, 2, 3], magic: 0x50 + number) + ZstdBytes.frame(plainHeap))
  }

  @Test("a hundred thousand zstd frames are read")
  func manyFrames() {
    var bytes: [UInt8] = []
    for _ in 0..<50_000 { bytes += ZstdBytes.skippable([]) + ZstdBytes.frame([]) }
    expectHeap(bytes + ZstdBytes.frame(plainHeap))
  }

  @Test("zstd cut at any byte is reported as truncated, in the first frame or a later one")
  func truncation() {
    let first = ZstdBytes.frame(Array(plainHeap[..<100]))
    let whole = first + ZstdBytes.frame(Array(plainHeap[100...]))
    for count in 4..<whole.count where count != first.count {
      guard case .truncatedCompression(.zstd, let offset) = refusal(Array(whole[..<count])) else {
        Issue.record("cut at \(count)")
        continue
      }
      #expect(offset == count)
    }
    // What ends with a frame is cut in the profile.
    #expect(refusal(first) != nil)
    for count in 1..<4 { #expect(refusal(Array(whole[..<count])) != nil, "cut at \(count)") }
  }

  @Test("empty zstd frames, and skippable frames by themselves, are no profile")
  func nothing() {
    #expect(refusal(ZstdBytes.frame([])) == .compressedNothing(.zstd))
    #expect(refusal(ZstdBytes.skippable([1])) == .compressedNothing(.zstd))
  }

  @Test(
    "bytes after the last zstd frame, a second profile and other compression inside are refused")
  func after() {
    let whole = ZstdBytes.frame(plainHeap)
    guard case .damagedCompression(.zstd, _, _) = refusal(whole + Array("junk".utf8)) else {
      Issue.record("junk after a frame")
      return
    }
    guard case .concatenated = refusal(whole + whole) else {
      Issue.record("two profiles")
      return
    }
    #expect(refusal(ZstdBytes.frame(gzipped(plainHeap))) == .nestedCompression(.gzip))
    #expect(refusal(gzipped(whole)) == .nestedCompression(.zstd))
  }

  @Test("zstd bombs stop at the limits")
  func bombs() {
    // A string of 1 GiB, and an unknown field of 200 MiB.
    let string: [UInt8] = [0x32, 0x80, 0x80, 0x80, 0x80, 0x04]
    #expect(
      refusal(ZstdBytes.bomb(front: plainHeap + string, byte: 0x61, blocks: 1024))
        == .limit(.fieldBytes, limit: 256 << 20))
    let unknown: [UInt8] = [0x9a, 0x06, 0x80, 0x80, 0x80, 0x64]
    #expect(
      refusal(ZstdBytes.bomb(front: plainHeap + unknown, byte: 0, blocks: 1600))
        == .limit(.expansion, limit: 200))
  }
}
