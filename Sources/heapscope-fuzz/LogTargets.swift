import Ownership
import GCTrace
import GoroutineDump
import HeapAnalysis
import HeapscopeCommands
import ProfileBytes
import ProfileCodec
import Reports

private func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
}

/// A log of collections: Go's or a JVM's, with other lines between.
@Sendable func fuzzGCTrace(_ bytes: [UInt8]) { checkGCTrace(lines(bytes)) }

private func checkGCTrace(_ lines: [ArraySlice<UInt8>]) {
  var log = GCLog()
  for line in lines { log.add(line) }
  log.finish()
  if log.lines.all != lines.count || log.lines.skipped < 0 {
    fail("\(lines.count) lines were counted as \(log.lines)")
  }
  if log.events.isEmpty { return }
  let report = GCTraceReport(log, findings: nil)
  checkText(report.text(fuzzStyle, count: 0), "gctrace")
  checkDocument(report.document(), "gctrace")
}

/// A dump of goroutines in one of its text forms, as it is and twice over; what can be
/// read as a profile is one of its moments too.
@Sendable func fuzzGoroutines(_ bytes: [UInt8]) {
  checkGoroutines([lines(bytes)])
  checkGoroutines([lines(bytes), lines(bytes)])
  guard let profile = readForReports(bytes) else { return }
  var series = GoroutineSeries()
  if series.add(profile, name: "a"), series.add(profile, name: "b") { check(series) }
}

private func checkGoroutines(_ dumps: [[ArraySlice<UInt8>]]) {
  var series = GoroutineSeries()
  for (index, lines) in dumps.enumerated() {
    var reader = GoroutineReader(series, name: "dump \(index)")
    for line in lines { reader.add(line) }
    series = reader.finish()
  }
  let count = dumps.reduce(0) { $0 + $1.count }
  if series.lines.all != count || !(0...count).contains(series.lines.skipped) {
    fail("\(count) lines were counted as \(series.lines)")
  }
  check(series)
}

private func check(_ series: GoroutineSeries) {
  if let problem = series.names.inconsistency { fail("inconsistent: \(problem)") }
  let report = GoroutineReport(series, options: OwnershipOptions())
  let sum = report.present.reduce(into: Int128(0)) { $0 += Int128($1.count) }
  // A sum beyond 64 bits stays at their end.
  if sum != report.total, report.total != Int.max {
    fail("groups add up to \(sum) goroutines, and there are \(report.total)")
  }
  checkText(report.text(fuzzStyle, count: 0), "goroutines")
  checkDocument(report.document(), "goroutines")
}

/// Lines that a container or a logger wrapped into JSON, and what they hold.
@Sendable func fuzzLogLines(_ bytes: [UInt8]) {
  var unwrapped: [ArraySlice<UInt8>] = []
  for line in lines(bytes) {
    guard let texts = JSONLogLine.texts(in: line) else {
      unwrapped.append(line)
      continue
    }
    // An escape is never shorter than what it stands for.
    let count = texts.reduce(0) { $0 + $1.count }
    if count > line.count { fail("\(line.count) bytes were unwrapped to \(count)") }
    if texts.contains(where: { $0.contains(UInt8(ascii: "\n")) }) { fail("a line has two lines") }
    unwrapped += texts
  }
  checkGCTrace(unwrapped)
  checkGoroutines([unwrapped])
}
