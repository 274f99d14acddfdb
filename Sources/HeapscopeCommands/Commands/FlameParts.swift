import Foundations
import HeapAnalysis
import Pictures
import ProfileModel
import Reports
import StackGraph

/// A share in the style of reports: `0.005%`.
func shareText(_ share: Double) -> String {
  String(percentage(Int64(clamping: share * 1e12), of: 1_000_000_000_000).drop { $0 == " " })
}

/// Says that the selection is empty, and which other sample types have data.
func nothingToDraw(_ selection: Selection) -> CommandFailure {
  CommandFailure(
    .negative,
    "nothing to draw: no sample with \(typeName(selection.sampleType)) is left"
      + otherTypes(selection))
}

/// Says that the profile is empty, and why it may be.
func nothingToDraw(_ loaded: LoadedProfile, _ note: String) -> CommandFailure {
  CommandFailure(.negative, "\(loaded.listedNames): nothing to draw: \(note)")
}

extension LoadedProfile {
  /// The title of a picture: the files' names without their folders.
  var title: String {
    listed(names.map { name in name.split(separator: "/").last.map(String.init) ?? name })
  }
}

/// Builds the graph of some profiles, and searches for findings in parallel.
///
/// - Parameters:
///   - files: the names of the profiles in messages.
///   - findingsIn: the profile to search, with every line of it, which is that of the last part;
///     nil for none.
///   - column: the sample type that shares of findings refer to.
func flameGraph(
  _ parts: [FlamePart], files: String, _ request: FlameRequest, _ settings: Settings,
  _ hotspotOptions: HotspotOptions, onlyType: Bool, isReversed: Bool = false,
  findingsIn profile: Profile?, column: Int
) throws(CommandFailure) -> (FlameGraph, HotspotReport) {
  enum Work: Sendable {
    case graph(Result<FlameGraph, FlameGraph.Problem>)
    case findings(HotspotReport)
  }
  let works = concurrently([0, 1]) { part -> Work in
    if part == 0 {
      guard let profile, let ownership = parts.last?.ownership else {
        return .findings(HotspotReport())
      }
      var options = hotspotOptions
      // Boxes of lines below a thousandth of a finding are too thin to be drawn.
      options.lineCount = 1000
      return .findings(
        findHotspots(
          in: profile, column: column, ownership: ownership, options: options,
          rules: settings.rules))
    }
    do throws(FlameGraph.Problem) {
      return .graph(
        .success(
          try FlameGraph(
            parts, onlyType: onlyType,
            separatesFiles: request.showsFiles,
            isReversed: isReversed, pruneBelow: request.pruneBelow)))
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
  /// Refuses to write a picture to a terminal.
  func refuseTerminal(_ output: OutputRequest, example: String) throws(CommandFailure) {
    if isForPeople(output) {
      throw CommandFailure(
        .usage, "refusing to write a picture to a terminal: use -o \(example), or redirect")
    }
  }
}
