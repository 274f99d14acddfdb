package import ProfileModel

/// The content of a profile without ids, rows and the order of its tables: equal for all encodings
/// of the same profile.
package struct ProfileFacts: Equatable {
  package struct Frame: Equatable {
    package var name: [UInt8]
    package var file: [UInt8]
    package var line: Int64
    package var column: Int64
    package var startLine: Int64
  }

  package struct Sample: Equatable {
    package var values: [Int64]

    /// Leaf first; one element per location.
    package var stack: [[Frame]]
    package var addresses: [UInt64]
    package var binaries: [[UInt8]]
    package var labels: [[UInt8]]
  }

  package var types: [[UInt8]]
  package var samples: [Sample]
  package var header: [[UInt8]]
  package var numbers: [Int64]

  package init(_ profile: Profile) {
    let strings = profile.strings
    func text(_ id: StringID) -> [UInt8] { Array(strings[bytesOf: id]) }
    func text(_ type: SampleType) -> [UInt8] { text(type.name) + [0x2f] + text(type.unit) }
    types = profile.sampleTypes.map(text)
    samples = (0..<profile.samples.count).map { row in
      let stack = profile.samples.frames[profile.samples.frameRange(of: row)]
      return Sample(
        values: profile.samples.values(of: row),
        stack: stack.map { location in
          profile.locations.lines[profile.locations.lineRange(of: location.index)].map { line in
            let function = line.function.index
            return Frame(
              name: text(profile.functions.names[function]),
              file: text(profile.functions.files[function]), line: line.line, column: line.column,
              startLine: profile.functions.startLines[function])
          }
        },
        addresses: stack.map { profile.locations.addresses[$0.index] },
        binaries: stack.map { location in
          profile.locations.mappings[location.index].index.map { text(profile.mappings[$0].file) }
            ?? []
        },
        labels: profile.samples.labels[profile.samples.labelRange(of: row)].filter {
          // profile.proto cannot represent a label of the number 0 without a unit.
          $0.kind == .text || $0.number != 0 || !text($0.string).isEmpty
        }.map {
          text($0.key) + [0x3d] + text($0.string) + Array("\($0.kind) \($0.number)".utf8)
        })
    }
    header =
      [profile.dropFrames, profile.keepFrames, profile.defaultSampleType, profile.documentationURL]
      .map(text) + profile.comments.map(text)
      // A period type that is absent and one without names are the same to pprof.
      + [profile.periodType.map(text) ?? [0x2f]]
    numbers = [profile.timeNanoseconds, profile.durationNanoseconds, profile.period]
  }
}

extension Profile {
  /// What every user of the columns relies on: existing rows, one value per type, ascending ends.
  /// Nil when all hold.
  package var inconsistency: String? {
    let stringCount = strings.count
    if samples.values.count != sampleTypes.count { return "columns of values" }
    for column in samples.values where column.count != samples.count { return "length of a column" }
    if samples.frameEnds != samples.frameEnds.sorted() { return "frame ends" }
    if samples.frameEnds.last ?? 0 != samples.frames.count { return "last frame end" }
    if samples.labelEnds != samples.labelEnds.sorted() { return "label ends" }
    if samples.labelEnds.count > samples.count { return "number of label ends" }
    if samples.labelEnds.last ?? 0 != samples.labels.count { return "last label end" }
    if samples.frames.contains(where: { $0.index >= locations.count }) { return "frame" }
    for label in samples.labels where max(label.key.index, label.string.index) >= stringCount {
      return "label"
    }
    if locations.lineEnds != locations.lineEnds.sorted() { return "line ends" }
    if locations.lineEnds.last ?? 0 != locations.lines.count { return "last line end" }
    if locations.lines.contains(where: { $0.function.index >= functions.count }) { return "line" }
    if locations.mappings.contains(where: { $0.index ?? -1 >= mappings.count }) { return "mapping" }
    let texts =
      functions.names + functions.systemNames + functions.files + comments
      + sampleTypes.flatMap { [$0.name, $0.unit] } + mappings.flatMap { [$0.file, $0.buildID] }
      + [dropFrames, keepFrames, defaultSampleType, documentationURL]
    return texts.contains { $0.index >= stringCount } ? "text" : nil
  }
}
