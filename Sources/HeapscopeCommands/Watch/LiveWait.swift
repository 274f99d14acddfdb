import Glibc

/// Waits for points in time; meanwhile redraws the screen and handles signals and keys.
struct LiveWait {
  let signals: SignalWatch?
  let screen: LiveScreen?

  /// When to end; nil to go on until a signal or the key `q`.
  let end: ContinuousClock.Instant?

  init(_ signals: SignalWatch?, _ screen: LiveScreen?, seconds: Double?) {
    self.signals = signals
    self.screen = screen
    end = seconds.map { .now + .seconds($0) }
    guard let screen else { return }
    signals?.whileStopped = { stop in
      screen.leave()
      stop()
    }
  }

  var isEnding: Bool { signals?.ending != nil }

  /// `, 3m to go`; empty without an end.
  var remaining: String {
    end.map { ", \(Period(seconds: max(1, Self.seconds(until: $0))).text) to go" } ?? ""
  }

  /// Waits until a moment, or until the end if that comes first.
  ///
  /// - Parameters:
  ///   - press: handles a key.
  ///   - draw: redraws the screen.
  /// - Returns: false when the command should end.
  func wait(
    until moment: ContinuousClock.Instant, press: (Character) -> Void = { _ in }, draw: () -> Void
  ) -> Bool {
    let next = min(moment, end ?? moment)
    while !isEnding {
      let left = Self.seconds(until: next)
      if left <= 0 { break }
      guard let signals else {
        usleep(UInt32(min(left, 1) * 1_000_000))
        continue
      }
      signals.wait(seconds: screen == nil ? left : min(left, 1))
      while let key = signals.takeKey() { press(key) }
      if signals.takeResize() || screen != nil { draw() }
    }
    return !isEnding && next == moment
  }

  private static func seconds(until instant: ContinuousClock.Instant) -> Double {
    let left = (instant - .now).components
    return max(0, Double(left.seconds) + Double(left.attoseconds) / 1e18)
  }
}
