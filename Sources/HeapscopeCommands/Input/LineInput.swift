import ProfileCodec
import ReportRendering

extension Session {
  /// The name of standard input if something is there, else nil.
  func pipedInput() -> String? {
    if case .bytes = invocation.standardInput { return "-" }
    return nil
  }

  /// Hands out the lines of an input, each without its end.
  ///
  /// A line of over a megabyte is handed out in parts.
  func readLines(
    of name: String, _ fetching: FetchArguments, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(CommandFailure) {
    let input = try input(named: name, fetching)
    let source = try input.open()
    var waiting: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try read(source, into: &buffer, input.name)
      if count == 0 { break }
      var start = 0
      for index in 0..<count where buffer[index] == UInt8(ascii: "\n") {
        if waiting.isEmpty {
          body(buffer[start..<index])
        } else {
          waiting += buffer[start..<index]
          body(waiting[...])
          waiting.removeAll(keepingCapacity: true)
        }
        start = index + 1
      }
      waiting += buffer[start..<count]
      if waiting.count > 1 << 20 {
        body(waiting[...])
        waiting.removeAll(keepingCapacity: true)
      }
    }
    if !waiting.isEmpty { body(waiting[...]) }
    if !input.isStream, let file = FileIdentity(input.name) { inputFiles.insert(file) }
  }

  private func read(
    _ source: any ByteSource, into buffer: inout [UInt8], _ name: String
  ) throws(CommandFailure) -> Int {
    do throws(CodecError) {
      var result: Result<Int, CodecError> = .success(0)
      buffer.withUnsafeMutableBytes { raw in
        do throws(CodecError) { result = .success(try source.read(into: raw)) } catch {
          result = .failure(error)
        }
      }
      return try result.get()
    } catch .changedWhileRead {
      // A log that goes on ends where it ended just now.
      return 0
    } catch {
      throw CommandFailure(.inputOutput, "\(name): \(describe(error))")
    }
  }

  /// A report in a form that does not look after names itself, fit for a terminal.
  func safe(_ text: TextOutput, _ arguments: OutputArguments) -> TextOutput {
    arguments.format != .text && isForPeople(arguments) ? text.withoutControls() : text
  }
}
