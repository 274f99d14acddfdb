import Foundations
import Metrics

/// The account of a process's memory, part by part, in the one form that all reports show.
struct MemoryAccountRows {
  struct Row {
    /// The key in JSON.
    var key: String
    var title: String
    var bytes: Int64

    /// A sum of the rows above, or what they are compared with.
    var isSum = false
  }

  let rows: [Row]
  let account: MemoryAccount

  init(_ account: MemoryAccount) {
    self.account = account
    var rows: [Row] = []
    func add(_ key: String, _ title: String, _ bytes: Int64?, isSum: Bool = false) {
      if let bytes { rows.append(Row(key: key, title: title, bytes: bytes, isSum: isSum)) }
    }
    if account.garbage != nil {
      add(
        "live", "live heap" + (account.liveIsEstimate ? ", about" : ""), account.live)
      add("garbage", "garbage, and what is new since", account.garbage)
    } else {
      add("objects", "heap objects, live or garbage", account.objects)
    }
    add("fragments", "room between objects", account.fragments)
    add("idle", "idle heap, not given back", account.idle)
    add("stacks", "goroutine stacks", account.stacks)
    add("runtime", "runtime's own", account.runtime)
    add("held", "held by the runtime", account.held, isSum: true)
    add("resident", "resident (RSS)", account.resident, isSum: true)
    if let rest = account.unexplained {
      add(
        "unexplained",
        rest < 0 ? "of it not resident, or swapped" : "not explained: program, C, mapped files",
        rest)
    }
    if account.resident == nil {
      add("mostResident", "largest resident set (MaxRSS)", account.mostResident, isSum: true)
    }
    add("released", "given back to the system, no part", account.released)
    self.rows = rows
  }

  /// What is unknown, for a line of its own; nil when nothing is.
  var gap: String? {
    var parts: [String] = []
    if account.garbage == nil, account.objects != nil {
      parts.append("how much of the heap is garbage")
    }
    if account.held == nil { parts.append("what the runtime holds") }
    if account.resident == nil {
      parts.append("what is resident now (RSS), and so what is not Go's")
    }
    return parts.isEmpty ? nil : "not known: " + parts.joined(separator: "; ")
  }

  func write(_ style: TextStyle, to output: inout TextOutput) {
    let whole = Double(max(1, account.resident ?? account.held ?? 0))
    for row in rows {
      let size = ScaledValue(row.bytes, from: "bytes", to: "auto").text
      let share = Double(row.bytes.magnitude) / whole
      let part =
        row.key == "released" || row.isSum || whole <= 1
        ? "" : percentText(share).rightAligned(to: 8)
      let title = row.title.padded(to: 40)
      output.line(
        "  " + (row.isSum ? style.marked(title, .heading) : title) + size.rightAligned(to: 12)
          + part)
    }
    if let gap { output.line(style.marked("  " + gap, .faint)) }
  }

  /// `part` and `bytes`, one row per part.
  var cells: [[ReportDocument.Cell]] {
    rows.map { [.text($0.key), .measure($0.bytes, unit: "B")] }
  }
}
