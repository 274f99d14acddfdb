import Foundation
import Foundations
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

func legacyProfile(_ text: String) throws -> Profile? { try readLegacyProfile(Array(text.utf8)) }

func legacyReading(_ text: String, useGoSymbols: Bool = false) throws -> LegacyReading? {
  try readLegacyProfile(Array(text.utf8), options: LegacyOptions(useGoSymbols: useGoSymbols))
}

/// Like ``legacyReading(_:useGoSymbols:)``, for a text that must be recognized.
func requireReading(_ text: String, useGoSymbols: Bool = false) throws -> LegacyReading {
  try #require(try legacyReading(text, useGoSymbols: useGoSymbols))
}

/// Returns the bytes of a word sequence, as binary CPU profiles have them.
func words(_ words: [UInt64], bytesPerWord: Int, isBigEndian: Bool = false) -> [UInt8] {
  words.flatMap { word in
    let bytes = (0..<bytesPerWord).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
    return isBigEndian ? bytes.reversed() : bytes
  }
}

func conformanceBytes(_ path: String) throws -> [UInt8] {
  try Repository.bytes(#require(Repository.conformance).appending(path: path))
}

extension Profile {
  /// The profile as pprof's `-raw` prints it, for the parts that legacy formats have.
  ///
  /// Like pprof's driver, it gives a profile without mappings an empty one.
  var rawText: String {
    var lines: [String] = []
    if let periodType {
      lines.append("PeriodType: \(strings[periodType.name]) \(strings[periodType.unit])")
    }
    lines.append("Period: \(period)")
    if durationNanoseconds != 0 {
      lines.append("Duration: \(goDuration(durationNanoseconds).prefix(4))")
    }
    lines.append("Samples:")
    lines.append(
      sampleTypes.map { "\(strings[$0.name])/\(strings[$0.unit])" }.joined(separator: " "))
    for sample in 0..<samples.count {
      let values = samples.values(of: sample).map { " " + padded($0, 10) }.joined()
      let stack = samples.frames[samples.frameRange(of: sample)]
      lines.append(
        values + ": " + stack.map { "\(locations.ids[$0.index])" }.joined(separator: " "))
      for label in samples.labels[samples.labelRange(of: sample)] {
        lines.append("                \(strings[label.key]):[\(label.number)]")
      }
    }
    lines.append("Locations")
    for index in 0..<locations.count {
      var start = "\(padded(locations.ids[index], 6)): \(hex(locations.addresses[index]))"
      if mappings.isEmpty {
        start += " M=1"
      } else if let mapping = locations.mappings[index].index {
        start += " M=\(mappings[mapping].id)"
      }
      let sourceLines = locations.lines[locations.lineRange(of: index)]
      if sourceLines.isEmpty { lines.append(start) }
      for line in sourceLines {
        let row = line.function.index
        lines.append(
          "\(start) \(strings[functions.names[row]]) \(strings[functions.files[row]]):\(line.line):0 s=0"
        )
        start = "            "
      }
    }
    lines.append("Mappings")
    if mappings.isEmpty { lines.append("1: 0x0/0x0/0x0") }
    for mapping in mappings {
      let range = "\(hex(mapping.start))/\(hex(mapping.limit))/\(hex(mapping.offset))"
      lines.append(
        "\(mapping.id): \(range) \(strings[mapping.file]) \(strings[mapping.buildID])"
          + (mapping.hasFunctions ? " [FN]" : ""))
    }
    return lines.map(withoutTrailingBlanks).joined(separator: "\n")
  }

  /// The flat and cumulative value of each function in a column, and whether
  /// all of its callers have it inlined, as rows of pprof's `top` in kB.
  func topRows(column: Int) -> [String] {
    var flat: [String: Int64] = [:]
    var cumulative: [String: Int64] = [:]
    var inlineCalls: [String: (inlined: Int64, all: Int64)] = [:]
    for sample in 0..<samples.count {
      let value = samples.values[column][sample]
      var callers: [String] = []
      for location in samples.frames[samples.frameRange(of: sample)].reversed() {
        let range = locations.lineRange(of: location.index)
        for row in range.reversed() {
          let name = strings[functions.names[locations.lines[row].function.index]]
          if !callers.contains(name) { cumulative[name, default: 0] += value }
          if let caller = callers.last, caller != name, value != 0 {
            let inlined = row == range.upperBound - 1 ? 0 : value
            inlineCalls[name, default: (0, 0)].inlined += inlined
            inlineCalls[name, default: (0, 0)].all += value
          }
          callers.append(name)
        }
      }
      if let leaf = callers.last { flat[leaf, default: 0] += value }
    }
    let total = samples.values[column].reduce(0, +)
    let names = cumulative.keys.filter { cumulative[$0]! >= total / 200 }.sorted {
      (flat[$1, default: 0], $0) < (flat[$0, default: 0], $1)
    }
    var sum: Int64 = 0
    return names.map { name in
      let own = flat[name, default: 0]
      sum += own
      let calls = inlineCalls[name, default: (0, 0)]
      func text(_ value: Int64) -> String {
        padded(ScaledValue(value, from: "bytes", to: "kB").text, 10)
      }
      return "\(text(own)) \(percentage(own, of: total)) \(percentage(sum, of: total)) "
        + "\(text(cumulative[name]!)) \(percentage(cumulative[name]!, of: total))  \(name)"
        + (calls.all > 0 && calls.inlined == calls.all ? " (inline)" : "")
    }
  }
}

func withoutTrailingBlanks(_ line: String) -> String {
  String(line.reversed().drop { $0 == " " }.reversed())
}

private func padded(_ value: some CustomStringConvertible, _ width: Int) -> String {
  let text = "\(value)"
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

private func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

private func goDuration(_ nanoseconds: Int64) -> String {
  let seconds = Double(nanoseconds % 60_000_000_000) / 1e9
  let minutes = nanoseconds / 60_000_000_000
  return "\(minutes / 60)h\(minutes % 60)m\(seconds)s"
}
