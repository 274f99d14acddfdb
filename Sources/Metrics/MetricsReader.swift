package import LogText

/// Reads text expositions of one or more moments and processes, line by line.
///
/// A scrape ends when a series occurs again, with `# EOF`, at a line with a date, and with the
/// file. Samples with timestamps belong to the moment of their timestamp, in any order.
package struct MetricsReader {
  /// Counts of the lines by their content.
  package struct LineCounts: Sendable, Equatable {
    package var all = 0

    /// Samples of known series.
    package var read = 0

    /// Samples of other series.
    package var others = 0

    /// Lines that begin as a sample of a known series, but do not continue as one.
    package var damaged = 0
  }

  private struct Process {
    var name: String
    var list = MomentList()

    /// The scrape that is being read.
    var open: Moment?

    /// The file's last moment of this process, if it has no time.
    var lastOfFile: Int?
  }

  /// Whether lines with dates come before the scrapes that they date, or after them.
  private enum DatePlace { case before, behind }

  package private(set) var lines = LineCounts()
  package private(set) var tally = LineTally()

  /// The first damaged line.
  package private(set) var damage: (file: String, line: Int, text: String)?

  /// The input has more processes than ``processLimit``; the rest are not kept.
  package private(set) var hasMoreProcesses = false

  private var processes: [Process] = []
  private var indexes: [String: Int] = [:]
  private var order = 0
  private var momentCount = 0
  private var file = ""
  private var fileSeconds: Double?
  private var sawSample = false
  private var datePlace: DatePlace?
  private var dateSeconds: Double?
  private var isInHeaders = false

  /// Prefixes of lines in the file.
  private var prefixes: [LinePrefix] = []

  package static let processLimit = 1024

  /// This many moments take 50 megabytes.
  private static let momentLimit = 1 << 16
  private static let processMomentLimit = 1 << 12
  private static let prefixLimit = 64

  package init() {}

  /// Begins a file.
  ///
  /// - Parameter seconds: when it was written, since 1970; nil when unknown.
  package mutating func begin(file: String, seconds: Double?) {
    self.file = file
    fileSeconds = seconds
    sawSample = false
    datePlace = nil
    dateSeconds = nil
    isInHeaders = false
    prefixes = []
  }

  /// Ends the file: its last moments get the time when it was written.
  package mutating func endFile() {
    closeAll()
    for index in processes.indices {
      if let last = processes[index].lastOfFile, let fileSeconds {
        processes[index].list.moments[last].seconds = fileSeconds
        processes[index].list.moments[last].isFileTime = true
      }
      processes[index].lastOfFile = nil
    }
  }

  package mutating func add(_ line: LogLine) {
    lines.all += 1
    let text = line.text.trimmed
    if text.isEmpty {
      isInHeaders = false
      return
    }
    tally.count()
    if isInHeaders || text.hasPrefix("HTTP/") {
      // HTTP headers, as `curl -i` writes them.
      isInHeaders = true
      if text.hasPrefix("Date:") || text.hasPrefix("date:") {
        if let seconds = LogTime.spelledSeconds(text.dropFirst(5)) { noteDate(seconds) }
      }
      return
    }
    if take(text, line, prefix: LinePrefix()) { return }
    if takeBehindPrefix(text, line) { return }
    if let seconds = Self.date(text) { return noteDate(seconds) }
    tally.miss(text, number: line.number)
  }

  // MARK: Lines

  /// Reads a line that is a comment or a sample; returns false for anything else.
  private mutating func take(
    _ text: ArraySlice<UInt8>, _ line: LogLine, prefix: LinePrefix
  ) -> Bool {
    if text.first == UInt8(ascii: "#") {
      takeComment(text)
      return true
    }
    do throws(SampleLine.Fault) {
      let sample = try SampleLine(text)
      // Samples of other series are not read further, to save time.
      guard sample.row != nil else {
        lines.others += 1
        return true
      }
      lines.read += 1
      take(sample, line, prefix)
      return true
    } catch {
      let isOurs = text.hasPrefix("go_") || text.hasPrefix("process_")
      guard error == .damaged || isOurs else { return false }
      lines.damaged += 1
      if damage == nil {
        damage = (file, line.number, text.prefix(60).text)
      }
      return true
    }
  }

  /// Reads a line after a prefix, such as those of `kubectl logs --prefix` and loggers.
  private mutating func takeBehindPrefix(_ text: ArraySlice<UInt8>, _ line: LogLine) -> Bool {
    if let start = Self.seriesStart(text) {
      let found = LinePrefix(text[..<start])
      if found.isEmpty { return false }
      if !prefixes.contains(where: { $0.name == found.name }), prefixes.count < Self.prefixLimit {
        prefixes.append(found)
      }
      return take(text[start...], line, prefix: found)
    }
    // Other series follow the same prefixes.
    for prefix in prefixes where prefix.names(text) {
      for start in prefix.textStarts(in: text) where start > text.startIndex {
        let rest = text[start...].trimmedFront
        if !rest.isEmpty, take(rest, line, prefix: prefix) { return true }
      }
    }
    return false
  }

  /// The index of the first known series or comment after a blank.
  private static func seriesStart(_ text: ArraySlice<UInt8>) -> Int? {
    var best: Int?
    for word in [" go_", " process_", " container_", " # HELP ", " # TYPE ", " # EOF"]
      as [StaticString]
    {
      if let place = text.position(of: word) { best = min(best ?? place, place) }
    }
    return best.map { $0 + 1 }
  }

  private mutating func takeComment(_ text: ArraySlice<UInt8>) {
    if text.hasPrefix("# HELP ") || text.hasPrefix("# TYPE ") || text.hasPrefix("# UNIT ") {
      return
    }
    if text.hasPrefix("# EOF") { return closeAll() }
    if let seconds = Self.date(text) { noteDate(seconds) }
  }

  /// Reads a date after marks such as `===` and `#`.
  private static func date(_ text: ArraySlice<UInt8>) -> Double? {
    let rest = text.drop { !$0.isLetter && !$0.isDigit }
    return LogTime.seconds(rest) ?? LogTime.spelledSeconds(rest)
  }

  private mutating func noteDate(_ seconds: Double) {
    if datePlace == nil { datePlace = sawSample ? .behind : .before }
    if datePlace == .behind {
      for index in processes.indices where processes[index].open?.seconds == nil {
        processes[index].open?.seconds = seconds
      }
    }
    closeAll()
    dateSeconds = datePlace == .before ? seconds : nil
  }

  // MARK: Moments

  private mutating func take(_ sample: SampleLine, _ line: LogLine, _ prefix: LinePrefix) {
    guard let row = sample.row else { return }
    var words = [line.process, prefix.name, Self.name(sample.labels)]
    words.removeAll(where: \.isEmpty)
    guard let index = index(of: words.joined(separator: " ")) else { return }
    sawSample = true
    if let seconds = sample.seconds {
      let before = processes[index].list.moments.count
      let place = processes[index].list.index(at: seconds, order: order)
      processes[index].list.moments[place].set(row: row, to: sample.value)
      if processes[index].list.moments.count > before {
        order += 1
        makeRoom(index)
      }
      return
    }
    if processes[index].open?.has(row: row) ?? false {
      close(index)
      // The date applied only to that scrape.
      dateSeconds = nil
    }
    if processes[index].open == nil {
      var moment = Moment(seconds: dateSeconds, order: order)
      if moment.seconds == nil {
        moment.seconds = line.time.isEmpty ? prefix.seconds : LogTime.seconds(line.time)
      }
      order += 1
      processes[index].open = moment
    }
    processes[index].open?.set(row: row, to: sample.value)
  }

  private mutating func index(of name: String) -> Int? {
    if let index = indexes[name] { return index }
    guard processes.count < Self.processLimit else {
      hasMoreProcesses = true
      return nil
    }
    indexes[name] = processes.count
    processes.append(Process(name: name))
    return processes.count - 1
  }

  private mutating func close(_ index: Int) {
    guard let moment = processes[index].open else { return }
    processes[index].open = nil
    processes[index].list.append(moment)
    processes[index].lastOfFile =
      moment.seconds == nil ? processes[index].list.moments.count - 1 : nil
    makeRoom(index)
  }

  private mutating func closeAll() {
    for index in processes.indices { close(index) }
  }

  /// Keeps memory bounded after a process got another moment.
  private mutating func makeRoom(_ index: Int) {
    momentCount += 1
    if processes[index].list.moments.count > Self.processMomentLimit { halve(index) }
    guard momentCount > Self.momentLimit else { return }
    for index in processes.indices { halve(index) }
    momentCount = processes.reduce(0) { $0 + $1.list.moments.count }
  }

  private mutating func halve(_ index: Int) {
    let before = processes[index].list.moments.count
    processes[index].list.halve()
    let after = processes[index].list.moments.count
    momentCount -= before - after
    // The last moment is always kept.
    if processes[index].lastOfFile != nil { processes[index].lastOfFile = after - 1 }
  }

  /// The name of a process according to its labels: the pod and container, or the values of all
  /// labels.
  private static func name(_ labels: [(name: String, value: String)]) -> String {
    if labels.isEmpty { return "" }
    func value(_ names: [String]) -> String? {
      for name in names {
        if let label = labels.first(where: { $0.name == name }) { return label.value }
      }
      return nil
    }
    if let pod = value(["pod", "pod_name", "kubernetes_pod_name", "k8s_pod_name"]) {
      return [
        value(["namespace", "kubernetes_namespace", "k8s_namespace_name"]), pod,
        value(["container", "container_name", "k8s_container_name"]),
      ].compactMap(\.self).joined(separator: "/")
    }
    return labels.map(\.value).joined(separator: " ")
  }

  /// The processes with their moments in order.
  ///
  /// - Parameter every: the seconds between scrapes whose times are unknown.
  package func finished(every: Double? = nil) -> [ProcessMetrics] {
    var reader = self
    reader.endFile()
    return reader.processes.compactMap {
      $0.list.moments.isEmpty
        ? nil
        : ProcessMetrics(
          name: $0.name, $0.list.moments, thinned: $0.list.thinned, every: every)
    }
  }
}
