/// When memory reaches a limit, if it goes on growing as it did.
package struct Forecast: Sendable, Equatable {
  /// What the whole process may take, in bytes.
  package var limit: Double

  /// The process takes so many bytes for each byte that is live.
  package var factor: Double

  /// Seconds from the last profile; nil when the total does not grow.
  package var seconds: Double?

  /// The 95 % interval of ``seconds``; without an upper end where growth is not
  /// sure, nil when nothing tells.
  package var interval: SamplingInterval?

  /// What may be live when the limit is reached.
  package var liveBytes: Double { limit / factor }

  /// The times at which the line may pass the limit are those at which its value
  /// does not differ from it (Fieller 1954).
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
    // (distance + slope·τ)² ≤ q²·variance of it, for the time τ since the middle.
    let a = fit.slope * fit.slope - square * errors.slope
    let b = fit.slope * distance - square * errors.both
    let c = distance * distance - square * errors.level
    let root = (b * b - a * c).squareRoot()
    func ahead(_ time: Double) -> Double { time.isNaN ? 0 : max(0, time + offset) }
    if a > 0, fit.slope > 0 {
      interval = SamplingInterval(low: ahead((-b - root) / a), high: ahead((-b + root) / a))
    } else if a <= 0 {
      // The slope may be 0 or less: from some time on, or never.
      let first = a == 0 ? -c / (2 * b) : (-b - root) / a
      interval = SamplingInterval(low: ahead(first), high: .infinity)
    }
  }
}
