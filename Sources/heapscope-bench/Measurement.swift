/// What is measured: a command line after the tool's name, without the profile.
struct BenchCase {
  var name: String
  var arguments: [String]

  /// The arguments for the same report in pprof, or nil.
  var pprof: [String]?

  /// The same without choosing the sample type.
  var ofDefaultSampleType: BenchCase {
    func plain(_ arguments: [String]) -> [String] {
      arguments.filter { !$0.contains("sample_index") && !$0.contains("sample-index") }
    }
    return BenchCase(name: name, arguments: plain(arguments), pprof: pprof.map(plain))
  }

  static let all = [
    BenchCase(
      name: "top", arguments: ["top", "-sample_index=alloc_space"],
      pprof: ["-top", "-sample_index=alloc_space"]),
    BenchCase(
      name: "top -cum -lines", arguments: ["top", "-sample_index=alloc_space", "-cum", "-lines"],
      pprof: ["-top", "-sample_index=alloc_space", "-cum", "-lines"]),
    BenchCase(
      name: "top -focus", arguments: ["top", "-sample_index=alloc_space", "-focus=json"],
      pprof: ["-top", "-sample_index=alloc_space", "-focus=json"]),
    BenchCase(name: "focus", arguments: ["focus", "fmt.sprint"]),
    BenchCase(name: "hotspots", arguments: ["hotspots"]),
    BenchCase(name: "summary", arguments: ["summary"]),
    BenchCase(name: "report", arguments: ["report"]),
    BenchCase(name: "folded", arguments: ["folded", "-sample_index=alloc_space"]),
    BenchCase(
      name: "tree", arguments: ["tree", "-sample_index=alloc_space"],
      pprof: ["-tree", "-sample_index=alloc_space"]),
    BenchCase(
      name: "peek", arguments: ["peek", "-sample_index=alloc_space", "fmt.Sprint"],
      pprof: ["-peek=fmt.Sprint", "-sample_index=alloc_space"]),
    BenchCase(
      name: "dot", arguments: ["dot", "-sample_index=alloc_space"],
      pprof: ["-dot", "-sample_index=alloc_space"]),
    BenchCase(
      name: "tags", arguments: ["tags", "-sample_index=alloc_space"],
      pprof: ["-tags", "-sample_index=alloc_space"]),
    BenchCase(
      name: "traces", arguments: ["traces", "-sample_index=alloc_space"],
      pprof: ["-traces", "-sample_index=alloc_space"]),
    BenchCase(name: "raw", arguments: ["raw"], pprof: ["-raw"]),
    BenchCase(name: "diff", arguments: ["diff", "--sample-index=alloc_space", "{}"]),
    BenchCase(
      name: "top -diff_base", arguments: ["top", "-sample_index=alloc_space", "-diff_base={}"],
      pprof: ["-top", "-sample_index=alloc_space", "-diff_base={}"]),
    BenchCase(name: "merge", arguments: ["merge", "{}"], pprof: ["-proto", "{}"]),
  ]
}

/// A case on one profile: pairs of runs, zlib alone and then the command.
struct Measurement {
  var caseName: String
  var profile: String
  var inflatedBytes: Int
  var runs: [ProcessRun]
  var floors: [ProcessRun]

  /// Runs of the binary that this one is compared with, one per pair; empty without one.
  var others: [ProcessRun]

  /// Several if they are short; empty if pprof was not requested, or has no such report.
  var pprof: [ProcessRun]

  /// Nil when they were not counted.
  var instructions: Int?
  var otherInstructions: Int?

  var figures: Figures {
    Figures(ratio: medianRatio, peakBytes: peakBytes, instructions: instructions)
  }

  /// The change from the other binary: time and memory, pair by pair.
  var change: String? {
    if others.isEmpty { return nil }
    let time = Self.median(zip(runs, others).map { $0.seconds / $1.seconds })
    let processor = Self.median(
      zip(runs, others).map { $0.processorSeconds / $1.processorSeconds })
    let otherPeak = others.map(\.peakBytes).max() ?? 1
    return "time \(decimal(time, 2))x, cpu \(decimal(processor, 2))x, "
      + memoryChange(peak: otherPeak, instructions: otherInstructions)
  }

