import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import Metrics
import ProfileModel
import Reports
import Testing

@Suite("The display of watch")
struct WatchReportTests {
  /// Snapshots ten seconds apart, in each of which every line holds so many bytes more.
  private func report(lines: Int, snapshots: Int, step: Int64) -> WatchReport {
    var growth = Growth()
    for snapshot in 0..<Int64(snapshots) {
      var profile = Profile()
      profile.samples = SampleTable(typeCount: 2)
      profile.sampleTypes = [("inuse_objects", "count"), ("inuse_space", "bytes")].map {
        SampleType(name: profile.strings.intern($0), unit: profile.strings.intern($1))
      }
      for line in 0..<Int64(lines) {
        let name = profile.strings.intern("main.(*store).keepForLongerThanNeeded\(line)\u{1b}[31m")
        let function = profile.functions.append(
          id: UInt64(line + 1), name: name, systemName: name,
          file: profile.strings.intern("/src/app/store/store.go"), startLine: 0)
        let location = profile.locations.append(
          id: UInt64(line + 1), mapping: .none, address: 0,
          lines: [SourceLine(function: function, line: line + 1)])
        let value = 1000 + snapshot * step * (line + 1)
        profile.samples.append(stack: [location], values: [value / 10, value], labels: [])
      }
      profile.timeNanoseconds = (1_000_000 + 10 * snapshot) * 1_000_000_000
      _ = growth.add(profile, now: 0)
    }
    return WatchReport(growth, url: "http://h/x", folder: "f", everySeconds: 10, rowCount: 15)
  }

  private func style(width: Int) -> TextStyle {
    TextStyle(usesColor: false, width: width, isTerminal: true)
  }

