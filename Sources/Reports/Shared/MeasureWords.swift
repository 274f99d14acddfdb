import Foundations
package import ProfileModel

// The words for what a sample type counts. Those for memory are for memory alone.

extension Measure {
  /// The heading above the functions with the largest values.
  var largestHeading: String {
    switch self {
    case .bytes, .objects: "LARGEST ALLOCATORS"
    case .time: "MOST TIME"
    case .goroutines: "MOST GOROUTINES"
    case .threads: "MOST THREADS"
    case .events: "MOST OFTEN"
    case .amount: "LARGEST"
    }
  }

  /// What a share is a share of: `the bytes`, `the time`.
  var noun: String {
    switch self {
    case .bytes: "the bytes"
    case .objects: "the objects"
    case .time: "the time"
    case .goroutines: "the goroutines"
    case .threads: "the threads"
    case .events: "the events"
    case .amount: "the total"
    }
  }
}

extension Measure {
  /// Whether ``noun`` is in the plural.
  var isPlural: Bool { self != .time && self != .amount }
}

/// A sample type's name in sentences; some profiles give it none.
package func sampleTypeText(_ name: String) -> String { name.isEmpty ? "(unnamed)" : shown(name) }

/// The command that draws a picture from folded stacks.
///
/// - Parameters:
///   - options: for `folded`, and the profile, each with a leading blank.
///   - picture: the file's name without its extension; nil for one that says what it shows.
func pictureCommand(
  _ options: String, sampleType: String, _ measure: Measure, picture: String? = nil
) -> String {
  let isPlain = !sampleType.isEmpty && sampleType.utf8.allSatisfy { $0 > 0x2f && $0 < 0x7b }
  let name = measure.isMemory ? "heap" : isPlain ? sampleType.lowercased() : "profile"
  let colors = measure.isMemory ? " --colors=mem" : ""
  return "heapscope folded\(options) | flamegraph.pl\(colors) > \(picture ?? name).svg"
}

extension Profile {
  /// The kind of profile, judging by everything that it counts: `heap profile`.
  package var kindText: String {
    let measures = sampleTypes.indices.map { measure(ofColumn: $0) }
    let names = sampleTypes.indices.map { sampleTypeName($0).lowercased() }
    if measures.contains(where: \.isMemory) { return "heap profile" }
    if measures.contains(.goroutines) { return "goroutine profile" }
    if measures.contains(.threads) { return "thread profile" }
    if names.contains("cpu") { return "CPU profile" }
    if names.contains("contentions") || names.contains("delay") { return "contention profile" }
    return "profile"
  }

  /// How often a sample was taken, if that says something.
  var samplingText: String? {
    guard let type = periodType, period > 0 else { return nil }
    let unit = strings[type.unit]
    if period > 1 {
      let isCount = UnitFamily.all.allSatisfy { $0.unit(named: unit) == nil }
      let size =
        isCount
        ? "\(groupedDigits(period)) \(shown(strings[type.name]))"
        : ScaledValue(period, from: unit, to: "auto").text
      return "one sample about every \(size)"
    }
    let isHeap = sampleTypes.indices.contains { measure(ofColumn: $0).isMemory }
    return isHeap && UnitFamily.memory.unit(named: unit) != nil ? "every object is sampled" : nil
  }
}

/// The place of a line as reports write it; some profiles have no lines, or no files.
package func placeText(_ file: some Collection<UInt8>, _ line: Int64) -> String {
  let path = shortPath(shown(file))
  return line > 0 ? "\(path):\(line)" : path
}

package func placeText(_ file: String, _ line: Int64) -> String { placeText(file.utf8, line) }

extension SignedSum {
  /// `11.82MB`; with values of both signs `+1000kB (+6000kB, -5000kB)`.
  ///
  /// - Parameter size: formats one value.
  package func text(_ size: (Int64) -> String) -> String {
    let parts = parts(size)
    return parts.net + parts.detail
  }

  /// The net sum, and its composition if that is worth mentioning.
  func parts(_ size: (Int64) -> String) -> (net: String, detail: String) {
    func signed(_ value: Int64) -> String { (value > 0 ? "+" : "") + size(value) }
    if lost == 0 { return (size(gained), "") }
    if gained == 0 { return (size(lost), "") }
    return (signed(net), " (\(signed(gained)), \(signed(lost)))")
  }
}

/// A value in its own unit: with grouped digits if it is a count.
package func valueText(_ value: Int64, unit: String) -> String {
  unit == "count" ? groupedDigits(value) : ScaledValue(value, from: unit, to: "auto").text
}
