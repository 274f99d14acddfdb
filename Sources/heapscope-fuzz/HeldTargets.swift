import Glibc
import HeapDump
import Ownership
import ProfileBytes
import ProfileCodec
import ProfileModel
import Reports

/// A heap dump file.
@Sendable func fuzzHeld(_ bytes: [UInt8]) {
  guard let dump = try? readHeapDump(from: ArraySource(bytes)) else { return }
  let ownership = Ownership(dump.names.profile)
  let retention = Retention(dump, symbols: nil, ownership: ownership)
  let held = retention.holders.reduce(0) { $0 + $1.bytes }
  if held != retention.totals.reachableBytes {
    fail("holders keep \(held) of \(retention.totals.reachableBytes) bytes")
  }
  let objects = retention.holders.reduce(0) { $0 + $1.objects }
  if objects != retention.totals.reachableObjects {
    fail("holders keep \(objects) of \(retention.totals.reachableObjects) objects")
  }
  let report = HeldReport(retention, ownership)
  if dump.objects.count > 0, let explanation = retention.explanation(of: dump.objects.count / 2) {
    let steps = explanation.way.steps.map(\.object)
    if steps.last != explanation.object { fail("the way ends elsewhere") }
    let way = HeldWayReport(report, explanation).forms(fuzzStyle)
    checkText((try? way.text()) ?? TextOutput(), "held --path")
    if let document = try? way.document?() { checkDocument(document, "held --path") }
  }
  checkText(report.text(fuzzStyle, count: 0), "held")
  if let document = try? report.forms(fuzzStyle, count: 0).document?() {
    checkDocument(document, "held")
  }
  _ = report.json()
  let profile = report.profile()
  if let problem = profile.inconsistency { fail("inconsistent: \(problem)") }
  if profile.magnitude(ofColumn: 3) != Int64(retention.totals.reachableBytes) {
    fail("the profile does not add up")
  }
}

/// A program file, for its symbols.
@Sendable func fuzzProgram(_ bytes: [UInt8]) {
  // libelf reads files; mkstemp replaces the X with a name of its own.
  var path = Array("/tmp/heapscope-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&path)
  if descriptor < 0 { return }
  unlink(path)
  defer { close(descriptor) }
  if bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) < bytes.count { return }
  _ = try? ProgramSymbols(descriptor: descriptor)
}
