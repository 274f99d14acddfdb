import Foundations
import Glibc
import Reports

extension OutputRequest {
  /// Returns a report in the requested format.
  ///
  /// - Throws: errors of making it, and a failure when the report does not have this format.
  func written(_ report: ReportForms) throws -> TextOutput {
    if let text = try format.write(report) { return text }
    throw CommandFailure(.usage, "--format \(format.name): this report has no such form")
  }

  func written(
    text: @escaping () throws -> TextOutput, document: @escaping () throws -> ReportDocument
  ) throws -> TextOutput {
    try written(ReportForms(text: text, document: document))
  }
}

extension Session {
  /// Takes the parts of a report while they are made, so that no report is held as a whole; nil
  /// when the report must be examined before it is written.
  func drain(_ place: OutputRequest) -> ((Span<UInt8>) throws -> Void)? {
    guard let path = place.file, path != "-" else {
      guard let write = invocation.write else { return nil }
      return { bytes in try write(bytes) }
    }
    return { [self] bytes in
      let file = if let outputFile { outputFile } else { try openOutput(path) }
      outputFile = file
      do throws(SystemError) { try file.write(bytes) } catch { throw cannotWrite(path, error) }
    }
  }

  /// The same for reports with names as in the profile, which a terminal gets only after the whole
  /// report was made safe.
  func drainUnlessTerminal(
    _ place: OutputRequest
  ) -> ((Span<UInt8>) throws -> Void)? {
    isForPeople(place) ? nil : drain(place)
  }

  /// Writes a report, or what is left of it, to standard output or to the requested file.
  func deliver(_ text: TextOutput, _ place: OutputRequest) throws(CommandFailure) {
    if text.isOverLimit {
      throw CommandFailure(
        .badData, "the report is longer than \(TextOutput.limit >> 20) MiB, the limit")
    }
    guard let path = place.file, path != "-" else {
      output = isForPeople(place) && isASCII ? text.plain(style(place)) : text
      noteHeight(place)
      return
    }
    let file = if let outputFile { outputFile } else { try openOutput(path) }
    outputFile = nil
    try finish(file, text, path)
  }

  /// Says that a report is longer than the screen, so that its beginning has scrolled away.
  private func noteHeight(_ place: OutputRequest) {
    guard place.format == .text, let height = style(place).height else { return }
    let lines = output.bytes.count { $0 == UInt8(ascii: "\n") }
    if lines < height { return }
    message(
      "\(lines) lines, more than the screen has: add --color=always and pipe to 'less -R'")
  }

  /// Writes an additional file.
  func write(_ text: TextOutput, to path: String) throws(CommandFailure) {
    try finish(openOutput(path), text, path)
  }

  private func finish(
    _ file: OutputFile, _ text: TextOutput, _ path: String
  ) throws(CommandFailure) {
    do throws(SystemError) {
      try file.write(text.bytes)
      try file.finish()
    } catch {
      throw cannotWrite(path, error)
    }
    message("wrote \(path)")
  }

  private func openOutput(_ path: String) throws(CommandFailure) -> OutputFile {
    if let file = FileIdentity(path), inputFiles.contains(file) {
      throw CommandFailure(
        .usage, "--output '\(path)': is a profile that is being read; give another file")
    }
    do { return try OutputFile(path) } catch { throw cannotWrite(path, error) }
  }

  private func cannotWrite(_ path: String, _ error: SystemError) -> CommandFailure {
    let reason: String
    let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
    if error.errno == ENOENT, !folder.isEmpty, access(String(folder), F_OK) != 0 {
      reason = "there is no folder \(folder); make it first"
    } else if error.errno == EACCES, OutputFile.isReadOnly(path) {
      reason = "the file is read-only; make it writable ('chmod u+w') or give another one"
    } else {
      reason = systemMessage(error.errno)
    }
    return CommandFailure(.cannotCreate, "\(path): cannot write: \(reason)")
  }
}
