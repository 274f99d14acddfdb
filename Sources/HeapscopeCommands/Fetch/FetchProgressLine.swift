import Foundations
import ProfileFetch
import ProfileModel
import Reports

/// Shows the progress of fetching on the terminal.
struct FetchProgressLine {
  private let name: String

  /// For how many seconds the program measures.
  private let seconds: Int
  private let line: ProgressLine?

  /// - Parameter show: writes text to the terminal unchanged.
  init(_ urls: [ProfileURL], _ show: ((String) -> Void)?) {
    name = urls.count == 1 ? urls[0].shown : "\(urls.count) profiles"
    seconds = urls.map(\.seconds).max() ?? 0
    line = show.map { ProgressLine($0) }
  }

  func show(_ progress: [FetchProgress]) {
    guard let line else { return }
    line.update {
      let received = progress.reduce(0) { $0 + $1.received }
      var part: String
      if received == 0 {
        part = "waiting, \(line.elapsed.components.seconds) s"
        if seconds > 0 { part += " of \(seconds)" }
      } else {
        part = Self.size(received)
        let sizes = progress.compactMap(\.expected)
        if sizes.count == progress.count {
          part += " of " + Self.size(sizes.reduce(0, saturatingSum))
        }
      }
      return "fetching \(String(decoding: safeName(name.utf8), as: UTF8.self)): \(part)"
    }
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 10 << 20 ? "\(bytes >> 10) kB" : "\(bytes >> 20) MB"
  }

  /// Removes the line from the terminal.
  func remove() { line?.remove() }
}
