import Glibc

/// Runs the cases on the profiles and prints the results.
struct Bench {
  private let options: BenchOptions
  private let environment: [String]

  /// The binary that `--compare` names; otherwise, the figures stored in its file.
  private let other: String?
  private let stored: [String: Figures]

  init(_ options: BenchOptions) {
    self.options = options
    for folder in [options.folder, options.folder + "/state", options.folder + "/data"] {
      mkdir(folder, 0o755)
    }
    var environment = ["HOME=" + options.folder, "TZ=UTC"]
    // The commands remember what they read; this must not change the user's own state.
    if let path = realpath(options.folder, nil) {
      defer { free(path) }
      let folder = String(cString: path)
      environment += ["XDG_STATE_HOME=\(folder)/state", "XDG_DATA_HOME=\(folder)/data"]
    }
    self.environment = environment
    let isBinary = options.compare.map { access($0, X_OK) == 0 } ?? false
    other = isBinary ? options.compare : nil
    stored = isBinary ? [:] : options.compare.map(Figures.read) ?? [:]
  }

  func run() {
    if let most = options.fleets.max() {
      let fleet = "\(options.folder)/fleet"
      // In another process, because of its peak memory.
      _ = ProcessRun(
        [CommandLine.arguments[0], "--make-fleet", fleet, "\(most)"] + options.files,
        environment: environment)
      Fleet(fleet).measure(options.fleets, options, environment: environment)
      return
    }
    var measurements: [Measurement] = []
    let made = options.shapes.flatMap { traits in
      options.sizes.map { self.made($0, traits) }
    }
    for path in made + options.files {
      let inflated = inflateOnly(path)
      let name = path.split(separator: "/").last.map(String.init) ?? path
      if !options.isJSON {
        print("\(name): \(decimal(Double(inflated) / 1e6, 2)) MB inflated")
        print(Measurement.header)
        fflush(nil)
      }
      for bench in BenchCase.all {
        if let only = options.only, !bench.name.contains(only) { continue }
        guard let measurement = measure(bench, path: path, name: name, inflated: inflated) else {
          fputs("\(name): no report \(bench.name)\n")
          continue
        }
        measurements.append(measurement)
        if options.isJSON { continue }
        var line = measurement.row
        if let change = measurement.change ?? stored[measurement.key].map(measurement.change(from:))
        {
          line += "   " + change
        }
        print(line)
        fflush(nil)
      }
      if !options.isJSON { print() }
    }
    if options.isJSON {
      print("[\n  " + measurements.map(\.json).joined(separator: ",\n  ") + "\n]")
    }
    if options.pprof != nil, !options.isJSON {
      let beside = measurements.filter { !$0.pprof.isEmpty }
      let slower = beside.filter { $0.medianSeconds > $0.medianPprof }.map(\.key).sorted()
      print("\(beside.count) cases beside pprof, slower than it: \(slower.count)")
      for key in slower { print("  \(key)") }
    }
    if let path = options.save {
      let lines = measurements.map { $0.figures.line(of: $0.key) }
      let bytes = Array(lines.joined().utf8)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      if descriptor < 0 || write(descriptor, bytes, bytes.count) != bytes.count {
        fail("\(path): cannot write")
      }
      close(descriptor)
    }
  }

  private func heapscopeLine(_ bench: BenchCase, _ path: String) -> [String] {
    [options.tool] + filled(bench.arguments, path) + [path]
  }

  /// Counts the instructions of a command line with valgrind.
  ///
  /// Hash tables have the same seed in each run, so two runs differ only in how their threads
  /// interleave.
  private func instructions(_ line: [String]) -> Int {
    let bare = options.folder + "/heapscope.bare"
    let counts = options.folder + "/callgrind.out"
    // valgrind fails on the debug information of Swift's compiler.
    let environment = environment + ["PATH=/usr/bin:/bin", "SWIFT_DETERMINISTIC_HASHING=1"]
    _ = ProcessRun(["/usr/bin/env", "strip", "-o", bare, line[0]], environment: environment)
    let valgrind = ["/usr/bin/env", "valgrind", "--tool=callgrind"]
    _ = ProcessRun(
      valgrind + ["--callgrind-out-file=" + counts, bare] + line.dropFirst(),
      environment: environment)
    for line in text(of: counts).split(separator: "\n") where line.hasPrefix("summary: ") {
      if let count = Int(line.dropFirst(9)) { return count }
    }
    fail("\(counts): no count of instructions")
  }

