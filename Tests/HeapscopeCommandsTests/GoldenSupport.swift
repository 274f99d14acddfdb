import HeapscopeTestSupport
import Testing

/// Compares a report with its golden file; see ``compareWithGolden(_:_:)``.
func expectGolden(
  _ bytes: [UInt8], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  switch try compareWithGolden(bytes, name) {
  case .equal: break
  case .different(let text), .rewritten(let text):
    Issue.record("\(text)", sourceLocation: sourceLocation)
  }
}

/// A run in the format of a golden file: the status, then both outputs.
func expectGolden(
  _ run: CommandRun, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var bytes = Array("status \(run.status)\n".utf8)
  for line in run.messages { bytes += Array("stderr: \(line)\n".utf8) }
  try expectGolden(bytes + run.output, name, sourceLocation: sourceLocation)
}

/// Returns a text as one line, to ignore line breaks.
func unbroken(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

/// Returns a text without its SGR codes.
func withoutColor(_ text: String) -> String {
  text.replacing(/\u{1b}\[[0-9;]*m/, with: "")
}
