import Glibc
import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("Processes side by side")
struct FleetTests {
  static let period: Int64 = 512 << 10

  /// Lines of a program: the size of their blocks, and how many are sampled in a usual process.
  static let lines: [(size: Int64, sampled: Double)] = [
    (48, 0.2), (64, 0.5), (64, 1), (256, 2), (1024, 4), (1024, 8), (2048, 16), (512, 32), (96, 64),
    (8192, 3), (65_536, 5), (262_144, 6), (524_288, 10), (1_048_576, 12), (4_194_304, 3),
  ]

  /// A process: how many blocks of each line it holds, some of which the profiler samples.
  private func process(
    _ blocks: [Double], buildID: String = "b1", _ random: inout SeededGenerator
  ) -> Profile {
    var test = StackProfile.goHeap()
    for (line, count) in blocks.enumerated() {
      let size = Self.lines[line].size
      let probability = 1 - exp(-Double(size) / Double(Self.period))
      let sampled = Double(binomial(Int(count), probability, &random))
      if sampled == 0 { continue }
      let (objects, bytes) = (
        Int64(sampled / probability), Int64(sampled * Double(size) / probability)
      )
      test.add(
        "main.f\(line)@/src/app/\(line).go:\(line + 1) < main.main@/src/app/main.go:1",
        values: [objects, bytes, objects, bytes], size: size)
    }
    var profile = test.sampled(every: Self.period)
    var mapping = Mapping(id: 1, start: 0x1000, limit: 0x2000)
    mapping.file = profile.strings.intern("/bin/shop")
    mapping.buildID = profile.strings.intern(buildID)
    profile.mappings = [mapping]
    return profile
  }

  private func usual(_ load: Double = 1) -> [Double] {
    Self.lines.map { size, sampled in
      (load * sampled / (1 - exp(-Double(size) / Double(Self.period)))).rounded()
    }
  }

  private func fleet(_ profiles: [Profile], _ unit: FleetUnit = .line) -> Fleet {
    var census = FleetCensus(unit, sampleType: "inuse_space")
    for (number, profile) in profiles.enumerated() {
      let column = profile.column(named: "inuse_space") ?? 0
      let explained = ExplainedSamples(
        profile, column: column, ownership: Ownership(profile), options: HotspotOptions())
      let isAdded = census.add(
        profile, column: column, explained, file: "pod-\(number).pb.gz", origin: ProfileOrigin(),
        timeNanoseconds: nil)
      #expect(isAdded)
    }
    return Fleet(census)
  }

  enum Differences: Sendable {
    case factors, amounts
  }

  /// How much more, or less, one process does than another.
  private func factor(
    _ deviation: Double, _ random: inout SeededGenerator, _ differences: Differences = .factors
  ) -> Double {
    let chance = deviation * normal(&random)
    return differences == .factors ? exp(chance) : max(0, 1 + chance)
  }

  @Test(
    "at most one in twenty fleets of equal processes has an outlier, with equal or unequal load",
    arguments: [
      (6, 0.0, 0.0, Differences.factors), (12, 0, 0, .factors), (6, 0.3, 0.1, .factors),
      (12, 0.3, 0.2, .factors), (30, 0.2, 0.4, .factors), (8, 0.3, 0.1, .amounts),
      (12, 0.2, 0.4, .amounts),
    ])
  func falseOutliers(count: Int, load: Double, own: Double, differences: Differences) {
    var random = SeededGenerator(seed: UInt64(count) * 31 + UInt64(load * 10) + UInt64(own * 100))
    let fleetCount = count > 20 ? 40 : 80
    var alarms = 0
    for _ in 0..<fleetCount {
      let profiles = (0..<count).map { _ in
        let all = factor(load, &random, differences)
        let blocks = usual(all).map { ($0 * factor(own, &random, differences)).rounded() }
        return process(blocks, &random)
      }
      let fleet = fleet(profiles)
      #expect(fleet.builds.count == 1 && fleet.builds[0].unjudged == nil)
      if !fleet.builds[0].outliers.isEmpty || fleet.rows.contains(where: { !$0.outliers.isEmpty }) {
        alarms += 1
      }
    }
    // 95 of 100 times no more than this with a probability of one in twenty.
    #expect(alarms <= (fleetCount == 40 ? 5 : 8), "\(alarms) of \(fleetCount)")
  }

  @Test("the suspect of a fleet is the process that leaks on one line, and no other")
  func leak() throws {
    var missed = 0
    for seed in 0..<20 {
      var random = SeededGenerator(seed: UInt64(seed))
      var profiles = (0..<11).map { _ in process(usual(factor(0.1, &random)), &random) }
      var leaking = usual()
      // Line 7 holds some 16 MB in a usual process.
      leaking[7] *= 6
      profiles.insert(process(leaking, &random), at: 3)
      let fleet = fleet(profiles)
      guard let suspect = fleet.suspects.first else {
        missed += 1
        continue
      }
      #expect(fleet.suspects.count == 1)
      #expect(fleet.processes[suspect.process].name == "pod-3.pb.gz")
      let (row, outlier) = try #require(suspect.rows.first)
      #expect(fleet.rows[row].row.function == "main.f7" && fleet.rows[row].row.line == 8)
      #expect(outlier.value - fleet.rows[row].spread.median == outlier.excess)
      #expect(fleet.processes[fleet.rows[row].largest].name == "pod-3.pb.gz")
      // In the order of what is beyond the median, it comes first.
      #expect(row == 0)
    }
    // By chance the other processes sometimes differ so much that six times as much is no outlier.
    #expect(missed <= 1)
  }

