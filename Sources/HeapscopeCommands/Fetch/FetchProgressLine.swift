import Foundations
import ProfileFetch
import ProfileModel
import Reports

/// Says on the terminal how far fetching has come, once it takes over a second.
struct FetchProgressLine {
  private let name: String

  /// Over how many seconds the program measures.
  private let seconds: Int
  private let show: ((String) -> Void)?
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  /// - Parameter show: takes text for the terminal as it is.
  init(_ urls: [ProfileURL], _ show: ((String) -> Void)?) {
    name = urls.count == 1 ? urls[0].shown : "\(urls.count) profiles"
    seconds = urls.map(\.seconds).max() ?? 0
    self.show = show
  }

  mutating func show(_ progress: [FetchProgress]) {
    let now = ContinuousClock.now
    guard let show, now - start > .seconds(1),
      lastShown.map({ now - $0 > .milliseconds(200) }) ?? true
    else { return }
    lastShown = now
    let received = progress.reduce(0) { $0 + $1.received }
    var part: String
    if received == 0 {
      part = "waiting, \((now - start).components.seconds) s"
      if seconds > 0 { part += " of \(seconds)" }
    } else {
      part = Self.size(received)
      let sizes = progress.compactMap(\.expected)
      if sizes.count == progress.count {
        part += " of " + Self.size(sizes.reduce(0, saturatingSum))
      }
    }
    let shownName = String(decoding: safeName(name.utf8), as: UTF8.self)
    show("\r\u{1b}[Kheapscope: fetching \(shownName): \(part)")
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 10 << 20 ? "\(bytes >> 10) kB" : "\(bytes >> 20) MB"
  }

  /// Takes the line off the terminal.
  mutating func remove() {
    if lastShown != nil { show?("\r\u{1b}[K") }
    lastShown = nil
  }
}
