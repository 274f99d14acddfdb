import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("Whether two profiles are of one process, one build, one program")
struct KinshipTests {
  /// The marks of a program, and how often it has allocated.
  private struct Program {
    var file = "/srv/shop"
    var buildID = "aaaa"
    var functions = ["main.serve", "main.(*cart).add", "example.com/shop/store.Put"]
    var allocated: [Int64] = [100, 200, 300]
    var length: UInt64 = 0x1000
    var startLine: Int64 = 0
    var address: UInt64 = 0
    var line: Int64 = 7
    var types = ["alloc_space", "inuse_space"]
  }

  private func profile(_ program: Program) -> Profile {
    var test = StackProfile.goHeap(types: program.types)
    for (index, function) in program.functions.enumerated() {
      let allocated = program.allocated[index % program.allocated.count]
      test.add(
        "\(function)@/src/app/\(index).go:\(program.line) < main.main@/src/app/main.go:1",
        values: program.types.map { $0.hasPrefix("alloc") ? allocated : 10 }, size: 10)
    }
    var profile = test.profile
    profile.mappings.append(
      Mapping(
        id: 1, start: 0x400000, limit: 0x400000 + program.length,
        file: profile.strings.intern(program.file),
        buildID: profile.strings.intern(program.buildID)))
    for row in 0..<profile.functions.count {
      profile.functions.startLines[row] = program.startLine
    }
    for row in 0..<profile.locations.count where program.address != 0 {
      profile.locations.addresses[row] = program.address + UInt64(row) * 16
    }
    return profile
  }

  private func kinship(
    _ before: Program, _ after: Program, isDelta: Bool = false
  ) -> Kinship {
    let profiles = [before, after].map { program in
      var profile = profile(program)
      if isDelta { profile.durationNanoseconds = 1_000_000_000 }
      return ProcessMarks(profile, Ownership(profile))
    }
    return Kinship(profiles[0], profiles[1])
  }

  @Test("a profile without samples says nothing about its process")
  func nothing() {
    var first = Program()
    first.allocated = [0]
    first.buildID = ""
    var later = Program()
    later.buildID = ""
    #expect(kinship(first, later).isOneProcess == nil)
    #expect(kinship(first, later).isOneBuild == nil)
  }

  @Test("build ids decide first, then counts that never fall")
  func processes() {
    let first = Program()
    var later = first
    later.allocated = [100, 250, 300]
    #expect(kinship(first, later).isOneProcess == true)
    #expect(kinship(first, first).isOneProcess == true)
    // A restart: one count is less, though the sum is more.
    later.allocated = [99, 900, 300]
    #expect(kinship(first, later).isOneProcess == false)
    #expect(kinship(first, later).isOneBuild == true)
    #expect(!kinship(first, later).hasRates)
    // Another build that has allocated more of everything.
    later.allocated = [500, 500, 500]
    later.buildID = "bbbb"
    #expect(kinship(first, later).isOneProcess == false)
    #expect(kinship(first, later).isOneBuild == false)
  }

  @Test(
    "without counts of allocations, whether two profiles are of one process is unknown, unless builds differ"
  )
  func unknown() {
    var first = Program()
    first.types = ["inuse_space"]
    #expect(kinship(first, first).isOneProcess == nil)
    #expect(kinship(first, first).hasRates)
    var later = first
    later.buildID = "bbbb"
    #expect(kinship(first, later).isOneProcess == false)
    // What was allocated in one interval may well be less in the next.
    var delta = Program()
    delta.allocated = [5, 5, 5]
    #expect(kinship(Program(), delta, isDelta: true).isOneProcess == nil)
  }

  @Test("without build ids, lengths, first lines, lines and addresses distinguish two builds")
  func withoutBuildIDs() {
    var first = Program()
    first.buildID = ""
    first.address = 0x401000
    first.startLine = 5
    var later = first
    later.allocated = [101, 201, 301]
    #expect(kinship(first, later).isOneBuild == true)
    let changes: [(inout Program) -> Void] = [
      { $0.length = 0x2000 }, { $0.startLine = 8 }, { $0.line = 10 }, { $0.address = 0x401004 },
    ]
    for (index, change) in changes.enumerated() {
      var other = later
      change(&other)
      #expect(kinship(first, other).isOneBuild == false, "change \(index)")
      #expect(kinship(first, other).isOneProcess == false, "change \(index)")
    }
    // Texts without addresses and mappings: only falling counts show it.
    for program in [first, later] { #expect(program.buildID.isEmpty) }
    first.address = 0
    first.startLine = 0
    first.file = ""
    var restarted = first
    restarted.allocated = [1, 1, 1]
    #expect(kinship(first, restarted).isOneBuild == nil)
    #expect(kinship(first, restarted).isOneProcess == false)
  }

  @Test("another program has another file and other functions; a renamed one has the same")
  func programs() {
    let shop = Program()
    var renamed = shop
    renamed.file = "/tmp/shop-v2 (deleted)"
    renamed.buildID = "bbbb"
    #expect(kinship(shop, renamed).isOneProgram)
    // Another command of the same module shares its packages, not its main.
    var worker = renamed
    worker.file = "/srv/worker"
    worker.functions = ["main.drain", "main.poll", "example.com/shop/store.Put"]
    #expect(!kinship(shop, worker).isOneProgram)
    // The same file name, and nothing in common.
    var other = worker
    other.file = "/opt/other/shop"
    other.functions = ["main.drain", "main.poll", "example.com/billing.Send"]
    #expect(!kinship(shop, other).isOneProgram)
    // A release that changed half of its functions.
    var release = renamed
    release.file = shop.file
    release.functions = ["main.serve", "main.drain", "example.com/shop/queue.Put"]
    #expect(kinship(shop, release).isOneProgram)
    // One build is one program, whatever was sampled.
    other.buildID = shop.buildID
    #expect(kinship(shop, other).isOneProgram)
    // Too little to decide.
    var tiny = other
    tiny.buildID = "cccc"
    tiny.functions = ["main.poll"]
    #expect(kinship(shop, tiny).isOneProgram)
  }
}
