import ArgumentParser
import Foundations
import Pictures
import HeapAnalysis
import ProfileModel
import Reports
import StackGraph

/// What `flame` and `report` have in common.
struct FlameArguments: ParsableArguments, OutputPlace {
  @Option(help: ArgumentHelp("The title of the picture.", valueName: "text"))
  var title: String?
  @Option(
    help: ArgumentHelp(
      "Leave out frames below this part of the total; 0 keeps all. Large profiles are cut to what "
        + "can be seen unless it is given.", valueName: "fraction"))
  var nodefraction: Fraction?
  @Flag(inversion: .prefixedNo, help: "Leave out what is small.")
  var trim = true
  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup(title: "SELECTION") var selection: SelectionArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  func validate() throws {
    if output == "" { throw ValidationError(OptionValues.refusal("output", "")) }
    if selection.mean || selection.meanDelay {
      throw ValidationError(
        "--mean: means do not add up to a picture; 'heapscope top --mean' lists them")
    }
  }

  var color: ColorChoice { .never }

  var pruneBelow: Double? { trim ? nodefraction?.value : 0 }
}

struct FlameCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "flame",
    abstract: "Draw a flame graph as one SVG file: click to zoom, Ctrl-F to search.",
    discussion: """
      Colours tell packages apart, your own code in orange; frames of hotspots have a red edge.

      EXAMPLES:
        heapscope flame -o heap.svg heap.pb.gz
        heapscope flame --sample-index=alloc_space --icicle -o heap.svg heap.pb.gz
        heapscope flame --inverted --focus=handleOrder heap.pb.gz > heap.svg
        heapscope flame --diff-base=before.pb.gz -o growth.svg after.pb.gz
      """)

  @Flag(help: "Draw the root at the top.")
  var icicle = false
  @Flag(help: "Start from the functions that allocate, their callers on top of them.")
  var inverted = false
  @OptionGroup var arguments: FlameArguments
  @Argument(help: "The profiles; several are added up.", completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.refuseTerminal(arguments.output, example: "heap.svg")
    let loaded = try session.load(profiles, arguments.profile, usesSymbols: true)
    let selection = try arguments.selection.select(loaded, in: session)
    let settings = try session.settings(arguments.ownCode)
    let lines = try arguments.selection.select(loaded, in: session, warns: false) {
      $0.granularity = .addresses
    }
    let (graph, hotspots) = try flameGraph(
      [(loaded.title, selection)], files: loaded.names.joined(separator: ", "), arguments,
      settings, onlyType: true, isReversed: inverted,
      // Colours tell the change in a difference.
      findingsIn: arguments.profile.diffBase == nil ? lines.profile : nil, column: lines.column)
    if graph.snapshots.last?.totals[0] == 0 { throw nothingToDraw(selection) }
    let findings = graph.isDifference ? [] : hotspots.findings
    let context = ReportContext(selection)
    var options = FlameSVGOptions(
      format: { context.format($0) }, divide: { context.divided($0) })
    options.title = arguments.title ?? session.shownName(loaded.title)
    options.subtitle = subtitle(graph, context)
    options.isIcicle = icicle
    let svg = FlameSVG(graph, FlameMarks(graph, findings), options)
    try session.deliver(svg.text(), arguments)
    return .success
  }

  private func subtitle(_ graph: FlameGraph, _ context: ReportContext) -> String {
    let selection = context.selection
    let total = graph.snapshots.last?.totals[0] ?? 0
    func size(_ value: Int64) -> String { session(context.format(value)) }
    var text = "\(session(selection.sampleType)), \(size(total))"
    if graph.isDifference {
      let before = graph.snapshots[0].totals[0]
      let change = saturatingDifference(total, before)
      text +=
        ", \(change >= 0 ? "+" : "")\(size(change)) from \(size(before)): "
        + "red grew, blue shrank"
    } else if total != selection.total {
      text += " of \(size(selection.total))"
    }
    for filter in selection.activeFilters { text += ", " + session(filter) }
    if inverted { text += ", callers above" }
    if graph.prunedCount > 0 { text += ", frames below \(shareText(graph.prunedBelow)) left out" }
    return text
  }

  private func session(_ text: String) -> String {
    String(decoding: safeName(text.utf8), as: UTF8.self)
  }
}

/// A part of a whole as reports write it: `0.005%`.
func shareText(_ share: Double) -> String {
  String(percentage(Int64(clamping: share * 1e12), of: 1_000_000_000_000).drop { $0 == " " })
}

/// Says that the selection is empty, and which other sample types have data.
func nothingToDraw(_ selection: Selection) -> CommandFailure {
  CommandFailure(
    .negative,
    "nothing to draw: no sample with \(selection.sampleType) is left" + otherTypes(selection))
}

extension LoadedProfile {
  /// What a picture is called: the files' names without their folders.
  var title: String {
    names.map { name in
      name.split(separator: "/").last.map(String.init) ?? name
    }.joined(separator: ", ")
  }
}

/// Makes the graph of some profiles, and beside it looks for what is to be changed.
///
/// - Parameters:
///   - files: what messages call the profiles.
///   - findingsIn: the profile to look in, with every line of it; nil for none.
///   - column: the sample type that shares of findings refer to.
func flameGraph(
  _ parts: [(name: String, selection: Selection)], files: String, _ arguments: FlameArguments,
  _ settings: Settings, onlyType: Bool, isReversed: Bool = false, findingsIn profile: Profile?,
  column: Int
) throws(CommandFailure) -> (FlameGraph, HotspotReport) {
  enum Work: Sendable {
    case graph(Result<FlameGraph, FlameGraph.Problem>)
    case findings(HotspotReport)
  }
  let works = concurrently([0, 1]) { part -> Work in
    if part == 0 {
      guard let profile else { return .findings(HotspotReport()) }
      var options = arguments.ownCode.options(settings)
      // Boxes of lines below a thousandth of a finding are thinner than what is drawn.
      options.lineCount = 1000
      return .findings(
        findHotspots(in: profile, column: column, options: options, rules: settings.rules))
    }
    do throws(FlameGraph.Problem) {
      return .graph(
        .success(
          try FlameGraph(
            parts, onlyType: onlyType,
            separatesFiles: [.filefunctions, .lines].contains(arguments.selection.granularity),
            isReversed: isReversed, ownCode: arguments.ownCode.options(settings),
            pruneBelow: arguments.pruneBelow)))
    } catch {
      return .graph(.failure(error))
    }
  }
  guard case .findings(let report) = works[0], case .graph(let graph) = works[1] else {
    throw CommandFailure(.internalError, "the parts of the picture are in the wrong order")
  }
  switch graph {
  case .success(let graph): return (graph, report)
  case .failure(.noCommonSampleTypes): throw failure(MergeError.noCommonSampleTypes)
  case .failure(.units(let type, let one, let other)):
    throw failure(MergeError.units(sampleType: type, one, other))
  case .failure(.overflow(let type)):
    var failure = failure(SelectionError.overflow(sampleType: type))
    failure.message = "\(files): \(failure.message)"
    throw failure
  }
}

extension Session {
  /// A picture is no text for a terminal.
  func refuseTerminal(_ output: String?, example: String) throws(CommandFailure) {
    if output == nil, invocation.outputIsTerminal {
      throw CommandFailure(
        .usage, "a picture is no text for a terminal: add -o \(example), or pipe it on")
    }
  }
}
