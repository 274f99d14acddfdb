import Foundations
import Glibc
import LogText
import Metrics
import ProfileCodec
import ProfileFetch

/// The pages of a followed program that give its number of goroutines and how often it collects
/// garbage. Which of them it serves is found out once; then one page is fetched per snapshot, in
/// turn.
struct VitalsPages {
  private enum Page: CaseIterable {
    case metrics, index, variables, text
  }

  private let session: Session
  private let url: ProfileURL
  private let options: FetchOptions
  private let began = ContinuousClock.now

  /// The series that each page is fetched for; nil until it is known which pages the program
  /// serves.
  private var pages: [(page: Page, told: Set<KnownSeries>)]?
  private var turn = 0

  /// They are optional: nobody waits long for them, and a profile as text may be large.
  private static let mostSeconds = 2.0
  private static let mostBytes = 4 << 20

  /// - Parameter every: seconds from one snapshot to the next.
  /// - Returns: nil unless `net/http/pprof` serves the profile, beside such pages.
  init?(_ session: Session, _ url: ProfileURL, _ options: FetchOptions, every: Double) {
    guard url.path.hasSuffix(ProfileURL.heapPath) else { return nil }
    self.session = session
    self.url = url
    var options = options
    options.timeoutSeconds = min(
      options.timeoutSeconds ?? 60, max(0.2, min(Self.mostSeconds, every / 2)))
    options.sizeLimit = min(options.sizeLimit, Self.mostBytes)
    self.options = options
  }

  /// Another process answers, which may run another version of the program.
  mutating func forget() { (pages, turn) = (nil, 0) }

  /// Reads the page whose turn it is. What cannot be read is left out without a message.
  mutating func read(into vitals: inout ProcessVitals, _ signals: SignalWatch?) {
    func take(_ moment: Moment?, _ told: Set<KnownSeries>) {
      vitals.add(
        moment, told: told, seconds: (ContinuousClock.now - began) / .seconds(1),
        asksForCollections: url.value(of: "gc") != nil)
    }
    if let pages {
      if pages.isEmpty { return }
      let (page, told) = pages[turn % pages.count]
      turn += 1
      return take(moment(page, signals), told)
    }
    var missing = Set(ProcessVitals.series)
    var found: [(Page, Set<KnownSeries>)] = []
    for page in Page.allCases where !missing.isEmpty && signals?.ending == nil {
      guard let moment = moment(page, signals) else { continue }
      let told = missing.filter { moment[$0] != nil }
      if told.isEmpty { continue }
      found.append((page, told))
      missing.subtract(told)
      take(moment, told)
    }
    pages = found
  }

  private func moment(_ page: Page, _ signals: SignalWatch?) -> Moment? {
    let folder = String(url.path.dropLast("heap".count))
    let target: ProfileURL
    switch page {
    // A profile below another folder comes through a proxy, and these would be the proxy's own
    // metrics.
    case .metrics where url.path == ProfileURL.heapPath: target = url.beside("/metrics")
    case .variables where url.path == ProfileURL.heapPath: target = url.beside("/debug/vars")
    case .metrics, .variables: return nil
    case .index: target = url.beside(folder)
    case .text: target = url.beside(url.path, "debug=1")
    }
    guard let path = try? session.served([target], options, signals)[0] else { return nil }
    defer { unlink(path) }
    if page == .metrics {
      return session.servedMetrics(target, path)?.moments.last
    }
    guard let bytes = try? readFile(path, limit: Self.mostBytes) else { return nil }
    switch page {
    case .metrics: return nil
    case .index: return Self.goroutines(index: bytes).map { Moment([.goroutines: $0]) }
    case .variables: return Moment(variables: bytes)
    case .text:
      return (try? readProfile(from: ArraySource(bytes)))?.memoryStatistics.map { Moment($0) }
    }
  }

  /// The number before the link to the goroutines on the page at `/debug/pprof/`:
  /// `<td>12</td><td><a href='goroutine?debug=1'>goroutine</a></td>`.
  static func goroutines(index bytes: [UInt8]) -> Double? {
    guard let link = bytes[...].position(of: "goroutine?debug=1") else { return nil }
    let before = bytes[max(0, link - 64)..<link]
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let last = before.lastIndex(where: digits.contains) else { return nil }
    let first = before[..<last].lastIndex { !digits.contains($0) } ?? before.startIndex
    // There are only cells between the number and the link.
    guard bytes[first] == UInt8(ascii: ">"), bytes[last + 1] == UInt8(ascii: "<") else {
      return nil
    }
    return Double(String(decoding: bytes[(first + 1)...last], as: UTF8.self))
  }
}
