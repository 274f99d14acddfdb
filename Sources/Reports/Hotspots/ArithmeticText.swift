import Foundations
import HeapAnalysis
import ProfileModel

private func size(_ bytes: Double) -> String { shortText(Int64(nearest: bytes), from: "bytes") }

private func countText(_ value: Double) -> String { groupedDigits(Int64(nearest: value)) }

extension FindingError {
  /// The line below a finding's figures.
  func text(unit: String) -> String {
    let sampled = groupedDigits(Int64(nearest: value.sampledObjects))
    let objects = value.sampledObjects == 1 ? "object" : "objects"
    let interval = value.interval.text(unit: unit)
    if value.interval.isPoint { return "exact: each of \(sampled) \(objects) was sampled" }
    return value.isWeak
      ? "only \(sampled) sampled \(objects): anything from \(interval)"
      : "95% CI \(interval), \(sampled) sampled \(objects)"
  }
}

extension LineArithmetic {
  /// The texts below a blamed line.
  var texts: [String] {
    var texts: [String] = []
    if let maps = printedMaps { texts.append(maps.text) }
    if let price { texts.append(price.text) }
    if let guarded { texts.append(guarded) }
    if let ladder {
      texts.append("grows in steps: " + ladder.text)
    }
    return texts
  }
}

extension LineArithmetic {
  /// Shorter texts, for a terminal.
  var shortTexts: [String] {
    var texts: [String] = []
    if let maps = printedMaps { texts.append(maps.text) }
    if let price { texts.append(price.shortText) }
    if let ladder { texts.append(ladder.shortText) }
    if let guarded { texts.append(guarded) }
    return texts
  }
}

extension LineArithmetic {
  /// How much of the line would be saved by printing the length of large maps instead; nil when the
  /// maps are small, or not known to be large.
  private var guarded: String? {
    guard let maps = printedMaps, let price,
      let limit = [1000, 100, 10].first(where: { $0 < maps.entries.lowerBound })
    else { return nil }
    let bytes = size(price.bytesEach * price.count.estimate)
    return
      "len(m) in place of maps above \(groupedDigits(Int64(limit))) entries would save ≈\(bytes)"
  }
}

private func entriesText(_ entries: ClosedRange<Int64>) -> String {
  if entries.lowerBound == entries.upperBound {
    return groupedDigits(entries.lowerBound)
  }
  return "\(groupedDigits(entries.lowerBound))–\(groupedDigits(entries.upperBound))"
}

extension PrintedMaps {
  var text: String {
    let inner = innerEntries.map { " (maps of \(entriesText($0)) inside)" } ?? ""
    return (isOneSize ? "prints a map of " : "prints maps of ") + entriesText(entries)
      + (entries.upperBound == 1 ? " entry" : " entries") + inner
  }
}

extension CallPrice {
  var text: String {
    let unit =
      switch self.unit {
      case .call(let function): "calls of \(shown(function))"
      case .printedMap: "printed maps"
      }
    let objects = "\(countText(max(1, objectsEach))) objects"
    let about = self.count.interval.isPoint ? "" : "≈"
    return
      "\(about)\(countText(self.count.estimate)) \(unit), each \(size(bytesEach)) in \(objects)"
  }
}

extension CallPrice {
  /// `≈170 calls × 340kB`.
  fileprivate var shortText: String {
    let unit =
      switch self.unit {
      case .call: " calls"
      case .printedMap: ""
      }
    return (self.count.interval.isPoint ? "" : "≈") + countText(self.count.estimate) + unit
      + " × " + size(bytesEach)
  }
}

extension GrowthLadder {
  /// `grows in 5 steps to 16kB: room from the start saves ≥3MB`.
  fileprivate var shortText: String {
    "grows in \(sizes.count) steps to \(size(Double(sizes.last ?? 0))): room from the start saves ≥"
      + size(savedBytes.interval.low)
  }

  var text: String {
    let ends = "\(size(Double(sizes.first ?? 0))) to \(size(Double(sizes.last ?? 0)))"
    let remedy =
      isAppend
      ? "room from the start (make(…, 0, n), Grow(n))"
      : "room from the start (make(…, 0, n), make(map…, n), Grow(n))"
    // Also saves the unfilled part of the last block, which no profile shows.
    return "\(sizes.count) block sizes from \(ends), ≈\(countText(self.count)) of each; "
      + "\(remedy) would save at least \(size(savedBytes.interval.low))"
  }
}

extension BlindSpots {
  func texts(_ measure: Measure) -> [String] {
    var texts: [String] = []
    if let bytes = largestMissedBytes {
      texts.append(
        "sampling limit: a line below ~\(size(Double(bytes))) may not appear "
          + "(5% at \(size(Double(bytes))))")
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
