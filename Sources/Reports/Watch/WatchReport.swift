import Foundations
package import HeapAnalysis
package import Metrics
import ProfileModel

/// What `watch` shows of a followed program.
package struct WatchReport: Sendable {
  package var growth: Growth

  /// What was allocated meanwhile, for the screen; nil when unknown.
  package var allocations: Growth?

  /// The program's figures for goroutines and collections, if it has any.
  package var vitals = ProcessVitals()

  package var view = WatchView()

  /// The URL as messages show it.
  package var url: String

  /// The folder of the snapshots.
  package var folder: String
  package var everySeconds: Double
  package var failureCount = 0

  /// The last failure, while it lasts.
  package var trouble = ""

  /// The most rows to show; 0 for all.
  package var rowCount: Int

  package init(
    _ growth: Growth, url: String, folder: String, everySeconds: Double, rowCount: Int
  ) {
    self.growth = growth
    self.url = url
    self.folder = folder
    self.everySeconds = everySeconds
    self.rowCount = rowCount
  }

  func size(_ value: Int64) -> String {
    ScaledValue(value, from: growth.unit, to: "auto").text
  }

  /// A change, with its sign.
  func change(_ value: Int64) -> String { (value > 0 ? "+" : "") + size(value) }

  func rate(_ growthSum: Int64) -> String { rateText(growth.perSecond(growthSum)) }

  func rateText(_ perSecond: Double) -> String {
    // Slow leaks are below a byte a second.
    if perSecond != 0, perSecond.magnitude < 1 {
      return change(Int64(clamping: perSecond * 3600)) + "/h"
    }
    return change(Int64(clamping: perSecond)) + "/s"
  }

  func countRate(_ growthSum: Int64) -> String {
    let perSecond = growth.perSecond(growthSum)
    if perSecond.magnitude >= 100 { return countChange(Int64(clamping: perSecond)) + "/s" }
    return (perSecond > 0 ? "+" : "") + formatted(perSecond, "%.2f") + "/s"
  }

  /// `0.3/s`; nil when unknown.
  var collections: String? {
    vitals.collectionsPerSecond.map {
      $0 == 0 || $0 >= 0.1 ? formatted($0, "%.1f") + "/s" : formatted($0 * 60, "%.1f") + "/min"
    }
  }

  var percent: String {
    growth.relativeGrowth.map { ($0 > 0 ? "+" : "") + percentText($0) } ?? "from nothing"
  }

  /// `12 snapshots in 5m30s`, and whether they were counted from a restart.
  var span: String {
    let count = growth.snapshotCount
    return "\(count) snapshot\(count == 1 ? "" : "s") in \(durationText(growth.seconds))"
      + (growth.restartCount > 0 ? " since it restarted" : "")
  }

  var shownRows: [Growth.Row] {
    let rows = growth.changedRows
    return rowCount > 0 ? Array(rows.prefix(rowCount)) : rows
  }
}
