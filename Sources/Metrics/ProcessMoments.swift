import Foundations
import LogText

/// The metrics of one process at one moment.
package struct Moment: Sendable, Equatable {
  /// Seconds since 1970; nil when unknown.
  package var seconds: Double?

  /// The time is that of the file, which may be the time of copying.
  package var isFileTime = false

  /// The place in the input.
  var order = 0

  /// One value per name of a known series; NaN for none.
  private var values: [Double]

  init(seconds: Double? = nil, isFileTime: Bool = false, order: Int = 0) {
    self.seconds = seconds
    self.isFileTime = isFileTime
    self.order = order
    values = [Double](repeating: .nan, count: SeriesNames.all.count)
  }

  /// Creates a moment from a source other than a scrape.
  package init(_ figures: [KnownSeries: Double]) {
    self.init()
    for (series, value) in figures {
      set(row: SeriesNames.all.places[series.rawValue][0], to: value)
    }
  }

  /// The value of a series, by the first of its names that has one; nil without any.
  package subscript(series: KnownSeries) -> Double? {
    for row in SeriesNames.all.places[series.rawValue] where !values[row].isNaN {
      return values[row]
    }
    return nil
  }

  func has(row: Int) -> Bool { !values[row].isNaN }

  mutating func set(row: Int, to value: Double) {
    // Infinite values cannot be used in calculations.
    if value.isFinite { values[row] = value }
  }

  /// Adds the values that only an earlier moment has.
  mutating func fill(from earlier: Moment) {
    for row in values.indices where values[row].isNaN { values[row] = earlier.values[row] }
  }
}

/// The moments of one process, in bounded memory: when there are too many, every second one is
/// dropped.
struct MomentList {
  var moments: [Moment] = []

  /// The number of moments that were dropped to make room for others.
  private(set) var thinned = 0

  /// Indexes of moments by the time of their samples: all samples of a series may come together.
  private var indexOfTime: [Int: Int] = [:]

  /// Samples whose times are in the same bucket of this many milliseconds belong to one moment.
  private var bucketMilliseconds = 1

  mutating func append(_ moment: Moment) { moments.append(moment) }

  /// The moment of a timestamp, created if there is none.
  mutating func index(at seconds: Double, order: Int) -> Int {
    let bucket = self.bucket(seconds)
    if let index = indexOfTime[bucket] {
      if let known = moments[index].seconds, seconds > known {
        moments[index].seconds = seconds
        thinned += 1
      }
      return index
    }
    indexOfTime[bucket] = moments.count
    moments.append(Moment(seconds: seconds, order: order))
    return moments.count - 1
  }

  private func bucket(_ seconds: Double) -> Int {
    Int(nearest: seconds * 1000) / bucketMilliseconds
  }

  /// Drops every second moment; the last one is kept.
  mutating func halve() {
    guard moments.count > 2 else { return }
    let before = moments.count
    if indexOfTime.isEmpty {
      let last = before - 1
      moments = moments.enumerated().filter { (last - $0.offset) % 2 == 0 }.map(\.element)
    } else {
      // The samples of the next series have the same times again, and must find the same moments.
      // So the buckets are enlarged, and each keeps its last moment.
      let times = moments.compactMap(\.seconds).sorted()
      let span = (times.last ?? 0) - (times.first ?? 0)
      let least = Int(clamping: span * 1000 / Double(max(1, before))) * 2
      bucketMilliseconds = max(bucketMilliseconds * 2, least)
      moments.sort { ($0.seconds ?? 0, $0.order) < ($1.seconds ?? 0, $1.order) }
      indexOfTime = [:]
      var kept: [Moment] = []
      for moment in moments {
        let bucket = self.bucket(moment.seconds ?? 0)
        if let index = indexOfTime[bucket] {
          var later = moment
          later.fill(from: kept[index])
          kept[index] = later
        } else {
          indexOfTime[bucket] = kept.count
          kept.append(moment)
        }
      }
      moments = kept
    }
    thinned += before - moments.count
  }
}
