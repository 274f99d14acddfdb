import Foundation
import HeapscopeTestSupport
import Metrics
import Testing

@Suite("Signals of metrics")
struct SignalTests {
  private static let mega = 1024.0 * 1024

  @Test(
    "goroutines that rise while CPU time does not make the signal fire, from when the rise began")
  func leak() throws {
    let process = try #require(
      processes(
        minutes(12) {
          [
            "go_goroutines": $0 < 4 ? 100 + $0 : 100 + 50 * ($0 - 3), "go_threads": 11,
            "process_cpu_seconds_total": 6 * $0,
          ]
        }
      ).first)
    let finding = process.finding(.goroutinesRise)
    #expect(finding.verdict == .fires)
    #expect(finding.now == 500)
    #expect(finding.onset == 3)
    #expect(finding.contexts.contains(.threads(11, 11)))
    #expect(process.finding(.threadsRise).verdict == .quiet)
  }

  @Test("goroutines that rise with the work are load, not a signal")
  func load() throws {
    let process = try #require(
      processes(
        minutes(12) {
          ["go_goroutines": 100 + 50 * $0, "process_cpu_seconds_total": 6 * $0 + 3 * $0 * $0]
        }
      ).first)
    let finding = process.finding(.goroutinesRise)
    #expect(finding.verdict == .quiet)
    #expect(finding.contexts.contains(.load))
  }

  @Test("with fewer than five moments the trend of a signal is unknown", arguments: 1...4)
  func few(count: Int) throws {
    let process = try #require(
      processes(minutes(count) { ["go_goroutines": 100 + 1000 * $0, "go_threads": 5] }).first)
    #expect(
      process.finding(.goroutinesRise).verdict == .unknown(.moments(have: count, need: 5)))
    #expect(process.finding(.filesRise).verdict == .unknown(.missing([.openFiles])))
  }

  @Test(
    "noise, falling and constant values of a signal are no rise", arguments: 0..<20 as Range<UInt64>
  )
  func quiet(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for shape in 0..<3 {
      let values = (0..<30).map { index -> Double in
        switch shape {
        case 0: 200 + Double.random(in: 0..<20, using: &random)
        case 1: 2000 - 50 * Double(index) + Double.random(in: 0..<20, using: &random)
        default: 300
        }
      }
      let process = try #require(
        processes(minutes(30) { ["go_goroutines": values[Int($0)]] }).first)
      #expect(process.finding(.goroutinesRise).verdict == .quiet)
    }
  }

  @Test("a live heap that grows across collections fires; between two collections it is unknown")
  func liveHeap() throws {
    func process(collections: Double) throws -> ProcessMetrics {
      try #require(
        processes(
          minutes(10) {
            [
              "go_memstats_heap_alloc_bytes": (60 + 10 * $0) * Self.mega,
              "go_memstats_next_gc_bytes": (100 + 20 * $0) * Self.mega,
              "go_gc_duration_seconds_count": 5 + collections * $0,
            ]
          }
        ).first)
    }
    let grown = try process(collections: 2).finding(.liveHeapGrows)
    #expect(grown.verdict == .fires)
    // Half of the goal, at GOGC=100.
    #expect(grown.before == 55 * Self.mega)
    #expect(grown.now == 140 * Self.mega)
    #expect(grown.contexts.contains(.estimated(percent: 100, isAssumed: true)))
    #expect(
      try process(collections: 0).finding(.liveHeapGrows).verdict
        == .unknown(.collections(have: 0, need: 3)))
  }

  @Test("a heap that rises and falls between collections does not count as growth")
  func sawtooth() throws {
    let process = try #require(
      processes(
        minutes(30) {
          let phase = $0.truncatingRemainder(dividingBy: 7)
          return [
            "go_memstats_heap_alloc_bytes": (50 + 6 * phase) * Self.mega,
            "go_memstats_next_gc_bytes": 100 * Self.mega, "go_gc_duration_seconds_count": $0,
          ]
        }
      ).first)
    #expect(process.finding(.liveHeapGrows).verdict == .quiet)
  }

  /// A process whose runtime has 100 MB for the heap.
  private static func account(
    idle: Double, released: Double, resident: Double
  ) -> KeyValuePairs<String, Double> {
    [
      "go_memstats_heap_alloc_bytes": 80 * mega, "go_memstats_heap_inuse_bytes": 100 * mega,
      "go_memstats_heap_idle_bytes": idle * mega,
      "go_memstats_heap_released_bytes": released * mega, "go_memstats_stack_sys_bytes": 5 * mega,
      "go_memstats_mspan_sys_bytes": mega, "go_memstats_mcache_sys_bytes": mega,
      "go_memstats_buck_hash_sys_bytes": mega, "go_memstats_gc_sys_bytes": mega,
      "go_memstats_other_sys_bytes": mega,
      "go_memstats_sys_bytes": (110 + idle) * mega, "go_memstats_next_gc_bytes": 100 * mega,
      "process_resident_memory_bytes": resident * mega,
    ]
  }

  @Test("the parts of the memory account add up to the resident memory")
  func accountAddsUp() throws {
    let process = try #require(
      processes([(scrape(Self.account(idle: 60, released: 40, resident: 150)), nil)]).first)
    let account = process.account
    let mega = Int64(Self.mega)
    #expect(account.live == 50 * mega && account.garbage == 30 * mega)
    #expect(account.fragments == 20 * mega && account.idle == 20 * mega)
    #expect(account.stacks == 5 * mega && account.runtime == 5 * mega)
    #expect(account.held == 130 * mega && account.released == 40 * mega)
    #expect(account.unexplained == 20 * mega)
    let parts = [
      account.live, account.garbage, account.fragments, account.idle, account.stacks,
      account.runtime, account.unexplained,
    ]
    #expect(parts.compactMap(\.self).reduce(0, +) == account.resident)
  }

  @Test("runtime/metrics names give the same memory account as the old names")
  func newNames() throws {
    let mega = Self.mega
    let new = scrape([
      "go_memory_classes_heap_objects_bytes": 80 * mega,
      "go_memory_classes_heap_unused_bytes": 20 * mega,
      "go_memory_classes_heap_free_bytes": 20 * mega,
      "go_memory_classes_heap_released_bytes": 40 * mega,
      "go_memory_classes_heap_stacks_bytes": 4 * mega, "go_memory_classes_os_stacks_bytes": mega,
      "go_memory_classes_metadata_mspan_inuse_bytes": 0.5 * mega,
      "go_memory_classes_metadata_mspan_free_bytes": 0.5 * mega,
      "go_memory_classes_metadata_mcache_inuse_bytes": mega,
      "go_memory_classes_metadata_mcache_free_bytes": 0,
      "go_memory_classes_profiling_buckets_bytes": mega,
      "go_memory_classes_metadata_other_bytes": mega, "go_memory_classes_other_bytes": mega,
      "go_memory_classes_total_bytes": 170 * mega, "go_gc_heap_live_bytes": 50 * mega,
      "process_resident_memory_bytes": 150 * mega,
    ])
    let old = scrape(Self.account(idle: 60, released: 40, resident: 150))
    var accounts = try [old, new].map { try #require(processes([($0, nil)]).first).account }
    #expect(accounts.map(\.liveIsEstimate) == [true, false])
    accounts[0].liveIsEstimate = false
    #expect(accounts[0] == accounts[1])
  }

  @Test("the memory account separates idle memory from memory that is not Go's")
  func residentParts() throws {
    let kept = try #require(
      processes([(scrape(Self.account(idle: 300, released: 20, resident: 400)), nil)]).first)
    #expect(kept.finding(.idleMemory).verdict == .fires)
    #expect(kept.finding(.idleMemory).now == 280 * Self.mega)
    #expect(kept.finding(.outsideMemory).verdict == .quiet)
    let foreign = try #require(
      processes([(scrape(Self.account(idle: 20, released: 20, resident: 400)), nil)]).first)
    #expect(foreign.finding(.idleMemory).verdict == .quiet)
    #expect(foreign.finding(.outsideMemory).verdict == .fires)
    #expect(foreign.finding(.outsideMemory).now == 290 * Self.mega)
  }

  @Test("the collector's share of CPU excludes its idle time")
  func collectorShare() throws {
    let process = try #require(
      processes(
        minutes(6) {
          [
            "go_cpu_classes_gc_total_cpu_seconds_total": 40 * $0,
            "go_cpu_classes_gc_mark_idle_cpu_seconds_total": 10 * $0,
            "go_cpu_classes_total_cpu_seconds_total": 240 * $0,
            "go_cpu_classes_idle_cpu_seconds_total": 180 * $0,
          ]
        }
      ).first)
    let finding = process.finding(.collectorShare)
    #expect(finding.verdict == .fires)
    #expect(abs((finding.now ?? 0) - 0.5) < 1e-9)
    #expect(finding.onset == 1)
  }

  @Test("collections, allocation and limits fire at their thresholds")
  func thresholds() throws {
    let process = try #require(
      processes(
        minutes(12) {
          [
            "go_gc_duration_seconds_count": 180 * $0,
            "go_memstats_alloc_bytes_total": $0 < 8 ? 60e6 * $0 : 420e6 + 1800e6 * ($0 - 7),
            "go_gc_gomemlimit_bytes": 200e6, "go_memstats_sys_bytes": 195e6,
            "go_memstats_heap_released_bytes": 5e6, "process_open_fds": 30 + 80 * $0,
            "process_max_fds": 1000,
          ]
        }
      ).first)
    #expect(process.finding(.collectionsOften).verdict == .fires)
    #expect(process.finding(.collectionsOften).now == 3)
    #expect(process.finding(.allocationJump).verdict == .fires)
    #expect(process.finding(.allocationJump).onset == 8)
    #expect(process.finding(.allocationJump).now == 30e6)
    #expect(process.finding(.memoryLimit).verdict == .fires)
    #expect(process.finding(.filesRise).verdict == .fires)
    #expect(process.finding(.filesLimit).verdict == .fires)
    #expect(process.finding(.filesLimit).onset == 10)
    #expect(process.finding(.containerLimit).verdict == .unknown(.missing([.containerWorkingSet])))
  }

  @Test("without a memory limit, the signal about the limit does not fire")
  func noLimit() throws {
    let process = try #require(
      processes([
        (
          scrape([
            "go_gc_gomemlimit_bytes": 9.223372036854776e+18, "go_memstats_sys_bytes": 195e6,
            "go_memstats_heap_released_bytes": 5e6,
          ]), nil
        )
      ]).first)
    #expect(process.finding(.memoryLimit).verdict == .unknown(.limit))
  }

  @Test("rates of signals are unknown when times are")
  func noTimes() throws {
    let files = minutes(8) {
      ["go_gc_duration_seconds_count": 180 * $0, "go_goroutines": 100 + 100 * $0]
    }.map { ($0.text, Double?.none) }
    let process = try #require(processes(files).first)
    #expect(process.finding(.collectionsOften).verdict == .unknown(.times))
    // A trend needs the order alone.
    #expect(process.finding(.goroutinesRise).verdict == .fires)
  }

  @Test("signals describe only the last run")
  func lastRun() throws {
    let process = try #require(
      processes(
        minutes(20) {
          [
            "go_goroutines": $0 < 10 ? 100 + 100 * $0 : 100,
            "process_start_time_seconds": $0 < 10 ? 1e9 : 1.6e9,
          ]
        }
      ).first)
    #expect(process.runStarts == [0, 10])
    #expect(process.finding(.goroutinesRise).verdict == .quiet)
  }

  @Test("docs/alerts.yml is what metrics prints, with a rule for each signal")
  func alerts() throws {
    #expect(try Repository.text("docs/alerts.yml") == Signal.alertsFile(of: Signal.allCases))
    let names = Signal.allCases.map(\.alert.name)
    #expect(Set(names).count == names.count)
  }
}