  @Test("several processes of a fleet that leak by different factors do not hide one another")
  func leaks() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<10 {
      let factors = [20.0, 10, 8] + Array(repeating: 1, count: 17)
      let profiles = factors.map { factor in
        var blocks = usual(self.factor(0.1, &random))
        blocks[7] *= factor
        return process(blocks, &random)
      }
      let fleet = fleet(profiles)
      #expect(Set(fleet.suspects.map(\.process)) == [0, 1, 2])
      let row = fleet.rows.first { $0.row.function == "main.f7" }
      #expect(row.map { Set($0.outliers.map(\.process)) } == [0, 1, 2])
    }
  }

  @Test("a line that only one process has is an outlier unless sampling explains it")
  func onlyOne() {
    for (blocks, isOutlier) in [(1.0, false), (2, false), (40, true)] {
      var random = SeededGenerator(seed: 3)
      var profiles = (0..<8).map { _ in
        var usual = usual()
        usual[13] = 0
        return process(usual, &random)
      }
      var odd = usual()
      odd[13] = blocks
      profiles[2] = process(odd, &random)
      let fleet = fleet(profiles)
      let outliers = fleet.rows.filter { $0.row.function == "main.f13" }.flatMap(\.outliers)
      #expect(outliers.map(\.process) == (isOutlier ? [2] : []), "\(blocks) blocks")
    }
  }

  @Test("processes are compared within their build, and a build with few processes is not judged")
  func builds() throws {
    var random = SeededGenerator(seed: 7)
    var profiles = (0..<8).map { _ in process(usual(), &random) }
    // The new version takes three times as much: that is no outlier.
    profiles += (0..<6).map { _ in process(usual(3), buildID: "b2", &random) }
    // That one of five has 30 times as much is shown, but whether it is unusual is unknown.
    profiles += (0..<5).map { process(usual($0 == 1 ? 30 : 1), buildID: "b3", &random) }
    let fleet = fleet(profiles)
    #expect(fleet.builds.map(\.buildID) == ["b1", "b2", "b3"])
    #expect(fleet.builds.map(\.processes.count) == [8, 6, 5])
    #expect(fleet.builds.map(\.unjudged) == [nil, nil, .fewProcesses])
    #expect(fleet.suspects.isEmpty)
    let medians = fleet.builds.map { Double($0.total.median) }
    #expect((2.5...3.5).contains(medians[1] / medians[0]))
  }

  @Test("a fleet row's figures include processes that have none of it")
  func spread() throws {
    func profile(_ bytes: Int64) -> Profile {
      StackProfile.inBytes(["main.f@/src/app/a.go:1 < main.main@/src/app/main.go:1": bytes])
    }
    let empty = StackProfile.inBytes(["main.g@/src/app/a.go:9 < main.main@/src/app/main.go:1": 7])
    let fleet = fleet(
      [profile(10), profile(20), empty, profile(40), profile(30), profile(10), profile(30)])
    let row = try #require(fleet.rows.first { $0.row.function == "main.f" })
    #expect(row.spread.lowest == 0 && row.spread.lowerQuartile == 10 && row.spread.median == 20)
    #expect(row.spread.upperQuartile == 30 && row.spread.highest == 40)
    #expect(row.processCount == 6 && fleet.processes[row.largest].name == "pod-3.pb.gz")
    // Their sampling is unknown.
    #expect(fleet.builds.map(\.unjudged) == [.unknownSampling])
    #expect(fleet.rows.allSatisfy { $0.outliers.isEmpty })
  }

  @Test(
    "the latest of several profiles of one pod counts, and a profile with pod labels is several processes"
  )
  func pods() {
    var census = FleetCensus(.line, sampleType: "inuse_space")
    func add(_ profile: Profile, pod: String?, time: Int64) {
      var origin = ProfileOrigin()
      origin[.pod] = pod
      let explained = ExplainedSamples(
        profile, column: 0, ownership: Ownership(profile), options: HotspotOptions())
      let isAdded = census.add(
        profile, column: 0, explained, file: "x", origin: origin, timeNanoseconds: time)
      #expect(isAdded)
    }
    let stack = "main.f@/src/app/a.go:1 < main.main@/src/app/main.go:1"
    add(StackProfile.inBytes([stack: 1]), pod: "a", time: 2)
    add(StackProfile.inBytes([stack: 2]), pod: "b", time: 1)
    add(StackProfile.inBytes([stack: 4]), pod: "a", time: 3)
    add(StackProfile.inBytes([stack: 8]), pod: "a", time: 1)
    var merged = StackProfile()
    merged.add(stack, [16], texts: ["pod": "c"])
    merged.add(stack, [32], texts: ["pod": "d"])
    merged.add(stack, [64], texts: ["pod": "c"])
    add(merged.profile, pod: nil, time: 5)
    #expect(census.processes.map(\.name) == ["a", "b", "c", "d"])
    #expect(census.processes.map(\.value) == [4, 2, 80, 32])
    #expect(census.earlier == 2)
  }
}
