import Foundations
import ArgumentParser
import Pictures
import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

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
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    let request = arguments.request(profiles)
    try session.refuseTerminal(request.output, example: "heap.svg")
    let loaded = try session.load(
      request.profiles, request.loading, usesSymbols: true, marksCutStacks: true)
    if request.loading.bases.isEmpty { session.noteProvenance(of: loaded) }
    if let note = loaded.emptyNote { throw nothingToDraw(loaded, note) }
    let selection = try session.select(loaded, request.selection) {
      $0.separatesNames = !request.showsFiles
    }
    let settings = try session.settings(request.ownCode)
    let lines = try session.select(loaded, request.selection, warns: false) {
      $0.granularity = .addresses
    }
    let ownership = Ownership(lines.profile, request.ownCode.options(settings))
    let (graph, hotspots) = try flameGraph(
      [FlamePart(loaded.title, selection, ownership)], files: loaded.listedNames,
      request,
      settings,
      session.hotspotOptions(
        settings, request.ownCode, sourcePath: request.selection.options.sourcePath),
      onlyType: true, isReversed: inverted,
      // Colours tell the change in a difference.
      findingsIn: request.loading.isDiff ? nil : lines.profile, column: lines.column)
    if graph.sum(snapshot: graph.snapshots.count - 1, type: 0).magnitude == 0 {
      throw nothingToDraw(selection)
    }
    session.noteSources(hotspots.sourceNotes)
    let findings = graph.isDifference ? [] : hotspots.findings
    let context = ReportContext(selection)
    var options = FlameSVGOptions(
      format: { context.format($0) }, divide: { context.divided($0) })
    options.title = request.title ?? session.shownName(loaded.title)
    options.subtitle = subtitle(graph, context)
    options.isIcicle = icicle
    options.hasCutStacks = selection.gaps.cut > 0
    let svg = FlameSVG(graph, FlameMarks(graph, findings), options)
    try session.deliver(svg.text(), request.output)
    return .success
  }

  private func subtitle(_ graph: FlameGraph, _ context: ReportContext) -> String {
    let selection = context.selection
    let sum = graph.sum(snapshot: graph.snapshots.count - 1, type: 0)
    let total = sum.net
    func size(_ value: Int64) -> String { session(context.format(value)) }
    let shownTotal = graph.isDifference ? size(total) : sum.text(size)
    var text = "\(sampleTypeText(selection.sampleType)), \(shownTotal)"
    if graph.isDifference {
      let before = graph.snapshots[0].totals[0]
      let change = saturatingDifference(total, before)
      text +=
        ", \(change >= 0 ? "+" : "")\(size(change)) from \(size(before)): "
        + "red grew, blue shrank"
    } else if sum.lost < 0 {
      text += ": widths are gains and losses added up, red grew, blue shrank"
    } else if total != selection.total {
      text += " of \(size(selection.total))"
    }
    for filter in selection.activeFilters { text += ", " + session(filter) }
    if let cut = selection.gaps.cutText(selection.profile.measure(ofColumn: selection.column)) {
      text += ", " + cut
    }
    if inverted { text += ", callers above" }
    if graph.prunedCount > 0 { text += ", frames below \(shareText(graph.prunedBelow)) left out" }
    return text
  }

  private func session(_ text: String) -> String {
    String(decoding: safeName(text.utf8), as: UTF8.self)
  }
}
