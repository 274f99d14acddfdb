import Foundations

/// A line on the terminal that shows the progress of work that takes over a second.
///
/// It is sendable because the lock guards what changes.
final class ProgressLine: @unchecked Sendable {
  private let lock = Monitor()
  private let show: (String) -> Void
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  /// - Parameter show: writes text to the terminal unchanged.
  init(_ show: @escaping (String) -> Void) { self.show = show }

  /// How long the work has taken so far.
  var elapsed: Duration { ContinuousClock.now - start }

  /// Shows the progress, unless it was shown a moment ago.
  ///
  /// - Parameter text: safe for a terminal; computed only when shown.
  func update(_ text: () -> String) {
    lock.locked {
      let now = ContinuousClock.now
      guard now - start > .seconds(1), lastShown.map({ now - $0 > .milliseconds(200) }) ?? true
      else { return }
      lastShown = now
      show("\r\u{1b}[Kheapscope: " + text())
    }
  }

  /// Removes the line from the terminal.
  func remove() {
    lock.locked {
      if lastShown != nil { show("\r\u{1b}[K") }
      lastShown = nil
    }
  }
}
