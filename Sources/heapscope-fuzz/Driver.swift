// Looks for input that makes heapscope trap, hang or contradict itself:
//
//     heapscope-fuzz TARGET [libFuzzer's options] [FOLDER…]
//
// `make fuzz` builds and runs it. Targets.swift lists the targets. The functions here are
// those that libFuzzer calls (llvm.org/docs/LibFuzzer.html).

import Glibc

/// Removes the target's name from the command line before libFuzzer reads it.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  guard count.pointee > 1, let name = words.pointee[1],
    let target = fuzzTargets[String(cString: name)]
  else {
    let names = fuzzTargets.keys.sorted().joined(separator: "|")
    print("usage: heapscope-fuzz \(names) [-max_total_time=SECONDS …] [CORPUS…]")
    exit(64)
  }
  chosenTarget = target
  words.pointee[1] = words.pointee[0]
  words.pointee += 1
  count.pointee -= 1
  return 0
}

/// Runs the chosen target on one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  chosenTarget(Array(UnsafeBufferPointer(start: bytes, count: size)))
  return 0
}

// Set once, before libFuzzer begins.
nonisolated(unsafe) private var chosenTarget: ([UInt8]) -> Void = { _ in }
