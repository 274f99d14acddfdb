import HeapAnalysis
import ProfileModel

/// What the values' arithmetic says of where they come from.
struct SamplingDocument: Encodable {
  var provenance: String
  var note: String?
  var period: Int64?
  /// Sample types whose figures are not what their name says.
  var affected: [String]

  init(_ report: HotspotReport) {
    provenance = report.provenance.word
    note = provenanceNote(report.provenance)
    period = report.period
    affected = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"].filter {
      isAffected($0, by: report.provenance)
    }
  }
}

struct BlindSpotsDocument: Encodable {
  var largestMissedBytes: Int64?
  var stackLimit: Int?
  var truncatedShare: Double
  var unknownShare: Double

  init(_ spots: BlindSpots) {
    largestMissedBytes = spots.largestMissedBytes
    stackLimit = spots.stackLimit
    truncatedShare = spots.truncatedShare
    unknownShare = spots.unknownShare
  }
}

/// A 95 % interval in whole units, and what it rests on.
struct ErrorDocument: Encodable {
  var low: Int64
  var high: Int64
  var sampledObjects: Int64
  var weak: Bool

  init(_ sum: SampledSum) {
    let interval = sum.interval
    low = Int64(nearest: interval.low)
    high = Int64(nearest: interval.high)
    sampledObjects = Int64(nearest: sum.sampledObjects)
    weak = sum.isWeak
  }
}

struct PrintedMapsDocument: Encodable {
  var fewestEntries: Int64
  var mostEntries: Int64
  var oneSize: Bool
  var count: Int64
  var countError: ErrorDocument
  var fewestInnerEntries: Int64?
  var mostInnerEntries: Int64?

  init(_ maps: PrintedMaps) {
    fewestEntries = maps.entries.lowerBound
    mostEntries = maps.entries.upperBound
    oneSize = maps.isOneSize
    count = Int64(nearest: maps.count.estimate)
    countError = ErrorDocument(maps.count)
    fewestInnerEntries = maps.innerEntries?.lowerBound
    mostInnerEntries = maps.innerEntries?.upperBound
  }
}

struct CallPriceDocument: Encodable {
  /// The function called, or `printed map`.
  var of: String
  var count: Int64
  var countError: ErrorDocument
  var bytesEach: Double
  var bytesEachLow: Double
  var bytesEachHigh: Double
  var objectsEach: Double

  init(_ price: CallPrice) {
    of =
      switch price.unit {
      case .call(let function): function
      case .printedMap: "printed map"
      }
    count = Int64(nearest: price.count.estimate)
    countError = ErrorDocument(price.count)
    bytesEach = price.bytesEach
    bytesEachLow = price.bytesInterval.low
    bytesEachHigh = price.bytesInterval.high
    objectsEach = price.objectsEach
  }
}

struct LadderDocument: Encodable {
  var sizes: [Int64]
  var count: Double
  var append: Bool
  var savedBytes: Int64
  var savedError: ErrorDocument

  init(_ ladder: GrowthLadder) {
    sizes = ladder.sizes
    count = ladder.count
    append = ladder.isAppend
    savedBytes = Int64(nearest: ladder.savedBytes.estimate)
    savedError = ErrorDocument(ladder.savedBytes)
  }
}

struct HintDocument: Encodable {
  var function: String
  var file: String
  var line: Int64
  var share: Double
  var ladder: LadderDocument

  init(_ hint: GrowthHint) {
    function = hint.function
    file = hint.file
    line = hint.line
    share = hint.share
    ladder = LadderDocument(hint.ladder)
  }
}
