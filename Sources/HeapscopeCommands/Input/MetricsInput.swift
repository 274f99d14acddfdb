import Foundations
import Glibc
import LogText
import Metrics
import ProfileCodec
import ProfileFetch
import Reports

extension Session {
  /// Reads one or more answers of `/metrics`.
  ///
  /// - Parameter process: a name for the process, if the input has none.
  func readMetrics(
    _ input: ProfileInput, into reader: inout MetricsReader, process: String = ""
  ) throws(CommandFailure) {
    let opened = try input.open()
    let source = try decoding(input.name) { () throws(CodecError) in try unpacked(opened).source }
    if let file = (opened as? FileSource)?.identity { inputFiles.insert(file) }
    reader.begin(file: input.name, seconds: input.path.flatMap(FileSource.writtenSeconds))
    try readLines(of: source, input.name) { line in
      var line = line
      if line.process.isEmpty { line.process = process }
      reader.add(line)
    }
    reader.endFile()
  }

  /// Reads from a pipe until it ends or a signal asks for what was read so far; on a terminal,
  /// shows it as it arrives.
  func followMetrics(
    _ pipe: FileSource, _ output: OutputRequest, every: Double?
  ) throws(CommandFailure) -> MetricsReader {
    let screen = liveScreen(output)
    let reading = MetricsReading()
    let follower = LogFollower(self, screen) { screen in
      let report = MetricsReport(reading.reader, every: every)
      let lines = groupedDigits(Int64(report.lines.all))
      screen.show {
        report.screen($0, height: $1, footer: "\(lines) lines read; q ends with the report")
      }
    }
    let name = "standard input"
    reading.reader.begin(file: name, seconds: nil)
    try readLines(of: pipe, name, following: follower) { reading.reader.add($0) }
    screen?.leave()
    reading.reader.endFile()
    return reading.reader
  }
}

/// Metrics while they are read, so that they can be drawn meanwhile.
private final class MetricsReading {
  var reader = MetricsReader()
}

extension FileSource {
  /// When a regular file was written, in seconds since 1970; nil for anything else.
  static func writtenSeconds(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }
}

extension ProfileURL {
  /// The program's address as a user types it: `localhost:6060`.
  var place: String {
    if let socket { return "unix:" + socket }
    return isSecure ? origin : String(origin.dropFirst("http://".count))
  }

  /// Asks for a goroutine dump, unless the URL says what is wanted.
  mutating func askForGoroutines() {
    setDefault(path: "/debug/pprof/goroutine")
    // The full stacks, with states and waiting times.
    if path.hasSuffix("/goroutine") || path.hasSuffix("/goroutineleak"),
      value(of: "debug") == nil
    {
      set("debug", to: "2")
    }
  }
}
