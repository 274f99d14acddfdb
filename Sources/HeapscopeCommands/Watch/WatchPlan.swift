import HeapAnalysis

/// How a program is followed.
struct WatchPlan {
  /// Seconds from one snapshot to the next.
  var every: Double

  /// How long, in seconds; nil to go on until Ctrl-C.
  var seconds: Double?

  /// The most snapshots to keep; 0 for all.
  var keptCount = 0

  /// Ends the run once the total has grown by more.
  var growthLimit: GrowthLimit?

  /// Empty for live bytes.
  var sampleType = ""

  /// The most lines to show; 0 for all.
  var rowCount = 0
  var loading = LoadingRequest()
  var output = OutputRequest()

  init(every: Double) { self.every = every }
}

extension GrowthLimit {
  func isExceeded(by growth: Growth) -> Bool {
    switch self {
    case .part(let part): growth.relativeGrowth.map { $0 > part } ?? (growth.totals.growth > 0)
    case .bytes(let bytes): growth.totals.growth > Int64(bytes)
    }
  }

  var text: String {
    switch self {
    case .part(let part): "\((part * 10_000).rounded() / 100)%"
    case .bytes(let bytes): "\(bytes) bytes"
    }
  }
}
