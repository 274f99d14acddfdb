import ProfileCodec

/// Follows a log that is being written into a pipe, until it ends or a signal asks for what was
/// read so far.
final class LogFollower {
  private let signals: SignalWatch

  /// Draws what is known; nil when nobody is watching.
  private let draw: (() -> Void)?
  private var lastDrawn: ContinuousClock.Instant?
  private var end: ContinuousClock.Instant?

  private static let drawSeconds = 1.0

  /// After Ctrl-C, the program that writes the log has time for its last lines.
  private static let lastWordsSeconds = 0.3
  private static let longestEndSeconds = 2.0

  /// - Parameters:
  ///   - screen: what is drawn on; nil when nobody is watching.
  ///   - draw: draws what was read so far.
  /// - Returns: nil when this run does not handle signals.
  init?(_ session: Session, _ screen: LiveScreen?, draw: @escaping (LiveScreen) -> Void) {
    guard session.invocation.handlesSignals,
      let signals = SignalWatch(drawsScreen: screen != nil)
    else { return nil }
    self.signals = signals
    self.draw = screen.map { screen in { draw(screen) } }
    if let screen {
      signals.whileStopped = { stop in
        screen.leave()
        stop()
        draw(screen)
      }
    }
  }

  /// Waits until a source has more; returns false when enough was read.
  func waitForMore(_ source: any ByteSource) -> Bool {
    guard let file = source as? FileSource, file.isStream else { return true }
    while true {
      let now = ContinuousClock.now
      if signals.ending != nil {
        let last = end ?? now + .seconds(Self.longestEndSeconds)
        end = last
        return now < last
          && file.wait(orFor: -1, seconds: Self.lastWordsSeconds)
      }
      drawIfDue(now)
      if file.wait(orFor: signals.descriptor, seconds: draw == nil ? 3600 : Self.drawSeconds),
        signals.ending == nil
      {
        return true
      }
    }
  }

  private func drawIfDue(_ now: ContinuousClock.Instant) {
    guard let draw else { return }
    if let lastDrawn, now - lastDrawn < .seconds(Self.drawSeconds), !signals.takeResize() { return }
    lastDrawn = now
    draw()
  }
}
