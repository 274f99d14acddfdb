import Foundations
import HeapAnalysis
import ProfileModel
import StackGraph

/// The texts of a profile's rows: every recurring piece of JSON is made once.
struct ExportTexts: Sendable {
  let profile: Profile
  let samples: SampleTable
  let explained: ExplainedSamples
  let unit: ExportUnit
  private let origins: SampleOrigins

  /// By origin: the start of the row, up to the time.
  private var heads: [[UInt8]] = []

  /// By location, root first: function names, and lines, separated by commas.
  private(set) var names = JSONPieces()
  private(set) var lines = JSONPieces()

  /// By location: `"leaf":…,"leaf_line":…`; then one for samples without a stack.
  private(set) var leaves = JSONPieces()

  /// By blamed line; then one for none.
  private var blames: [[UInt8]] = []
  private var findings: [[UInt8]] = []

  /// By column: `"alloc_space":`.
  private(set) var typeKeys: [[UInt8]] = []

  /// By column: nil, for when the sampling is unknown.
  private(set) var noFigures: [IntervalTexts.Figure?] = []
  private let namedLabels: [UInt8]
  private let sizeKey: StringID?

  init(
    _ profile: Profile, _ explained: ExplainedSamples, _ source: ExportSource, _ unit: ExportUnit
  ) {
    self.profile = profile
    self.explained = explained
    self.unit = unit
    samples = profile.samples.whole
    origins = SampleOrigins(profile, known: source.origin)
    sizeKey = profile.strings.find("bytes")
    namedLabels = Array(
      source.labels.map { Self.label(jsonText($0.key), text: jsonText($0.text)) }
        .joined(separator: [UInt8(ascii: ",")]))
    addHeads(source)
    if unit.keepsStack { addLocations() }
    addBlames()
    addTypes()
  }

  /// The approximate length of all rows together.
  var aboutBytes: Int {
    let rows = samples.count * 512
    if !unit.keepsStack || names.ends.count < 2 { return rows }
    let frame = (names.bytes.count + lines.bytes.count) / (names.ends.count - 1)
    return rows + samples.frameCount * frame
  }

  func head(ofOrigin origin: Int) -> [UInt8] { heads[origin] }
  func origin(ofSample sample: Int) -> Int { origins.row(ofSample: sample) }

  /// - Parameters:
  ///   - line: a row of ``ExplainedSamples/lines``, or -1.
  ///   - rule: a row of ``ExplainedSamples/rules``, or -1.
  func blame(line: Int32) -> [UInt8] { blames[line < 0 ? blames.count - 1 : Int(line)] }
  func finding(rule: Int8) -> [UInt8] { findings[rule < 0 ? findings.count - 1 : Int(rule)] }

  // MARK: The same in all rows

  private mutating func addHeads(_ source: ExportSource) {
    let strings = profile.strings
    func text(_ id: StringID?) -> JSONValue {
      guard let id, id != .empty else { return .null }
      return .string(documentName(strings[bytesOf: id]))
    }
    let mapping = profile.mappings.first
    let program: JSONValue =
      mapping.map(\.file).flatMap { file in
        file == .empty
          ? nil : .string(documentName(lastPathElement(strings[bytesOf: file])))
      } ?? .null
    let time = source.timeNanoseconds ?? profile.figuresNanoseconds
    for origin in origins.origins {
      var head = JSONWriter(.line)
      func field(_ field: ProfileOrigin.Field) -> JSONValue {
        origin[field].map { .string($0) } ?? .null
      }
      head.write(
        .members([
          "schema": .string("heapscope.export/1"), "by": .string(unit.rawValue),
          "file": .string(source.file), "service": field(.service), "version": field(.version),
          "host": field(.host), "pod": field(.pod), "program": program,
          "build_id": text(mapping?.buildID),
          "time": time == 0 ? .null : .string(rowTime(time)),
        ]))
      heads.append(head.output.bytes.dropLast() + [UInt8(ascii: ",")])
    }
  }

