import Foundations
import HeapAnalysis
import ProfileModel

// The parts of `heapscope.hotspots/1` that say how reliable figures are, and what the profile's
// arithmetic adds to them.

/// What the arithmetic of the values says about their origin.
func samplingObject(_ report: HotspotReport) -> JSONValue {
  // Sample types whose figures are not what their name says.
  let affected = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"].filter {
    isAffected($0, by: report.provenance)
  }
  return .present([
    "provenance": .string(report.provenance.word),
    "note": provenanceNote(report.provenance).map(JSONValue.string),
    "period": report.period.map(JSONValue.integer),
    "affected": .array(affected.map(JSONValue.string)),
  ])
}

func object(_ spots: BlindSpots) -> JSONValue {
  .present([
    "largestMissedBytes": spots.largestMissedBytes.map(JSONValue.integer),
    "stackLimit": spots.stackLimit.map { .integer(Int64($0)) },
    "truncatedShare": .number(spots.truncatedShare),
    "withoutStackShare": .number(spots.withoutStackShare),
    "unknownShare": .number(spots.unknownShare),
  ])
}

/// A 95 % interval in whole units, and its basis.
func object(_ sum: SampledSum) -> JSONValue {
  let interval = sum.interval
  return .object([
    "low": .integer(Int64(nearest: interval.low)),
    "high": .integer(Int64(nearest: interval.high)),
    "sampledObjects": .integer(Int64(nearest: sum.sampledObjects)),
    "weak": .bool(sum.isWeak),
  ])
}

func object(_ maps: PrintedMaps) -> JSONValue {
  .present([
    "fewestEntries": .integer(maps.entries.lowerBound),
    "mostEntries": .integer(maps.entries.upperBound),
    "oneSize": .bool(maps.isOneSize),
    "count": .integer(Int64(nearest: maps.count.estimate)),
    "countError": object(maps.count),
    "fewestInnerEntries": (maps.innerEntries?.lowerBound).map(JSONValue.integer),
    "mostInnerEntries": (maps.innerEntries?.upperBound).map(JSONValue.integer),
  ])
}

func object(_ price: CallPrice) -> JSONValue {
  let unit =
    switch price.unit {
    case .call(let function): function
    case .printedMap: "printed map"
    }
  return .object([
    "of": .string(unit),
    "count": .integer(Int64(nearest: price.count.estimate)),
    "countError": object(price.count),
    "bytesEach": .number(price.bytesEach),
    "bytesEachLow": .number(price.bytesInterval.low),
    "bytesEachHigh": .number(price.bytesInterval.high),
    "objectsEach": .number(price.objectsEach),
  ])
}

func object(_ ladder: GrowthLadder) -> JSONValue {
  .object([
    "sizes": .array(ladder.sizes.map(JSONValue.integer)),
    "count": .number(ladder.count),
    "append": .bool(ladder.isAppend),
    "savedBytes": .integer(Int64(nearest: ladder.savedBytes.estimate)),
    "savedError": object(ladder.savedBytes),
  ])
}

func object(_ hint: LineHint) -> JSONValue {
  .present([
    "function": .string(hint.function),
    "file": .string(hint.file),
    "line": .integer(hint.line),
    "share": .number(hint.share),
    "through": hint.through.map(JSONValue.string),
    "sizes": .rows(hint.sizes) {
      .object(["bytes": .integer($0.bytes), "share": .number($0.share)])
    },
    "ladder": hint.ladder.map(object),
  ])
}
