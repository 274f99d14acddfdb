import ArgumentParser
import Reports
import StackGraph

struct DotCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "dot",
    abstract: "Print the call graph for Graphviz.",
    discussion: """
      EXAMPLES:
        heapscope dot --focus=handleOrder heap.pb.gz | dot -Tsvg > graph.svg
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session)
    let context = ReportContext(selection, trimming: arguments.graph.options(defaultCount: 80))
    let report = DotReport(context)
    return (written(text: report.text, document: report.document), .success)
  }
}

/// A picture of the graph that Graphviz draws.
protocol PictureCommand: ReportCommand {
  static var pictureFormat: String { get }
}

extension PictureCommand {
  static func pictureConfiguration(_ format: String) -> CommandConfiguration {
    CommandConfiguration(
      commandName: format,
      abstract: "Draw the call graph as \(format.uppercased()), with Graphviz' dot.",
      discussion: """
        EXAMPLES:
          heapscope \(format) --focus=handleOrder -o graph.\(format) heap.pb.gz
        """)
  }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    if arguments.output.format != .text {
      throw CommandFailure(
        .usage,
        "--format \(arguments.output.format.rawValue): a picture has one form; "
          + "'heapscope dot --format \(arguments.output.format.rawValue)' prints the graph")
    }
    if Self.pictureFormat != "svg", session.isForPeople(arguments.output) {
      throw CommandFailure(
        .usage, "a picture is no text for a terminal: add -o FILE, or pipe it on")
    }
    let selection = try select(loaded, in: session)
    let context = ReportContext(selection, trimming: arguments.graph.options(defaultCount: 80))
    var output = TextOutput()
    output.write(
      try runGraphviz(
        DotReport(context).text().bytes, format: Self.pictureFormat,
        environment: session.environment))
    return (output, .success)
  }
}

struct SVGCommand: PictureCommand, PlainProfilesCommand {
  static let pictureFormat = "svg"
  static let configuration = pictureConfiguration(pictureFormat)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []
}

struct PNGCommand: PictureCommand, PlainProfilesCommand {
  static let pictureFormat = "png"
  static let configuration = pictureConfiguration(pictureFormat)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []
}

struct PDFCommand: PictureCommand, PlainProfilesCommand {
  static let pictureFormat = "pdf"
  static let configuration = pictureConfiguration(pictureFormat)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []
}

struct CallgrindCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "callgrind",
    abstract: "Print the call graph for KCachegrind.",
    discussion: """
      EXAMPLES:
        heapscope callgrind -o callgrind.out heap.pb.gz && kcachegrind callgrind.out
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session) { $0.granularity = .addresses }
    let context = ReportContext(
      selection, trimming: arguments.graph.options(defaultCount: 0), keepsObjectFiles: true)
    return (written(text: context.callgrindText, document: context.callgrindDocument), .success)
  }
}
