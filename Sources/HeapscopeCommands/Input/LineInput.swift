import LogText
import ProfileCodec
import Reports

extension Session {
  /// The name of standard input if it has data, else nil.
  func pipedInput() -> String? {
    if case .bytes = invocation.standardInput { return "-" }
    return nil
  }

  /// Passes on the lines of an input, as the text layer splits them.
  func readLines(
    of name: String, _ fetching: FetchingRequest, following: LogFollower? = nil,
    _ body: (LogLine) -> Void
  ) throws(CommandFailure) {
    let input = try input(named: name, fetching)
    let source = try input.open()
    try readLines(of: source, input.name, following: following, body)
    if let file = (source as? FileSource)?.identity { inputFiles.insert(file) }
  }

  /// The same for a source.
  func readLines(
    of source: any ByteSource, _ name: String, following: LogFollower? = nil,
    _ body: (LogLine) -> Void
  ) throws(CommandFailure) {
    var reader = LogReader()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while following?.waitForMore(source) ?? true {
      let count = try read(source, into: &buffer, name)
      if count == 0 { break }
      reader.add(buffer[..<count], body)
    }
    reader.finish(body)
    if reader.cutLines > 0 {
      message(
        "\(name): \(reader.cutLines) \(reader.cutLines == 1 ? "line is" : "lines are") too long: "
          + "what follows the first megabyte of each is left out")
    }
  }

  private func read(
    _ source: any ByteSource, into buffer: inout [UInt8], _ name: String
  ) throws(CommandFailure) -> Int {
    try decoding(name) { () throws(CodecError) in
      var span = buffer.mutableSpan
      do throws(CodecError) {
        return try source.read(into: &span)
      } catch .changedWhileRead {
        // A log that is still being written ends at its current end.
        return 0
      }
    }
  }

  /// Runs code that may find the bytes of an input damaged, and reports it.
  func decoding<Value>(
    _ name: String, _ body: () throws(CodecError) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try body() } catch {
      let status: ExitStatus =
        if case .input = error { .inputOutput } else { .badData }
      throw CommandFailure(status, "\(name): \(describe(error))")
    }
  }

  /// A report made safe for a terminal, for formats that do not check names themselves.
  func safe(_ text: TextOutput, _ output: OutputRequest) -> TextOutput {
    output.format != .text && isForPeople(output) ? text.withoutControls() : text
  }
}