  private func pprofLine(_ bench: BenchCase, _ path: String) -> [String]? {
    guard let binary = options.pprof, let report = bench.pprof else { return nil }
    return [binary] + filled(report, path) + ["-symbolize=none", path]
  }

  private func hasReport(_ line: [String]) -> Bool {
    ProcessRun(line, environment: environment, mayFail: true).status == 0
  }

  /// In seconds: shorter runs of pprof alternate with heapscope's.
  private static let shortRun = 0.5

  /// Returns the path of a generated profile; generates it if it does not exist.
  private func made(_ samples: Int, _ traits: Set<ProfileShape.Trait>) -> String {
    var shape = ProfileShape(samples: samples)
    shape.traits = traits
    shape.tablesFirst = options.tablesFirst
    let path = "\(options.folder)/\(shape.fileName)"
    if access(path, R_OK) != 0 {
      // Generated in another process: Linux counts the memory of this process in the peak memory of
      // the programs that it starts.
      fputs("making \(path)\n")
      let line = [CommandLine.arguments[0], "--make", path, "\(samples)", shape.name]
      _ = ProcessRun(line + (shape.tablesFirst ? ["tables-first"] : []), environment: environment)
    }
    return path
  }

  private func measure(
    _ bench: BenchCase, path: String, name: String, inflated: Int
  ) -> Measurement? {
    let floor = [CommandLine.arguments[0], "--inflate-only", path]
    // A first run of each loads the file and the binaries into memory. A profile may lack the
    // sample type, and this version the command.
    let forms = [bench, bench.ofDefaultSampleType]
    guard let bench = forms.first(where: { hasReport(heapscopeLine($0, path)) }) else { return nil }
    let arguments = heapscopeLine(bench, path)
    _ = ProcessRun(floor, environment: environment)
    let pprofLine = pprofLine(bench, path)
    var pprof: [ProcessRun] = []
    var takesTurns = false
    if let pprofLine {
      let run = ProcessRun(pprofLine, environment: environment, mayFail: true)
      takesTurns = run.status == 0 && run.seconds < Self.shortRun
      // A single long run is enough.
      if run.status == 0, !takesTurns { pprof = [run] }
    }
    var otherLine = arguments
    if let other { otherLine[0] = other }
    let takesOther = other != nil && hasReport(otherLine)
    var runs: [ProcessRun] = []
    var floors: [ProcessRun] = []
    var others: [ProcessRun] = []
    // Short runs vary more, so they are repeated until their total is long enough.
    while runs.count < options.pairs || runs.count < 41 && runs.reduce(0, { $0 + $1.seconds }) < 0.5
    {
      floors.append(ProcessRun(floor, environment: environment))
      runs.append(ProcessRun(arguments, environment: environment))
      if takesOther { others.append(ProcessRun(otherLine, environment: environment)) }
      if takesTurns, let pprofLine {
        pprof.append(ProcessRun(pprofLine, environment: environment))
      }
    }
    var measurement = Measurement(
      caseName: bench.name, profile: name, inflatedBytes: inflated, runs: runs, floors: floors,
      others: others, pprof: pprof)
    if options.countsInstructions {
      measurement.instructions = instructions(arguments)
      if takesOther { measurement.otherInstructions = instructions(otherLine) }
    }
    return measurement
  }

  /// Inserts the profile where a case names it, besides the end of the line.
  private func filled(_ arguments: [String], _ path: String) -> [String] {
    arguments.map { $0.hasSuffix("{}") ? $0.dropLast(2) + path : $0 }
  }
}
