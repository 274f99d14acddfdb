import Foundation
import HeapscopeTestSupport
import ProfileBytes
import ProfileCodec
import Testing

/// The profiles under Fixtures/go1.27, as they are on disk.
func fixtures() throws -> [[UInt8]] {
  let folder = Repository.fixtures.appending(path: "go1.27")
  let files = try FileManager.default.contentsOfDirectory(
    at: folder, includingPropertiesForKeys: nil)
  return try files.filter { $0.lastPathComponent.hasSuffix(".pb.gz") }
    .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
}

@Suite("Robustness: mutations") struct RobustnessMutationTests {
  @Test(
    "damaged profiles are refused, or read into consistent columns",
    arguments: 0..<16 as Range<UInt64>)
  func mutations(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let originals = try fixtures().map { encodeProfile(try readProfile($0).profile) } + [plainHeap]
    let deadline = ContinuousClock.now + .milliseconds(400)
    repeat {
      var bytes = originals.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      let packing = Bool.random(using: &random)
      let input = packing ? gzipped(bytes) : bytes
      if let profile = try? readProfile(input).profile {
        let problem = profile.inconsistency
        #expect(problem == nil, "seed \(seed)")
        let again = try readProfile(encodeProfile(profile)).profile
        #expect(ProfileFacts(again) == ProfileFacts(profile), "seed \(seed)")
      }
    } while ContinuousClock.now < deadline
  }

  @Test("every fixture that is cut at any of many places is refused")
  func cuts() throws {
    for fixture in try fixtures() {
      let step = max(1, fixture.count / 40)
      for count in stride(from: 1, to: fixture.count, by: step) {
        guard case .truncatedCompression = refusal(Array(fixture[..<count])) else {
          Issue.record("\(count) of \(fixture.count) bytes")
          continue
        }
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: bytes.indices, using: &random)
    let length = min(Int.random(in: 1...8, using: &random), bytes.count - place)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random)!
    case 2: bytes.removeSubrange(place..<place + length)
    case 3:
      bytes.insert(
        contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, at: place)
    case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
    case 5:
      bytes.replaceSubrange(
        place..<place + length, with: varint(UInt64.random(in: 0 ... .max, using: &random)))
    default: bytes.removeSubrange(place...)
    }
  }
}
