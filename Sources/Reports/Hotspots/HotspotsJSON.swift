package import HeapAnalysis

/// Returns the findings as JSON, schema `heapscope.hotspots/1` (docs/schema.md).
package func hotspotsJSON(_ report: HotspotReport) -> TextOutput {
  // The encoder holds all of it, so what is too long is not begun.
  var length = 0
  for line in report.findings.lazy.flatMap(\.blame) {
    length += line.function.utf8.count + line.file.utf8.count
  }
  var output = TextOutput()
  return output.fits(length) ? jsonText(HotspotsDocument(report)) : output
}

private struct HotspotsDocument: Encodable {
  var schema = "heapscope.hotspots/1"
  var sampleType: String
  var unit: String
  var total: Int64
  var module: String
  var sampling: SamplingDocument
  var blindSpots: BlindSpotsDocument
  var findings: [FindingDocument]
  var suppressed: [SuppressedDocument]?
  var hints: [HintDocument]

  init(_ report: HotspotReport) {
    sampleType = report.sampleType
    unit = report.unit
    total = report.total
    module = report.modulePath
    sampling = SamplingDocument(report)
    blindSpots = BlindSpotsDocument(report.blindSpots)
    findings = report.findings.map(FindingDocument.init)
    if !report.suppressed.isEmpty { suppressed = report.suppressed.map(SuppressedDocument.init) }
    hints = report.hints.map(HintDocument.init)
  }
}

/// A finding that a rules file hides.
private struct SuppressedDocument: Encodable {
  var kind: String
  var rule: String
  var title: String
  var share: Double
  var value: Int64

  init(_ finding: Finding) {
    kind = finding.kind.rawValue
    rule = finding.rule
    title = finding.title
    share = finding.share
    value = finding.value
  }
}

private struct FindingDocument: Encodable {
  struct Blame: Encodable {
    var function: String
    var file: String
    var line: Int64
    var share: Double
    var value: Int64
    var thirdParty: Bool
    var wayIn: String?
    var caller: Caller?
    var printedMaps: PrintedMapsDocument?
    var price: CallPriceDocument?
    var ladder: LadderDocument?
  }

  struct Caller: Encodable {
    var function: String
    var file: String
    var line: Int64
  }

  struct Path: Encodable {
    var functions: [String]
    var share: Double
  }

  var kind: String
  var rule: String
  var title: String
  var advice: String
  var share: Double
  var unblamedShare: Double
  var value: Int64
  var allocatedBytes: Int64?
  var allocatedObjects: Int64?
  var liveBytes: Int64?
  var liveObjects: Int64?
  var averageObjectSize: Double?
  var churnedBytes: Int64?
  var retention: Double?
  var error: ErrorDocument?
  var allocatedError: ErrorDocument?
  var liveError: ErrorDocument?
  var blame: [Blame]
  var paths: [Path]

  init(_ finding: Finding) {
    kind = finding.kind.rawValue
    rule = finding.rule
    title = finding.title
    advice = finding.advice
    share = finding.share
    unblamedShare = finding.unblamedShare
    value = finding.value
    allocatedBytes = finding.footprint.allocatedBytes
    allocatedObjects = finding.footprint.allocatedObjects
    liveBytes = finding.footprint.liveBytes
    liveObjects = finding.footprint.liveObjects
    averageObjectSize = finding.footprint.averageObjectSize
    churnedBytes = finding.footprint.churnedBytes
    retention = finding.footprint.retention
    error = finding.error.map { ErrorDocument($0.value) }
    allocatedError = finding.error.map { ErrorDocument($0.allocatedBytes) }
    liveError = finding.error?.liveBytes.map(ErrorDocument.init)
    blame = finding.blame.map { line in
      Blame(
        function: line.function, file: line.file, line: line.line, share: line.share,
        value: line.value, thirdParty: line.isThirdParty, wayIn: line.wayIn,
        caller: line.caller.map { Caller(function: $0.function, file: $0.file, line: $0.line) },
        printedMaps: line.arithmetic?.printedMaps.map(PrintedMapsDocument.init),
        price: line.arithmetic?.price.map(CallPriceDocument.init),
        ladder: line.arithmetic?.ladder.map(LadderDocument.init))
    }
    paths = finding.paths.map { Path(functions: $0.functions, share: $0.share) }
  }
}
