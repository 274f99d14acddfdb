/// When memory reaches a limit, if it continues to grow as it did.
package struct Forecast: Sendable, Equatable {
  /// The most that the whole process may use, in bytes.
  package var limit: Double

  /// The bytes that the process uses for each live byte.
  package var factor: Double

  /// Seconds from the last profile; nil when the total does not grow.
  package var seconds: Double?

  /// The 95 % interval of ``seconds``: without an upper end when growth is not certain, nil when
  /// unknown.
  package var interval: SamplingInterval?

  /// The bytes that are live when the limit is reached.
  package var liveBytes: Double { limit / factor }

  /// The line may pass the limit at the times at which its value does not differ from the limit
  /// (Fieller 1954).
  ///
  /// - Parameter lastTime: seconds, as in the fit.
  package init(_ fit: TrendFit, limit: Double, factor: Double, lastTime: Double) {
    self.limit = limit
    self.factor = factor
    let distance = fit.level - liveBytes
    let offset = fit.middle - lastTime
    if fit.slope > 0 { seconds = max(0, -distance / fit.slope + offset) }
    guard let errors = fit.errors else { return }
    let square = fit.deviations * fit.deviations
    // (distance + slope·τ)² ≤ q²·(its variance), for the time τ since the middle.
    let a = fit.slope * fit.slope - square * errors.slope
    let b = fit.slope * distance - square * errors.both
    let c = distance * distance - square * errors.level
    let root = (b * b - a * c).squareRoot()
    func ahead(_ time: Double) -> Double { time.isNaN ? 0 : max(0, time + offset) }
    if a > 0, fit.slope > 0 {
      interval = SamplingInterval(low: ahead((-b - root) / a), high: ahead((-b + root) / a))
    } else if a <= 0 {
      // The slope may be 0 or less: the limit may be passed from some time on, or never.
      let first = a == 0 ? -c / (2 * b) : (-b - root) / a
      interval = SamplingInterval(low: ahead(first), high: .infinity)
    }
  }
}
