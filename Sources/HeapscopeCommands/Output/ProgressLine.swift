import Foundations

/// A line on the terminal that says how far long work has come, once it takes over a second.
///
/// It is sendable because the lock guards what changes.
final class ProgressLine: @unchecked Sendable {
  private let lock = Monitor()
  private let show: (String) -> Void
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  /// - Parameter show: takes text for the terminal as it is.
  init(_ show: @escaping (String) -> Void) { self.show = show }

  /// How long the work has taken so far.
  var elapsed: Duration { ContinuousClock.now - start }

  /// Shows how far the work has come, unless it was shown just now.
  ///
  /// - Parameter text: safe for a terminal; asked for where it is shown.
  func update(_ text: () -> String) {
    lock.locked {
      let now = ContinuousClock.now
      guard now - start > .seconds(1), lastShown.map({ now - $0 > .milliseconds(200) }) ?? true
      else { return }
      lastShown = now
      show("\r\u{1b}[Kheapscope: " + text())
    }
  }

  /// Takes the line off the terminal.
  func remove() {
    lock.locked {
      if lastShown != nil { show("\r\u{1b}[K") }
      lastShown = nil
    }
  }
}
