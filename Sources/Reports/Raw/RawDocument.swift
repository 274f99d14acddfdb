import ProfileModel

extension ReportContext {
  /// The tables of the profile.
  package func rawDocument() -> ReportDocument {
    let samples = profile.samples
    let locations = profile.locations
    let functions = profile.functions
    let strings = profile.strings
    // Ids use all 64 bits, but many JSON readers keep only 53.
    @Sendable func id(_ value: UInt64) -> ReportDocument.Cell { .text(String(value)) }
    @Sendable func sampleRow(_ sample: Int) -> [ReportDocument.Cell] {
      [
        .list(samples.values(of: sample).map { .integer($0) }), .list(labelCells(sample)),
        .list(samples.frames[samples.frameRange(of: sample)].map { id(locations.ids[$0.index]) }),
      ]
    }
    @Sendable func locationRow(_ row: Int) -> [ReportDocument.Cell] {
      let lines = locations.lines[locations.lineRange(of: row)].map { line -> ReportDocument.Cell in
        let name = Array(strings[bytesOf: functions.names[line.function.index]])
        let file = Array(strings[bytesOf: functions.files[line.function.index]])
        return .name(name + Array(" ".utf8) + file + Array(":\(line.line):\(line.column)".utf8))
      }
      return [
        id(locations.ids[row]), .text(hex(locations.addresses[row])),
        locations.mappings[row].index.map { id(profile.mappings[$0].id) } ?? .none,
        .flag(locations.foldedFlags[row]), .list(lines),
      ]
    }
    let mappingRows = profile.mappings.map { mapping -> [ReportDocument.Cell] in
      [
        id(mapping.id), .text(hex(mapping.start)), .text(hex(mapping.limit)),
        .text(hex(mapping.offset)), .name(Array(strings[bytesOf: mapping.file])),
        .name(Array(strings[bytesOf: mapping.buildID])),
      ]
    }
    return ReportDocument(
      "raw", self,
      [
        .init("samples", ["values", "labels", "locations"], rowCount: samples.count) {
          sampleRow($0)
        },
        .init(
          "locations", ["id", "address", "mapping", "folded", "lines"],
          rowCount: locations.count
        ) { locationRow($0) },
        .init("mappings", ["id", "start", "limit", "offset", "file", "buildID"], mappingRows),
      ])
  }
}
