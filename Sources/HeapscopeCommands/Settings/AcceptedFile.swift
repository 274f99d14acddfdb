import Foundations
import Glibc
import HeapAnalysis
import Reports

/// The file of findings that `check` accepts (docs/check.md).
extension AcceptedFindings {
  /// The most bytes of such a file: a program writes it, and it may have many lines.
  static let sizeLimit = 8 << 20

  init(_ bytes: [UInt8]) throws(SettingsError) {
    var file = try SettingsTable(SettingsValue(bytes), "the file")
    var entries: [Entry] = []
    for given in try file.tables("accepted") {
      var table = given
      func needed<Value>(_ key: String, _ value: Value?) throws(SettingsError) -> Value {
        if let value { return value }
        throw table.missing(key, "an accepted finding has no '\(key)'")
      }
      let subject = try needed("budget", try table.text("budget")).text
      let type = try needed("sample-type", try table.text("sample-type")).text
      let function = try table.text("function")?.text ?? ""
      let name = try table.text("file")?.text ?? ""
      let share = try needed("share", try table.text("share"))
      let value = try needed("value", try table.count("value"))
      guard share.text.hasSuffix("%"), let percent = Double(share.text.dropLast()),
        (0...100).contains(percent)
      else {
        throw SettingsError(
          line: share.line, reason: "'share' is '\(share.text)': give 0% to 100%")
      }
      try table.finish()
      entries.append(
        Entry(
          subject: subject, sampleType: type, function: function, file: name, share: percent / 100,
          value: value))
    }
    try file.finish()
    self.init(entries)
  }
}

extension Session {
  func accepted(in path: String) throws(CommandFailure) -> AcceptedFindings {
    let source = try FileSource.open(path, as: "a file of accepted findings")
    let bytes = try settingsBytes(
      source, path, limit: AcceptedFindings.sizeLimit, of: "a file of accepted findings")
    do { return try AcceptedFindings(bytes) } catch {
      throw CommandFailure(.badData, "\(shownName(path)):\(error.line): \(error.reason)")
    }
  }
}

/// The text of a file of accepted findings.
func acceptedText(_ entries: [AcceptedFindings.Entry]) -> TextOutput {
  var output = TextOutput()
  output.line("# Findings that 'heapscope check --accepted' lets pass, as they were when it was")
  output.line("# written. Write it anew with --write-accepted, or take out what was mended.")
  if entries.isEmpty { output.line("accepted = []") }
  for entry in entries {
    output.line()
    output.line("[[accepted]]")
    output.line("budget = " + quoted(entry.subject))
    output.line("sample-type = " + quoted(entry.sampleType))
    if !entry.function.isEmpty { output.line("function = " + quoted(entry.function)) }
    if !entry.file.isEmpty { output.line("file = " + quoted(entry.file)) }
    output.line("share = \"\(formatted(entry.share * 100, "%.4f"))%\"")
    output.line("value = \(max(0, entry.value))")
  }
  return output
}

/// A text in TOML's syntax.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\" + String(scalar)
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    default:
      if scalar.properties.generalCategory == .control {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + "\""
}
