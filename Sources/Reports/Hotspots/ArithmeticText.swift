import Foundations
import HeapAnalysis
import ProfileModel

private func size(_ bytes: Double) -> String {
  ScaledValue(Int64(nearest: bytes), from: "bytes", to: "auto").text
}

private func countText(_ value: Double) -> String { groupedDigits(Int64(nearest: value)) }

extension FindingError {
  /// The line below a finding's figures.
  func text(unit: String) -> String {
    let sampled = groupedDigits(Int64(nearest: value.sampledObjects))
    let objects = value.sampledObjects == 1 ? "object" : "objects"
    let interval = value.interval.text(unit: unit)
    if value.interval.isPoint { return "exact: each of \(sampled) \(objects) was sampled" }
    return value.isWeak
      ? "weak: only \(sampled) sampled \(objects); the truth may be anything from \(interval)"
      : "95 % sure: \(interval), from \(sampled) sampled \(objects)"
  }
}

extension LineArithmetic {
  /// What stands below a blamed line.
  var texts: [String] {
    var texts: [String] = []
    if let maps = printedMaps { texts.append(maps.text) }
    if let price { texts.append(price.text) }
    if let ladder {
      texts.append("grows in steps: " + ladder.text)
    }
    return texts
  }
}

private func entriesText(_ entries: ClosedRange<Int64>) -> String {
  if entries.lowerBound == entries.upperBound {
    return "\(groupedDigits(entries.lowerBound)) \(entries.lowerBound == 1 ? "entry" : "entries")"
  }
  return "\(groupedDigits(entries.lowerBound)) to \(groupedDigits(entries.upperBound)) entries"
}

extension PrintedMaps {
  var text: String {
    let inner = innerEntries.map { ", with maps of \(entriesText($0)) inside" } ?? ""
    return (isOneSize ? "prints a map of " : "prints maps of ") + entriesText(entries) + inner
  }
}

extension CallPrice {
  var text: String {
    let unit =
      switch self.unit {
      case .call(let function): "a call of \(shown(function))"
      case .printedMap: "a printed map"
      }
    let objects = "\(countText(max(1, objectsEach))) objects"
    let calls = countText(self.count.estimate)
    let interval = self.count.interval
    let price = "price of \(unit): \(size(bytesEach))"
    if interval.isPoint { return "\(price) in \(objects); \(calls) of them" }
    return "\(price) (\(bytesInterval.text(unit: "bytes"))) in \(objects); "
      + "about \(calls) of them (\(interval.text(unit: "count")))"
  }
}

extension GrowthLadder {
  var text: String {
    let ends = "\(size(Double(sizes.first ?? 0))) to \(size(Double(sizes.last ?? 0)))"
    let remedy =
      isAppend
      ? "room from the start (make(…, 0, n), Grow(n))"
      : "room from the start (make(…, 0, n), make(map…, n), Grow(n))"
    let saved = savedBytes.interval
    return "\(sizes.count) block sizes from \(ends), about \(countText(self.count)) of each; "
      + "\(remedy) would save about \(size(savedBytes.estimate))"
      + (saved.isPoint ? "" : " (\(saved.text(unit: "bytes")))")
  }
}

extension BlindSpots {
  func texts(_ measure: Measure) -> [String] {
    var texts: [String] = []
    if let bytes = largestMissedBytes {
      texts.append(
        "a line that allocated \(size(Double(bytes))) has one chance in 20 to be missing here "
          + "altogether, at this sampling rate")
    }
    if let stackLimit {
      texts.append(cutStacksText(truncatedShare, measure, limit: stackLimit))
    }
    if withoutStackShare > 0 { texts.append(noStackText(withoutStackShare, measure)) }
    if unknownShare > 0 {
      texts.append(
        "\(percentText(unknownShare)) lies on stacks with unknown frames: cum is a lower bound")
    }
    return texts
  }
}