  /// The change from stored figures.
  func change(from old: Figures) -> String {
    "ratio \(decimal(medianRatio / old.ratio, 2))x, "
      + memoryChange(peak: old.peakBytes, instructions: old.instructions)
  }

  private func memoryChange(peak: Int, instructions old: Int?) -> String {
    let text = "peak \(decimal(Double(peakBytes) / Double(max(1, peak)), 2))x"
    guard let instructions, let old, old > 0 else { return text }
    return text + ", instructions \(decimal(Double(instructions) / Double(old), 4))x"
  }

  var ratios: [Double] { zip(runs, floors).map { $0.seconds / $1.seconds } }

  /// The same for the processor time; ``ratios`` show what remains of it when two threads have a
  /// core each.
  var processorRatios: [Double] {
    zip(runs, floors).map { $0.processorSeconds / $1.processorSeconds }
  }
  var peakBytes: Int { runs.map(\.peakBytes).max() ?? 0 }
  var key: String { "\(profile) \(caseName)" }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  var medianRatio: Double { Self.median(ratios) }
  var medianSeconds: Double { Self.median(runs.map(\.seconds)) }
  var medianFloor: Double { Self.median(floors.map(\.seconds)) }
  var medianPprof: Double { Self.median(pprof.map(\.seconds)) }
  var pprofPeakBytes: Int { pprof.map(\.peakBytes).max() ?? 0 }

  /// One object of the `--json` output.
  var json: String {
    func list(_ values: [Double]) -> String {
      "[" + values.map { String($0) }.joined(separator: ", ") + "]"
    }
    var text =
      "{\"profile\": \"\(profile)\", \"case\": \"\(caseName)\", \"inflatedBytes\": \(inflatedBytes)"
    text += ", \"medianRatio\": \(medianRatio), \"seconds\": \(list(runs.map(\.seconds)))"
    text += ", \"processorSeconds\": \(list(runs.map(\.processorSeconds)))"
    text += ", \"zlibSeconds\": \(list(floors.map(\.seconds))), \"peakBytes\": \(peakBytes)"
    if let instructions { text += ", \"instructions\": \(instructions)" }
    if !others.isEmpty {
      text += ", \"otherSeconds\": \(list(others.map(\.seconds)))"
      text += ", \"otherPeakBytes\": \(others.map(\.peakBytes).max() ?? 0)"
      if let otherInstructions { text += ", \"otherInstructions\": \(otherInstructions)" }
    }
    if !pprof.isEmpty {
      text += ", \"pprofSeconds\": \(list(pprof.map(\.seconds)))"
      text += ", \"pprofPeakBytes\": \(pprofPeakBytes)"
    }
    return text + "}"
  }

  static let header =
    "case                ms    zlib   ratio    (min-max)     cpu        peak  x inflated"

  /// One line of the table.
  var row: String {
    var line = left(caseName, 16)
    line += right(decimal(medianSeconds * 1000, 1), 8)
    line += right(decimal(medianFloor * 1000, 1), 8)
    line += right(decimal(medianRatio, 2), 8)
    let spread = "(\(decimal(ratios.min() ?? 0, 2))-\(decimal(ratios.max() ?? 0, 2)))"
    line += right(spread, 13)
    line += right(decimal(Self.median(processorRatios), 2), 8)
    line += right(decimal(Double(peakBytes) / 1e6, 1) + " MB", 12)
    line += right(decimal(Double(peakBytes) / Double(max(1, inflatedBytes)), 2), 9)
    if let instructions {
      line += right(decimal(Double(instructions) / 1e6, 1) + " M instructions", 24)
    }
    if !pprof.isEmpty {
      let faster = decimal(medianPprof / medianSeconds, 1)
      let memory = decimal(Double(pprofPeakBytes) / 1e6, 1)
      line += "   pprof \(decimal(medianPprof * 1000, 1)) ms = \(faster)x, \(memory) MB"
    }
    return line
  }
}

func decimal(_ value: Double, _ places: Int) -> String {
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let whole = Int((value * scale).rounded())
  if places == 0 { return String(whole) }
  let digits = String(whole % Int(scale))
  return "\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count) + digits
}

func right(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func left(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
