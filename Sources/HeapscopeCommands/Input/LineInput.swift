import ProfileCodec
import Reports

extension Session {
  /// The name of standard input if something is there, else nil.
  func pipedInput() -> String? {
    if case .bytes = invocation.standardInput { return "-" }
    return nil
  }

  /// Hands out the lines of an input, each without its end.
  func readLines(
    of name: String, _ fetching: FetchingRequest, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(CommandFailure) {
    let input = try input(named: name, fetching)
    let source = try input.open()
    try readLines(of: source, input.name, body)
    if let file = (source as? FileSource)?.identity { inputFiles.insert(file) }
  }

  /// Hands out the lines of a source, each without its end, and what a container
  /// or a logger wrapped into JSON unwrapped.
  ///
  /// What goes beyond a megabyte of a line is left out.
  func readLines(
    of source: any ByteSource, _ name: String, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(CommandFailure) {
    var waiting: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    func handOut(_ line: ArraySlice<UInt8>) {
      if line.first == UInt8(ascii: "{"), let texts = JSONLogLine.texts(in: line) {
        for text in texts { body(text) }
      } else {
        body(line)
      }
    }
    while true {
      let count = try read(source, into: &buffer, name)
      if count == 0 { break }
      var start = 0
      while let end = buffer[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
        if waiting.isEmpty {
          handOut(buffer[start..<end])
        } else {
          waiting += buffer[start..<end].prefix(max(0, Self.lineLimit - waiting.count))
          handOut(waiting[...])
          waiting.removeAll(keepingCapacity: true)
        }
        start = end + 1
      }
      waiting += buffer[start..<count].prefix(max(0, Self.lineLimit - waiting.count))
    }
    if !waiting.isEmpty { handOut(waiting[...]) }
  }

  private static let lineLimit = 1 << 20

  private func read(
    _ source: any ByteSource, into buffer: inout [UInt8], _ name: String
  ) throws(CommandFailure) -> Int {
    try decoding(name) { () throws(CodecError) in
      var span = buffer.mutableSpan
      do throws(CodecError) {
        return try source.read(into: &span)
      } catch .changedWhileRead {
        // A log that goes on ends where it ended just now.
        return 0
      }
    }
  }

  /// Does something that may find the bytes of an input damaged, and says so.
  func decoding<Value>(
    _ name: String, _ body: () throws(CodecError) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try body() } catch {
      let status: ExitStatus =
        if case .input = error { .inputOutput } else { .badData }
      throw CommandFailure(status, "\(name): \(describe(error))")
    }
  }

  /// A report in a form that does not look after names itself, fit for a terminal.
  func safe(_ text: TextOutput, _ output: OutputRequest) -> TextOutput {
    output.format != .text && isForPeople(output) ? text.withoutControls() : text
  }
}
