import ArgumentParser
import Foundations
import Glibc
import HeapAnalysis
import Reports
import StackGraph

/// What all reports over a profile have in common.
struct ReportArguments: ParsableArguments {
  @OptionGroup(title: "SELECTION") var selection: SelectionArguments
  @OptionGroup(title: "SIZE AND ORDER") var graph: GraphArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments
}

/// A command that prints a report over profiles.
protocol ReportCommand: SessionCommand {
  var arguments: ReportArguments { get }

  /// The profiles named on the command line.
  var profiles: [String] { get }

  /// What is loaded one after the other, but fetched at the same time.
  var fetchedTogether: [String] { get }

  /// True for reports of our own; pprof's read Go's text form without its symbols.
  static var usesSymbols: Bool { get }

  /// True for reports that look different on a terminal. They make names safe
  /// themselves; in others that is done to the finished text.
  static var isStyled: Bool { get }

  /// Makes the report.
  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus)
}

extension ReportCommand {
  static var usesSymbols: Bool { false }
  static var isStyled: Bool { false }
  var fetchedTogether: [String] { [] }

  func run(in session: Session) throws -> ExitStatus {
    try session.fetchURLs(fetchedTogether, arguments.profile.fetch)
    let loaded = try session.load(profiles, arguments.profile, usesSymbols: Self.usesSymbols)
    if let note = provenanceNote(SamplingProvenance(loaded.profile)) {
      session.message("\(loaded.names.joined(separator: ", ")): \(note)")
    }
    var text: TextOutput
    let status: ExitStatus
    do {
      (text, status) = try report(loaded, in: session)
      if text.isOverLimit { throw ReportTooLong() }
    } catch is ReportTooLong {
      throw CommandFailure(
        .badData,
        "\(loaded.names.joined(separator: ", ")): the report is longer than "
          + "\(TextOutput.limit >> 20) MiB, the limit; select a part with --focus or --ignore")
    }
    if !Self.isStyled || arguments.output.format != .text,
      session.isForPeople(arguments.output)
    {
      text = text.withoutControls()
    }
    try session.deliver(text, arguments.output)
    return status
  }

  /// Returns the report in the format asked for.
  func written(
    text: () throws -> TextOutput, document: () throws -> ReportDocument
  ) rethrows -> TextOutput {
    try arguments.output.written(text: text, document: document)
  }

  /// Selects the part of the profile that the command line asks for.
  func select(
    _ loaded: LoadedProfile, in session: Session,
    _ change: (inout SelectionOptions) -> Void = { _ in }
  ) throws -> Selection {
    try arguments.selection.select(loaded, in: session, change)
  }
}

extension SelectionArguments {
  /// Selects the part of the profile that the command line asks for.
  ///
  /// - Parameter warns: says on standard error what a filter does not match.
  func select(
    _ loaded: LoadedProfile, in session: Session, warns: Bool = true,
    _ change: (inout SelectionOptions) -> Void = { _ in }
  ) throws(CommandFailure) -> Selection {
    var options = options()
    change(&options)
    do {
      let selection = try Selection(loaded.profile, options)
      if warns { for warning in selection.warnings { session.message(describe(warning)) } }
      return selection
    } catch {
      var failure = failure(error)
      if failure.status == .badData {
        failure.message = loaded.names.joined(separator: ", ") + ": " + failure.message
      }
      throw failure
    }
  }
}

extension OutputArguments {
  /// Returns a report in the format asked for.
  func written(
    text: () throws -> TextOutput, document: () throws -> ReportDocument
  ) rethrows -> TextOutput {
    switch format {
    case .text: try text()
    case .json: try document().json()
    case .csv: try document().csv()
    case .markdown: try document().markdown()
    }
  }
}

extension Session {
  /// Takes the parts of a report as they are made, so that none is held as a
  /// whole; nil when the report is to be looked at before it is written.
  func drain(_ arguments: some OutputPlace) -> ((Span<UInt8>) throws -> Void)? {
    guard let path = arguments.output, path != "-" else {
      guard let write = invocation.write else { return nil }
      return { bytes in try write(bytes) }
    }
    return { [self] bytes in
      let file = if let outputFile { outputFile } else { try openOutput(path) }
      outputFile = file
      do throws(SystemError) { try file.write(bytes) } catch { throw cannotWrite(path, error) }
    }
  }

  /// Writes a report, or what is left of it, to standard output or to the file
  /// asked for.
  func deliver(_ text: TextOutput, _ arguments: some OutputPlace) throws(CommandFailure) {
    if text.isOverLimit {
      throw CommandFailure(
        .badData, "the report is longer than \(TextOutput.limit >> 20) MiB, the limit")
    }
    guard let path = arguments.output, path != "-" else {
      output = text
      return
    }
    let file = if let outputFile { outputFile } else { try openOutput(path) }
    outputFile = nil
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
