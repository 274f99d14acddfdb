package import HeapAnalysis
import ProfileModel

/// Returns the findings as JSON, schema `heapscope.hotspots/1` (docs/schema.md).
package func hotspotsJSON(_ report: HotspotReport) -> TextOutput {
  jsonText(
    .present([
      "schema": .string("heapscope.hotspots/1"),
      "sampleType": .string(report.sampleType),
      "unit": .string(report.unit),
      "total": .integer(report.total),
      "gained": report.sum.lost < 0 ? .integer(report.sum.gained) : nil,
      "lost": report.sum.lost < 0 ? .integer(report.sum.lost) : nil,
      "module": .string(report.modulePath),
      "ownCode": .string(report.ownCode.rawValue),
      "sampling": samplingObject(report),
      "blindSpots": object(report.blindSpots),
      "findings": .rows(report.findings, object),
      "suppressed": report.suppressed.isEmpty
        ? nil : .rows(report.suppressed, suppressedObject),
      "hints": .rows(report.hints, object),
      "unreadShare": .number(report.unreadShare),
    ]))
}

/// A finding that a rules file hides, as JSON.
private func suppressedObject(_ finding: Finding) -> JSONValue {
  .object([
    "kind": .string(finding.kind.rawValue),
    "rule": .string(finding.rule),
    "title": .string(finding.title),
    "share": .number(finding.share),
    "value": .integer(finding.value),
  ])
}

private func object(_ finding: Finding) -> JSONValue {
  let footprint = finding.footprint
  return .present([
    "kind": .string(finding.kind.rawValue),
    "rule": .string(finding.rule),
    "title": .string(finding.title),
    "advice": .string(finding.advice),
    "share": .number(finding.share),
    "unblamedShare": .number(finding.unblamedShare),
    "value": .integer(finding.value),
    "allocatedBytes": footprint.allocatedBytes.map(JSONValue.integer),
    "allocatedObjects": footprint.allocatedObjects.map(JSONValue.integer),
    "liveBytes": footprint.liveBytes.map(JSONValue.integer),
    "liveObjects": footprint.liveObjects.map(JSONValue.integer),
    "averageObjectSize": footprint.averageObjectSize.map(JSONValue.number),
    "churnedBytes": footprint.churnedBytes.map(JSONValue.integer),
    "retention": footprint.retention.map(JSONValue.number),
    "error": (finding.error?.value).map(object),
    "allocatedError": (finding.error?.allocatedBytes).map(object),
    "liveError": (finding.error?.liveBytes).map(object),
    "blame": .rows(finding.blame, object),
    "paths": .rows(finding.paths) { path in
      .object([
        "functions": .array(path.functions.map(JSONValue.string)), "share": .number(path.share),
      ])
    },
  ])
}

private func object(_ line: BlamedLine) -> JSONValue {
  .present([
    "function": .string(line.function),
    "file": .string(line.file),
    "line": .integer(line.line),
    "share": .number(line.share),
    "value": .integer(line.value),
    "thirdParty": .bool(line.isThirdParty),
    "wayIn": line.wayIn.map(JSONValue.string),
    "caller": line.isThirdParty ? line.callers.first.map(place) : nil,
    "callers": .rows(line.callers) { caller in
      .object([
        "function": .string(caller.function), "file": .string(caller.file),
        "line": .integer(caller.line), "share": .number(caller.share),
      ])
    },
    "forwarders": line.forwarders.isEmpty ? nil : .rows(line.forwarders, place),
    "printedMaps": (line.arithmetic?.printedMaps).map(object),
    "price": (line.arithmetic?.price).map(object),
    "ladder": (line.arithmetic?.ladder).map(object),
  ])
}

private func place(_ caller: BlamedLine.Caller) -> JSONValue {
  .object([
    "function": .string(caller.function), "file": .string(caller.file),
    "line": .integer(caller.line),
  ])
}
