import Ownership
import GCTrace
import GoroutineDump
import HeapAnalysis
import LogText
import Metrics
import ProfileBytes
import ProfileCodec
import Reports

private func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
}

/// A garbage collection log, Go's or a JVM's, with other lines between.
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

/// A goroutine dump in one of its text forms, once and twice; whatever can be read as a profile is
/// also one of its moments.
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
  // A sum beyond 64 bits is saturated.
  if sum != report.total, report.total != Int.max {
    fail("groups add up to \(sum) goroutines, and there are \(report.total)")
  }
  checkText(report.text(fuzzStyle, count: 0), "goroutines")
  checkDocument(report.document(), "goroutines")
}

/// A log as people have it: what the text layer makes of it, in one piece and in small ones.
@Sendable func fuzzLogLines(_ bytes: [UInt8]) {
  let whole = logLines(bytes, pieces: max(1, bytes.count))
  let small = logLines(bytes, pieces: 7)
  if whole.map(\.text) != small.map(\.text) { fail("lines depend on how the file is read") }
  if whole.contains(where: { $0.text.contains(UInt8(ascii: "\n")) }) {
    fail("a line has two lines")
  }
  var log = GCLog()
  for line in whole { log.add(line) }
  log.finish()
  var reader = GoroutineReader(GoroutineSeries(), name: "log")
  for line in whole { reader.add(line) }
  check(reader.finish())
}

private func logLines(_ bytes: [UInt8], pieces: Int) -> [LogLine] {
  var reader = LogReader()
  var result: [LogLine] = []
  var start = 0
  while start < bytes.count {
    let end = min(start + pieces, bytes.count)
    reader.add(bytes[start..<end]) { result.append($0) }
    start = end
  }
  reader.finish { result.append($0) }
  return result
}

/// Two texts of benchmarks, compared.
@Sendable func fuzzBenchmarks(_ bytes: [UInt8]) {
  guard bytes.count > 2 else { return }
  let count = min(Int(bytes[0]) << 8 | Int(bytes[1]), bytes.count - 2)
  let rest = bytes[2...]
  let texts = [rest.prefix(count), rest.dropFirst(count)].map { part in
    var text = BenchmarkText()
    for line in lines(Array(part)) { text.add(String(decoding: line, as: UTF8.self)) }
    return text
  }
  if texts[0].runs.isEmpty { return }
  for run in texts[0].runs where run.iterations < 1 || run.processors < 1 {
    fail("\(run) ran \(run.iterations) times")
  }
  var report = BenchReport(texts[0].runs, textName: "a")
  report.comparison = BenchmarkComparison(before: texts[1].runs, after: texts[0].runs)
  for row in report.comparison?.rows ?? [] {
    if let p = row.probability, !(0...1).contains(p) { fail("a probability of \(p)") }
    if let p = row.probability, let rate = row.rate, rate < p - 1e-12 {
      fail("a rate of \(rate) for a probability of \(p)")
    }
    if let interval = row.after.interval, !interval.contains(row.after.median) {
      fail("the median \(row.after.median) is outside of \(interval)")
    }
  }
  checkText(report.text(fuzzStyle), "bench")
  checkText(report.markdown(), "bench markdown")
  checkDocument(report.document(), "bench")
}

/// Responses of `/metrics`, one or more of them: once and twice.
@Sendable func fuzzMetrics(_ bytes: [UInt8]) {
  var reader = MetricsReader()
  for time in [100.0, 200.0] {
    reader.begin(file: "file", seconds: time)
    var text = LogReader()
    text.add(bytes[...]) { reader.add($0) }
    text.finish { reader.add($0) }
    reader.endFile()
  }
  let counted = reader.lines.read + reader.lines.others + reader.lines.damaged
  if counted > reader.lines.all { fail("\(reader.lines) of \(reader.lines.all) lines") }
  for process in reader.finished() {
    if process.runStarts != process.runStarts.sorted() || process.runStarts.first != 0 {
      fail("runs begin at \(process.runStarts)")
    }
    let account = process.account
    if let resident = account.resident, let held = account.held, let rest = account.unexplained,
      abs(resident) < 1 << 60, abs(held) < 1 << 60, held + rest != resident
    {
      fail("the account does not add up: \(account)")
    }
  }
  let report = MetricsReport(reader, every: 15)
  checkText(report.text(fuzzStyle, count: 0), "metrics")
  checkDocument(report.document(), "metrics")
}
