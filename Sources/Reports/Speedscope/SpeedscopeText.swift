import Foundations
import ProfileModel
import StackGraph

/// What a speedscope file contains besides the samples.
package struct SpeedscopeHead: Sendable {
  /// The title: the names of the profiles.
  package var name: String

  /// For example `heapscope@0.1.0`.
  package var exporter: String

  /// Frames are lines of code, not functions.
  package var tellsLines: Bool

  package init(name: String, exporter: String, tellsLines: Bool) {
    self.name = name
    self.exporter = exporter
    self.tellsLines = tellsLines
  }
}

extension ReportContext {
  /// Returns the selected part in speedscope's format
  /// (https://www.speedscope.app/file-format-schema.json): a profile for each sample type that has
  /// values.
  ///
  /// The format has no place for negative values, which differences have.
  ///
  /// - Parameters:
  ///   - drain: takes the text while it is made; nil to return all of it.
  /// - Returns: what is left to write, and whether negative values were left out.
  package func speedscope(
    _ head: SpeedscopeHead, drain: ((Span<UInt8>) throws -> Void)?
  ) throws -> (text: TextOutput, leftOutNegative: Bool) {
    let frames = SpeedscopeFrames(profile, tellsLines: head.tellsLines)
    let samples = profile.samples.whole
    var output = TextOutput()
    var leftOutNegative = false
    output.write(
      #"{"$schema":"https://www.speedscope.app/file-format-schema.json","name":"#)
    output.write(jsonText(head.name))
    output.write(#","exporter":"# + "\"\(head.exporter)\"")
    let shownTypes = profile.sampleTypes.indices.filter { column in
      column == selection.column || samples.values[column].contains { $0 > 0 }
    }
    output.write(
      #","activeProfileIndex":\#(shownTypes.firstIndex(of: selection.column) ?? 0)"#)
    output.write(#","shared":{"frames":["#)
    for (row, frame) in frames.texts.enumerated() {
      if row > 0 { output.write(",\n") }
      output.write(frame)
      try output.flush(to: drain)
    }
    output.write("]},\n\"profiles\":[")
    for (place, column) in shownTypes.enumerated() {
      if place > 0 { output.write(",\n") }
      let scale = SpeedscopeUnit(profile.strings[profile.sampleTypes[column].unit])
      let values = samples.values[column].map { scale.value(divided($0)) }
      if values.contains(where: { $0 < 0 }) { leftOutNegative = true }
      output.write(#"{"type":"sampled","name":"#)
      output.write(jsonText(profile.strings[bytesOf: profile.sampleTypes[column].name]))
      output.write(#","unit":"\#(scale.name)","startValue":0,"endValue":"#)
      output.write("\(values.reduce(0) { saturatingSum($0, max(0, $1)) })")
      output.write(",\"samples\":[")
      var isFirst = true
      for sample in values.indices where values[sample] > 0 {
        output.write(isFirst ? "[" : ",\n[")
        isFirst = false
        var isFirstFrame = true
        for location in samples.frames[samples.frameRange(of: sample)].reversed() {
          let text = frames.numbers[location.index]
          if text.isEmpty { continue }
          if !isFirstFrame { output.write(",") }
          isFirstFrame = false
          output.write(text)
        }
        output.write("]")
        try output.flush(to: drain)
      }
      output.write("],\n\"weights\":[")
      isFirst = true
      for value in values where value > 0 {
        if !isFirst { output.write(",") }
        isFirst = false
        output.write("\(value)")
        try output.flush(to: drain)
      }
      output.write("]}")
    }
    output.write("]}\n")
    return (output, leftOutNegative)
  }
}

/// The units that speedscope knows; what does not convert to one of them is a number.
private struct SpeedscopeUnit {
  let name: String
  private let factor: Double

  init(_ unit: String) {
    for (name, base) in [("bytes", "byte"), ("nanoseconds", "ns")] {
      if let factor = UnitFamily.factor(from: unit, to: base) {
        self.name = name
        self.factor = factor
        return
      }
    }
    name = "none"
    factor = 1
  }

  func value(_ value: Int64) -> Int64 {
    factor == 1 ? value : Int64(nearest: Double(value) * factor)
  }
}

/// The frames of a profile, each function or line once, including inlined ones.
private struct SpeedscopeFrames {
  private(set) var texts: [[UInt8]] = []

  /// By location: the numbers of its frames, root first, separated by commas.
  private(set) var numbers: [[UInt8]] = []

  private struct Key: Hashable {
    var name: StringID
    var file: StringID
    var line: Int64
  }

  init(_ profile: Profile, tellsLines: Bool) {
    let strings = profile.strings
    let functions = profile.functions
    let locations = profile.locations
    var known: [Key: Int] = [:]
    func number(_ key: Key, _ name: () -> [UInt8], _ texts: inout [[UInt8]]) -> Int {
      if let number = known[key] { return number }
      known[key] = texts.count
      var text = Array(#"{"name":"#.utf8) + jsonText(name())
      if key.file != .empty {
        text += Array(#","file":"#.utf8) + jsonText(strings[bytesOf: key.file])
      }
      if key.line > 0 { text += Array(#","line":\#(key.line)"#.utf8) }
      texts.append(text + [UInt8(ascii: "}")])
      return texts.count - 1
    }
    for location in 0..<locations.count {
      let objectFile =
        locations.mappings[location].index.map { profile.mappings[$0].file } ?? .empty
      func unnamed() -> [UInt8] { unnamedText(strings[bytesOf: objectFile]) }
      let lines = locations.lines[locations.lineRange(of: location)]
      var frames = lines.reversed().map { line in
        let function = line.function.index
        let name = functions.names[function]
        return number(
          Key(
            name: name == .empty ? objectFile : name, file: functions.files[function],
            // To speedscope, frames with different lines are different functions.
            line: tellsLines ? line.line : functions.startLines[function]),
          { name == .empty ? unnamed() : Array(strings[bytesOf: name]) }, &texts)
      }
      if frames.isEmpty {
        frames = [number(Key(name: objectFile, file: .empty, line: -1), unnamed, &texts)]
      }
      numbers.append(Array(frames.map { "\($0)" }.joined(separator: ",").utf8))
    }
  }
}
