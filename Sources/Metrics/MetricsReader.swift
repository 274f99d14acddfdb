package import LogText

/// Reads text expositions of one or more moments and processes, line by line.
///
/// A scrape ends where a series comes again, with `# EOF`, at a line with a date, and with the
/// file. Samples that have timestamps belong to the moment of theirs, in whatever order they
/// stand.
package struct MetricsReader {
  /// What the lines were.
  package struct LineCounts: Sendable, Equatable {
    package var all = 0

    /// Samples of series that say something here.
    package var read = 0

    /// Samples of other series.
    package var others = 0

    /// Begin as samples of known series, and do not go on so.
    package var damaged = 0
  }

  private struct Process {
    var name: String
    var list = MomentList()

    /// The scrape that is being read.
    var open: Moment?

    /// The last moment that the file has of it, which lacks a time.
    var lastOfFile: Int?
  }

  /// Whether lines with dates stand before the scrapes that they are of, or behind them.
  private enum DatePlace { case before, behind }

  package private(set) var lines = LineCounts()
  package private(set) var tally = LineTally()

  /// The first damaged line.
  package private(set) var damage: (file: String, line: Int, text: String)?

  /// Processes after the first ``processLimit``, which are not kept.
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

  /// What stood before lines of the file.
  private var prefixes: [LinePrefix] = []

  package static let processLimit = 1024

  /// So many moments take 50 megabytes.
  private static let momentLimit = 1 << 16
  private static let processMomentLimit = 1 << 12
  private static let prefixLimit = 64

  package init() {}

  /// Begins a file.
  ///
  /// - Parameter seconds: when it was written, since 1970; nil where that is not known.
  package mutating func begin(file: String, seconds: Double?) {
    self.file = file
    fileSeconds = seconds
    sawSample = false
    datePlace = nil
    dateSeconds = nil
    isInHeaders = false
    prefixes = []
  }

  /// Ends the file: its last moments are of the time when it was written.
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
      // What `curl -i` writes.
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
      // What is no series of ours takes no time.
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

  /// `kubectl logs --prefix` and loggers put something before each line.
  private mutating func takeBehindPrefix(_ text: ArraySlice<UInt8>, _ line: LogLine) -> Bool {
    if let start = Self.seriesStart(text) {
      let found = LinePrefix(text[..<start])
      if found.isEmpty { return false }
      if !prefixes.contains(where: { $0.name == found.name }), prefixes.count < Self.prefixLimit {
        prefixes.append(found)
      }
      return take(text[start...], line, prefix: found)
    }
    // Other series stand behind the same prefixes.
    for prefix in prefixes where prefix.names(text) {
      for start in prefix.textStarts(in: text) where start > text.startIndex {
        let rest = text[start...].trimmedFront
        if !rest.isEmpty, take(rest, line, prefix: prefix) { return true }
      }
    }
    return false
  }

  /// Where something that begins as a known series or a comment stands behind a blank.
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

  /// What a line says of the time, behind marks such as `===` and `#`.
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
      // The date was of that scrape alone.
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

  /// Keeps memory bounded after a process has got another moment.
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
    // The last one stays.
    if processes[index].lastOfFile != nil { processes[index].lastOfFile = after - 1 }
  }

  /// How a process is called by labels: a pod and container, or all of their values.
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
  /// - Parameter every: how far apart scrapes are whose times nothing tells.
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
