import Foundation
import ProfileCodec
import Testing

private let texts = [
  "heap profile: 2: 4096 [3: 6144] @ heap/2\n2: 4096 [3: 6144] @ 0x1011 0x2021\n"
    + "#\t0x2020\tmain.put+0x20\t/a.go:12\n\n# runtime.MemStats\n# Stack = 1 / 2\n",
  "heap profile: 2: 4096 [3: 6144] @ heap_v2/524288\n2: 4096 [3: 6144] @ 0x1011 0x2021\n"
    + "MAPPED_LIBRARIES:\nx=/b\n1000-2000 r-xp 100 00:00 1 $x/a\n2000-3000: /lib/l.so (@1100) ab\n",
  "heap_v2/524288\n t*: 1: 16 [0: 0]\n@ 0x10 0x20\n t*: 1: 16 [0: 0]\n t0: 1: 16 [0: 0]\n",
  "goroutine profile: total 2\n1 @ 0x11 0x21\n#\t0x10\ta+0x1\t/a.go:1\n1 @ 0x21\n",
  "--- threadz 1 ---\n--- Thread 1 (name: a/1) stack: ---\n 0x1\n 0x2\n--- Memory map: ---\n1-9: a\n",
  "--- contentionz 1 ---\ncycles/second = 10\nsampling period = 1\n 17 2 @ 0x1 0x2\n--- x\n",
  "--- mutex:\ncycles/second=10\n17 2 @ 0x11 0x2\n#\t0x10\ta+0x1\t/a.go:1\n",
  "--- heapz 1 ---\nformat = java\nresolution = bytes\n 48 1 @ 0x3 0x4\n\n 0x3 a (A.java:1)\n 0x4 b (c)\n",
]

private let binaries = [4, 8].map { size in
  words([0, 3, 0, 1, 0, 1, 2, 16, 32, 1, 1, 48, 0, 1, 0], bytesPerWord: size)
    + Array("1-99: a\n".utf8)
}

@Suite("Damaged legacy profiles")
struct LegacyDamageTests {
  private func readBothWays(_ bytes: [UInt8]) {
    for useGoSymbols in [false, true] {
      // Refused or read: only that it ends matters.
      _ = try? readLegacyProfile(bytes, options: LegacyOptions(useGoSymbols: useGoSymbols))
    }
  }

  @Test(
    "every prefix of a legacy profile is read or refused",
    arguments: texts.map { Array($0.utf8) } + binaries)
  func prefixes(bytes: [UInt8]) throws {
    #expect(try readLegacyProfile(bytes) != nil)
    for count in bytes.indices { readBothWays(Array(bytes.prefix(count))) }
  }

  @Test(
    "a legacy profile with changed bytes is read or refused",
    arguments: texts.map { Array($0.utf8) } + binaries)
  func changes(bytes: [UInt8]) {
    let replacements = Array(" \n#0fx@:-[=/$".utf8) + [0, 0xFF]
    for index in bytes.indices {
      for replacement in replacements {
        var changed = bytes
        changed[index] = replacement
        readBothWays(changed)
        changed.remove(at: index)
        readBothWays(changed)
        changed.insert(contentsOf: [replacement, replacement], at: index)
        readBothWays(changed)
      }
    }
  }

  @Test(
    "repetitive legacy profiles take time in proportion to their size",
    arguments: [
      ("heap profile: 1: 1 [2: 2] @ heap/2\n", "1: "),
      ("heap profile: 1: 1 [2: 2] @ heap/2\n", "-"),
      ("heap profile: 1: 1 [2: 2] @ heap/2\n", "\n"), ("", "heap profile: 1: 1 ["),
      ("--- threadz 1 ---\n", "--- Thread 1 (name: "),
      ("--- threadz 1 ---\n--- Thread 1 (name: ", ") stack: ---"),
      ("--- contentionz 1 ---\n", "1 2 @"), ("--- heapz 1 ---\nresolution = b\n", "1 1 @"),
      ("--- heapz 1 ---\nresolution = b\n1 1 @ 0x1\n0x1 x", " ("),
      ("heap profile: 1: 1 [2: 2] @ heap/2\nMAPPED_LIBRARIES:\na=b\n", "$"),
      ("heap profile: 1: 1 [2: 2] @ heap/2\nMAPPED_LIBRARIES:\n", "a=b\n"),
      ("heap profile: 1: 1 [2: 2] @ heap/2\n1: 1 [1: 1] @ 0x2\n", "#\t0x1\ta+0x1\tb:1\n"),
      ("goroutine profile: total 1\n1 @", " 0x1"),
    ])
  func repetition(start: String, repeated: String) {
    let clock = ContinuousClock()
    let duration = clock.measure {
      readBothWays(Array((start + String(repeating: repeated, count: 50_000)).utf8))
    }
    // Milliseconds each; anything quadratic takes minutes.
    #expect(duration < .seconds(8))
  }
}