  private mutating func addBlames() {
    let strings = profile.strings
    for line in explained.lines {
      let name = strings[bytesOf: line.function]
      blames.append(
        Array(#""function":"#.utf8) + jsonText(name.isEmpty ? unnamedText([]) : Array(name))
          + Array(#","line":"#.utf8)
          + place(line.file, unit == .function ? 0 : line.line)
          + Array(#","own":\#(line.isOwn)"#.utf8))
    }
    blames.append(Array(#""function":null,"line":null,"own":null"#.utf8))
    for rule in explained.rules {
      let kind = Array(#""finding":"#.utf8) + jsonText(rule.kind.rawValue)
      findings.append(
        kind + Array(#","rule":"#.utf8)
          + (unit.keepsStack ? jsonText(rule.id) : Array("null".utf8)))
    }
    findings.append(Array(#""finding":null,"rule":null"#.utf8))
  }

  private mutating func addTypes() {
    var known: Set<String> = []
    for column in profile.sampleTypes.indices {
      // Engines make a column of each name, and report an error for duplicates.
      var name = documentName(profile.strings[bytesOf: profile.sampleTypes[column].name])
      if name.isEmpty { name = "unnamed" }
      if !known.insert(name.lowercased()).inserted {
        name += "_\(column)"
        known.insert(name.lowercased())
      }
      typeKeys.append(jsonText(name) + [UInt8(ascii: ":")])
    }
    noFigures = typeKeys.map { _ in nil }
  }

  // MARK: Locations

  private mutating func addLocations() {
    let strings = profile.strings
    let functions = profile.functions
    let locations = profile.locations
    let functionTexts = (0..<functions.count).map {
      jsonText(strings[bytesOf: functions.names[$0]])
    }
    let comma = [UInt8(ascii: ",")]
    let (leaf, leafLine) = (Array(#""leaf":"#.utf8), Array(#","leaf_line":"#.utf8))
    for location in 0..<locations.count {
      let objectFile =
        locations.mappings[location].index.map { profile.mappings[$0].file } ?? .empty
      let unnamed = jsonText(unnamedText(strings[bytesOf: objectFile]))
      let lines = locations.lines[locations.lineRange(of: location)]
      let texts = lines.map { line in
        let function = line.function.index
        return (
          name: functions.names[function] == .empty ? unnamed : functionTexts[function],
          place: place(functions.files[function], line.line)
        )
      }
      // An address without a function.
      let frames = texts.isEmpty ? [(name: unnamed, place: Array("null".utf8))] : texts
      names.append(Array(frames.reversed().map(\.name).joined(separator: comma)))
      self.lines.append(Array(frames.reversed().map(\.place).joined(separator: comma)))
      leaves.append(leaf + frames[0].name + leafLine + frames[0].place)
    }
    leaves.append(Array(#""leaf":null,"leaf_line":null"#.utf8))
  }

  /// `"file.go:12"`; null when unknown.
  private func place(_ file: StringID, _ line: Int64) -> [UInt8] {
    if file == .empty, line == 0 { return Array("null".utf8) }
    var text = Array(profile.strings[bytesOf: file])
    if line != 0 { text += Array(":\(line)".utf8) }
    return jsonText(text)
  }

  // MARK: Labels

  /// A sample's `"labels":[…],"size":…`.
  func labels(ofSample sample: Int) -> [UInt8] {
    var size: Int64?
    var list = namedLabels
    for label in samples.labels[samples.labelRange(of: sample)] {
      if label.key == sizeKey, label.kind == .number, label.number > 0, size == nil {
        size = label.number
        continue
      }
      if !list.isEmpty { list.append(UInt8(ascii: ",")) }
      let key = jsonText(profile.strings[bytesOf: label.key])
      let text = profile.strings[bytesOf: label.string]
      list +=
        label.kind == .text
        ? Self.label(key, text: jsonText(text))
        : Self.label(
          key, number: Array("\(label.number)".utf8),
          unit: text.isEmpty ? Array("null".utf8) : jsonText(text))
    }
    return Array(#""labels":["#.utf8) + list + Array(#"],"size":"#.utf8)
      + Array((size.map { "\($0)" } ?? "null").utf8)
  }

  /// The same for a sample without labels, and for a row that sums up samples.
  var noLabels: [UInt8] {
    Array(#""labels":["#.utf8) + namedLabels + Array(#"],"size":null"#.utf8)
  }

  private static func label(
    _ key: [UInt8], text: [UInt8] = Array("null".utf8), number: [UInt8] = Array("null".utf8),
    unit: [UInt8] = Array("null".utf8)
  ) -> [UInt8] {
    Array(#"{"key":"#.utf8) + key + Array(#","text":"#.utf8) + text + Array(#","number":"#.utf8)
      + number + Array(#","unit":"#.utf8) + unit + [UInt8(ascii: "}")]
  }
}

/// Concatenated texts, found by number.
struct JSONPieces: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [Int] = [0]

  mutating func append(_ text: [UInt8]) {
    bytes += text
    ends.append(bytes.count)
  }

  func range(_ row: Int) -> Range<Int> { ends[row]..<ends[row + 1] }

  func withText(_ row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(row)])) }
  }
}

/// Returns a name as a JSON string.
func jsonText(_ name: some Collection<UInt8>) -> [UInt8] { jsonText(documentName(name)) }

func jsonText(_ text: String) -> [UInt8] {
  var writer = JSONWriter(.line)
  writer.write(.string(text))
  return writer.output.bytes
}

/// `2026-11-30T08:00:00.000000Z`, which engines parse as a time.
private func rowTime(_ nanoseconds: Int64) -> String {
  let rest = nanoseconds % 1_000_000_000
  let digits = "\((rest < 0 ? rest + 1_000_000_000 : rest) / 1000)"
  return universalTime(nanoseconds, "%Y-%m-%dT%H:%M:%S.")
    + String(repeating: "0", count: 6 - digits.utf8.count) + digits + "Z"
}