  @Test("the display of watch fits the terminal, whatever its size")
  func fits() {
    let report = report(lines: 30, snapshots: 60, step: 500)
    for height in 1...40 {
      for width in [10, 40, 80, 200] {
        let lines = report.screen(style(width: width), height: height, footer: "Ctrl-C ends")
        #expect(lines.count == height)
        #expect(lines.last == "Ctrl-C ends" || width < 12)
        for line in lines { #expect(!line.contains("\n") && !line.contains("\u{1b}")) }
      }
    }
    let lines = report.screen(style(width: 100), height: 24, footer: "end")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(lines.filter { $0.contains("store/store.go:") }.count == 15)
  }

  @Test("watch never cuts a file and its line: the module's path goes first, then columns")
  func places() throws {
    let module = "git.corp.example/platform/commerce/checkout-service/internal/transport/httpapi"
    var growth = Growth()
    for snapshot in 0..<5 as Range<Int64> {
      var test = StackProfile(types: ["inuse_objects/count", "inuse_space/bytes"])
      for line in [4, 42, 421] as [Int64] {
        let value = 1000 + snapshot * line * 4096
        test.add("\(module).(*API).Checkout@/src/httpapi/api.go:\(line)", [value / 10, value])
      }
      var profile = test.profile
      profile.timeNanoseconds = (1000 + snapshot) * 1_000_000_000
      _ = growth.add(profile, now: 0)
    }
    let report = WatchReport(growth, url: "u", folder: "f", everySeconds: 1, rowCount: 0)
    for width in [34, 40, 50, 60, 80, 90, 120, 200] {
      let lines = report.screen(style(width: width), height: 20, footer: "")
      for place in ["httpapi/api.go:4", "httpapi/api.go:42", "httpapi/api.go:421"] {
        let line = try #require(
          lines.first { $0.hasSuffix(place) || $0.contains(place + " ") }, "\(width): \(lines)")
        #expect(line.count <= width, "\(width): \(line)")
      }
      if width >= 60 {
        #expect(lines.filter { $0.contains("(*API).Checkout") }.count == 3, "\(lines)")
      }
    }
    #expect(
      report.screen(style(width: 200), height: 20, footer: "").contains {
        $0.contains(module + ".(*API).Checkout")
      })
  }

  @Test("watch says that the program was restarted")
  func restarted() {
    var growth = Growth()
    for (index, allocated) in [9000, 9100, 50, 60].enumerated() {
      var test = StackProfile(types: ["alloc_space/bytes", "inuse_space/bytes"])
      test.add("main.f@/src/f.go:1", [Int64(allocated), 40])
      var profile = test.profile
      profile.timeNanoseconds = Int64(1000 + 10 * index) * 1_000_000_000
      #expect(growth.add(profile, now: 0) == (index == 2 ? .restarted : .added))
    }
    let report = WatchReport(growth, url: "u", folder: "f", everySeconds: 10, rowCount: 0)
    let lines = report.screen(style(width: 100), height: 10, footer: "")
    #expect(lines[0] == "WATCH  u  2 snapshots in 10s since it restarted, every 10s")
  }

  @Test("watch prints growth in total and per second, in bytes and objects")
  func figures() {
    let report = report(lines: 2, snapshots: 4, step: 1024)
    // Line 2 grows by 2,048 bytes each time, line 1 by half of it.
    let lines = report.screen(style(width: 120), height: 12, footer: "")
    #expect(lines[0] == "WATCH  http://h/x  4 snapshots in 30s, every 10s")
    #expect(lines[1].contains("10.95kB  +9kB (+460.8%), +307B/s"), "\(lines[1])")
    #expect(lines[2].contains("1,121  +921, +30.70/s"), "\(lines[2])")
    #expect(
      lines[5].hasPrefix("6.98kB    +6kB  +204B/s     +614  +20.47/s     leak  ▁▃▅█"), "\(lines[5])"
    )
    #expect(
      lines[5].hasSuffix("store/store.go:2  (*store).keepForLongerThanNeeded1\\x1b[31m"),
      "\(lines[5])")
    #expect(
      report.line().contains(
        "  inuse_space 10.95kB  +9kB (+460.8%) in 30s, +307B/s  objects 1,121 +921  most: +6kB main."
      ),
      "\(report.line())")
  }

  @Test("the summary of watch names the lines that leak, by the rules of trend")
  func leaks() {
    let report = report(lines: 2, snapshots: 4, step: 1024)
    let text = String(
      decoding: report.summary(style(width: 120), advice: ["heapscope trend f"]).bytes,
      as: UTF8.self)
    let leaks = text.components(separatedBy: "\nLEAKS\n").last?.split(separator: "\n") ?? []
    #expect(leaks.count == 4, "\(text)")
    #expect(leaks[0].hasSuffix("store/store.go:2 grows by 205B/s (+205B/s to +205B/s)"), "\(text)")
    #expect(leaks[1].contains("store/store.go:1 grows by 102B/s"))
    let still = self.report(lines: 2, snapshots: 4, step: 0).summary(style(width: 120), advice: [])
    #expect(!String(decoding: still.bytes, as: UTF8.self).contains("LEAKS"))
  }

  @Test("keys sort the table of watch and show allocated bytes; a cut table says so")
  func keys() throws {
    func growth(_ type: String) -> Growth {
      var growth = Growth(sampleType: type, givesVerdicts: type != "alloc_space")
      for snapshot in 0..<3 as Range<Int64> {
        var test = StackProfile(types: ["alloc_space/bytes", "inuse_space/bytes"])
        test.add("main.keep@/src/app/keep.go:9", [4096 * snapshot + 4096, 1024 * snapshot])
        test.add("main.large@/src/app/big.go:5", [50_000, 50_000])
        test.add("main.churn@/src/app/churn.go:7", [1 << (20 + snapshot), 0])
        var profile = test.profile
        profile.timeNanoseconds = (1000 + 2 * snapshot) * 1_000_000_000
        #expect(growth.add(profile, now: 0) == .added)
      }
      return growth
    }
    var report = WatchReport(growth(""), url: "u", folder: "f", everySeconds: 2, rowCount: 0)
    func places(height: Int = 20) -> [String] {
      report.screen(style(width: 100), height: height, footer: "").compactMap { line in
        line.split(separator: " ").first { $0.hasPrefix("app/") }.map(String.init)
      }
    }
    #expect(places() == ["app/keep.go:9"])
    #expect(report.keys == "q quit · s sort: growth")
    report.press("t")
    #expect(places() == ["app/keep.go:9"], "there is nothing else to show")
    report.press("s")
    #expect(places() == ["app/big.go:5", "app/keep.go:9"])
    report.press("s")
    #expect(report.keys == "q quit · s sort: place")
    #expect(places() == ["app/big.go:5", "app/keep.go:9"])
    report.press("s")
    report.allocations = growth("alloc_space")
    report.press("T")
    #expect(places() == ["app/keep.go:9"], "other keys do nothing")
    report.press("t")
    #expect(report.keys == "q quit · s sort: growth · t live")
    #expect(places() == ["app/churn.go:7", "app/keep.go:9"])
    let head = report.screen(style(width: 100), height: 20, footer: "")
    // From 2 MB to 4 MB within two seconds, and 4,096 bytes.
    let allocated = head.first { $0.hasPrefix("allocated") }
    #expect(
      allocated?.hasPrefix("allocated           +1MB/s  +3.01MB since") ?? false,
      "\(allocated ?? "")")
    report.press("s")
    #expect(places() == ["app/churn.go:7", "app/big.go:5", "app/keep.go:9"])
    let low = report.screen(style(width: 100), height: 9, footer: "")
    #expect(low.contains("and 2 more lines"), "\(low)")
    // What a key showed last is not what the summary is of.
    let summary = String(
      decoding: report.summary(style(width: 100), advice: []).bytes, as: UTF8.self)
    #expect(summary.contains("keep.go:9") && !summary.contains("churn.go"), "\(summary)")
  }

  @Test("the head of watch has goroutines and collections where they are known")
  func vitals() throws {
    var report = report(lines: 1, snapshots: 3, step: 1024)
    func head(_ name: String) -> String? {
      report.screen(style(width: 80), height: 12, footer: "").first { $0.hasPrefix(name) }
    }
    #expect(head("goroutines") == nil && head("GC") == nil)
    #expect(!report.line().contains("goroutines"))
    for seconds in [0, 10] as [Double] {
      report.vitals.add(
        Moment([.collections: seconds * 0.3]), told: [.collections], seconds: seconds)
    }
    #expect(head("GC")?.hasPrefix("GC                   0.3/s ") == true)
    for count in [22, 1522] as [Double] {
      report.vitals.add(Moment([.goroutines: count]), told: [.goroutines], seconds: 0)
    }
    let line = try #require(head("goroutines"))
    #expect(line.hasPrefix("goroutines           1,522  +1,500 since the start, GC 0.3/s "))
    #expect(line.hasSuffix("  ▁█"))
    #expect(line.count <= 80)
    #expect(report.line().contains("  goroutines 1,522  GC 0.3/s  most: "), "\(report.line())")
    report.vitals.add(Moment([.collections: 4]), told: [.collections], seconds: 70)
    #expect(report.line().contains("  GC 1.0/min  "), "\(report.line())")
  }

  @Test("watch prints a slow leak per hour")
  func slow() {
    let report = report(lines: 1, snapshots: 3, step: 2)
    #expect(report.line().contains("+4B (+0.4%) in 20s, +720B/h"), "\(report.line())")
  }

  @Test("watch says that nothing grows, and what a single snapshot cannot tell")
  func nothing() {
    func screen(_ snapshots: Int) -> String {
      report(lines: 1, snapshots: snapshots, step: 0)
        .screen(style(width: 80), height: 10, footer: "").joined(separator: "\n")
    }
    #expect(screen(0).contains("waiting for the first snapshot"))
    #expect(screen(1).contains("known from the second snapshot on"))
    #expect(screen(2).contains("nothing has grown since the start"))
  }
}
