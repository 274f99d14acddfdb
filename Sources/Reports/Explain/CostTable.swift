import Foundations
import HeapAnalysis

/// The measured costs of a rule as a table: a row for each way to write it, and for each Go version
/// the bytes and allocations per operation.
struct CostTable {
  let header: [String]
  let rows: [[String]]

  /// What a `-` in the table means, if there is one.
  let note: String?

  init(_ rule: HotspotRule) {
    let costs = MeasuredCost.all(of: rule.id)
    // The record has the oldest version first; a variant that needs a newer one does not change the
    // order.
    let recorded = MeasuredCost.all.map(\.goVersion)
    let versions = Set(costs.map(\.goVersion)).sorted {
      (recorded.firstIndex(of: $0) ?? 0) < (recorded.firstIndex(of: $1) ?? 0)
    }
    var variants: [String] = []
    for cost in costs {
      if !variants.contains(cost.variant) { variants.append(cost.variant) }
    }
    let showsLive = costs.contains { $0.liveBytes != nil }
    header =
      [""]
      + versions.flatMap {
        ["Go \($0): bytes", "allocations"] + (showsLive ? ["bytes still held"] : [])
      }
    let isComplete = costs.count == versions.count * variants.count
    note = isComplete ? nil : "-: this version of Go does not have it."
    rows = variants.map { variant in
      [variant]
        + versions.flatMap { version -> [String] in
          let cost = costs.first { $0.variant == variant && $0.goVersion == version }
          let values =
            [cost?.bytes, cost?.allocations] + (showsLive ? [cost?.liveBytes] : [])
          return values.map { $0.map(groupedDigits) ?? "-" }
        }
    }
  }

  /// The lines of the table for a terminal.
  var aligned: [String] {
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      line.indices.map { column in
        column == 0
          ? line[0].padded(to: widths[0]) : line[column].rightAligned(to: widths[column])
      }.joined(separator: "  ")
    }
  }
}
