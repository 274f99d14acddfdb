import ArgumentParser
import Foundations
import Pictures
import Glibc
import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

struct ReportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one HTML page to look around in: flame graph, functions, findings.",
    discussion: """
      The page needs no network and no other file, so it can be attached to a ticket.
      All sample types of the profile are in it, and some lines of source around the frames
      that matter: of your own module alone, or of --source-path.

      EXAMPLES:
        heapscope report -o heap.html heap.pb.gz
        heapscope report --open heap.pb.gz
        heapscope report --diff-base=before.pb.gz -o growth.html after.pb.gz
        heapscope report --snapshots -o day.html heap-*.pb.gz
        heapscope report --snapshots -o day.html profiles/
        heapscope report --http=:8080 localhost:6060
      """)

  @Flag(help: "Open the page in the browser; without -o it is written to heapscope-report.html.")
  var open = false
  @Flag(
    help:
      "Keep the profiles apart, to step through and to compare, instead of adding them up; of a folder all are taken."
  )
  var snapshots = false
  @Option("Serve the page there until Ctrl-C: HOST:PORT, or :PORT for this machine alone.")
  var http: ServedPlace?
  @Flag(help: "With --http, open no browser.")
  var noBrowser = false
  @OptionGroup var arguments: FlameArguments
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if http != nil, open || arguments.output != nil {
      throw ValidationError(
        "--http serves the page: leave \(open ? "--open" : "--output") out, or --http")
    }
    if http == nil, noBrowser {
      throw ValidationError("--no-browser goes with --http: add it, or leave --no-browser out")
    }
    if snapshots, !mayNameSeveral(profiles) {
      throw ValidationError("--snapshots keeps profiles apart: give two or more, or a folder")
    }
    if snapshots, arguments.profile.hasBase {
      throw ValidationError("--snapshots compares its profiles: leave --base and --diff-base out")
    }
    if open, arguments.output?.text == "-" {
      throw ValidationError("--open needs a file: leave '-o -' out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    var request = arguments.request(profiles)
    if let http {
      let service = try ReportService(request, keepsApart: snapshots, in: session)
      return try service.run(at: http.address, opensBrowser: !noBrowser)
    }
    if open, request.output.file == nil { request.output.file = "heapscope-report.html" }
    let place = request.output
    var status = stat()
    if arguments.output == nil, let file = place.file, lstat(file, &status) == 0,
      status.st_mode & S_IFMT == S_IFLNK
    {
      // Nobody asked for what it leads to.
      throw CommandFailure(.cannotCreate, "\(file): is a link; name the file to write with -o")
    }
    try session.refuseTerminal(place, example: "heap.html (or --open)")
    try session.deliver(Self.text(of: request, keepsApart: snapshots, in: session), place)
    if open, let file = place.file { try session.openInBrowser(file) }
    return .success
  }

  /// Makes the page.
  ///
  /// - Parameter keepsApart: whether profiles are snapshots, and not added up.
  static func text(
    of request: FlameRequest, keepsApart: Bool, in session: Session
  ) throws -> TextOutput {
    let loaded = try load(request, keepsApart: keepsApart, in: session)
    for loaded in loaded where request.loading.bases.isEmpty { session.noteProvenance(of: loaded) }
    if loaded.count == 1, let note = loaded[0].emptyNote { throw nothingToDraw(loaded[0], note) }
    let selections = try loaded.enumerated().map { index, loaded in
      // A filter that matches nothing in one snapshot may well match in another.
      try session.select(loaded, request.selection, warns: keepsApart ? index == 0 : true) {
        $0.granularity = request.selection.granularity ?? .lines
        $0.separatesNames = !request.showsFiles
      }
    }
    guard let last = selections.last, let lastLoaded = loaded.last else { return TextOutput() }
    let page = try page(
      zip(loaded, selections).map { ($0.title, $1) }, findingsIn: lastLoaded, last, request, session
    )
    if page.graph.tree.count == 0 { throw nothingToDraw(last) }
    let text = page.text()
    if text.isOverLimit {
      throw CommandFailure(
        .badData,
        "the page is longer than \(TextOutput.limit >> 20) MiB, the limit; "
          + "select a part with --focus, or raise --nodefraction")
    }
    return text
  }

  /// The profiles, one a snapshot, in the order of time as far as it is known.
  private static func load(
    _ request: FlameRequest, keepsApart: Bool, in session: Session
  ) throws -> [LoadedProfile] {
    guard keepsApart else {
      return [
        try session.load(
          request.profiles, request.loading, usesSymbols: true, marksCutStacks: true)
      ]
    }
    let loaded: [LoadedProfile] = try session.loadEach(request.profiles, request.loading)
    if loaded.count < 2 {
      throw CommandFailure(
        .noInput,
        "--snapshots keeps profiles apart, and here is \(loaded.isEmpty ? "none" : "only one"): "
          + "give two or more")
    }
    let times = loaded.map(\.profile.figuresNanoseconds)
    if Set(times).count < times.count { return loaded }
    return loaded.sorted { $0.profile.figuresNanoseconds < $1.profile.figuresNanoseconds }
  }

  private static func page(
    _ parts: [(name: String, selection: Selection)], findingsIn loaded: LoadedProfile,
    _ selection: Selection, _ request: FlameRequest, _ session: Session
  ) throws -> FlamePage {
    // The profile that was looked at, with every line of it.
    let stacks = try session.select(loaded, request.selection, warns: false) {
      $0.granularity = .addresses
      $0.preferAllocated(in: loaded.profile)
    }
    let profile = stacks.profile.withoutBase()
    let files = listed(parts.count == 1 ? loaded.names : parts.map(\.name))
    let settings = try session.settings(request.ownCode)
    let options = request.ownCode.options(settings)
    let flameParts = parts.enumerated().map { index, part in
      // The last one's lines are those that findings are looked for in.
      FlamePart(
        part.name, part.selection,
        Ownership(index == parts.count - 1 ? profile : part.selection.plainProfile, options))
    }
    let (graph, report) = try flameGraph(
      flameParts, files: files, request, settings,
      session.hotspotOptions(
        settings, request.ownCode, sourcePath: request.selection.options.sourcePath),
      onlyType: false, findingsIn: profile, column: stacks.column)
    session.noteSources(report.sourceNotes)
    var page = FlamePage(graph)
    page.source = session.pageSource(
      graph, flameParts, report.findings, request, knownNotes: report.sourceNotes)
    page.title = session.shownName(request.title ?? title(parts.map(\.name)))
    page.firstType =
      page.graph.types.firstIndex { $0.name == selection.profile.sampleTypeName(selection.column) }
      ?? 0
    if let type = profile.periodType, profile.period > 0 {
      page.period = (
        profile.strings[type.name], profile.strings[type.unit], profile.period
      )
    }
    page.showsLines = request.selection.granularity == .lines
    page.unit = selection.options.unit
    page.ratio = 1 / selection.options.divideBy
    page.findings = report.findings
    page.rules = settings.rules
    page.provenance = report.provenance
    page.findingsType =
      page.graph.types.firstIndex { $0.name == report.sampleType } ?? page.firstType
    // What stands beside the graph is about what it shows, unless another is asked for.
    if request.selection.options.sampleIndex.isEmpty, !report.findings.isEmpty {
      page.firstType = page.findingsType
    }
    page.suppressedNote = report.suppressedText ?? ""
    page.findingsNote = report.nothingFoundText
    page.facts = facts(profile, selection, isDifference: page.graph.isDifference)
    page.notice = notices(selection, report)
    page.hasCutStacks = selection.gaps.cut > 0
    if page.graph.prunedCount > 0 {
      page.notice +=
        "This profile is large: \(groupedDigits(Int64(page.graph.prunedCount))) subtrees below "
        + "\(shareText(page.graph.prunedBelow)) of the total were put into "
        + "\(FlameFrames.prunedName). Totals are exact; search, filters and the table do not see "
        + "into those. heapscope report --nodefraction=0 keeps all."
    }
    return page
  }

  /// The names of the profiles; of many the ends, as each stands in the list of snapshots.
  private static func title(_ names: [String]) -> String {
    guard names.count > 2, let first = names.first, let last = names.last else {
      return names.joined(separator: ", ")
    }
    return "\(groupedDigits(Int64(names.count))) profiles, \(first) to \(last)"
  }

  /// What the reader must know about the figures.
  private static func notices(_ selection: Selection, _ report: HotspotReport) -> String {
    let gaps = selection.gaps.text(selection.profile.measure(ofColumn: selection.column))
    return [provenanceNote(report.provenance), gaps].compactMap(\.self).map { $0 + ". " }.joined()
  }

  private static func facts(
    _ profile: Profile, _ selection: Selection, isDifference: Bool
  ) -> [String] {
    var facts: [String] = []
    if let mapping = profile.mappings.first, mapping.file != .empty {
      facts.append(
        profile.strings[mapping.file].split(separator: "/").last.map(String.init) ?? "")
    }
    // A difference has the time of the earlier profile.
    if profile.figuresNanoseconds != 0, !isDifference {
      facts.append("taken " + localTime(profile.figuresNanoseconds, "%Y-%m-%d %H:%M:%S %Z"))
    }
    facts.append("\(groupedDigits(Int64(profile.samples.count))) samples")
    return (facts + selection.activeFilters).map {
      String(decoding: safeName($0.utf8), as: UTF8.self)
    }
  }
}
