import ArgumentParser
import Reports

/// `svg`, `png`, `pdf`, `gif` and `ps`: the call graph as Graphviz draws it.
struct DrawnGraph<Format: GraphvizFormat>: PlainAnswer {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Format.name,
      abstract: "Draw the call graph as \(Format.title), with Graphviz' dot.",
      discussion: """
        EXAMPLES:
          heapscope \(Format.name) --focus=handleOrder -o graph.\(Format.name) heap.pb.gz
        """)
  }

  func answer(_ run: ProfileRun) throws -> Answer {
    let form = run.request.output.format
    if form != .text {
      throw CommandFailure(
        .usage,
        "--format \(form.name): a picture has one form; "
          + "'heapscope dot --format \(form.name)' prints the graph")
    }
    if !Format.isText, run.session.isForPeople(run.request.output) {
      throw CommandFailure(
        .usage, "refusing to write a picture to a terminal: use -o FILE, or redirect")
    }
    let graph = DotReport(try run.trimmed(defaultCount: 80)).text().bytes
    var text = TextOutput()
    text.write(
      try runGraphviz(graph, format: Format.name, environment: run.session.environment))
    return Answer(text: text)
  }
}

/// The value for `dot -T`, which is also the command's name.
protocol GraphvizFormat {
  static var name: String { get }
  static var title: String { get }
  static var isText: Bool { get }
}

extension GraphvizFormat {
  static var title: String { name.uppercased() }
}

enum SVGFormat: GraphvizFormat {
  static let name = "svg"
  static let isText = true
}

enum PNGFormat: GraphvizFormat {
  static let name = "png"
  static let isText = false
}

enum PDFFormat: GraphvizFormat {
  static let name = "pdf"
  static let isText = false
}

enum GIFFormat: GraphvizFormat {
  static let name = "gif"
  static let isText = false
}

enum PSFormat: GraphvizFormat {
  static let name = "ps"
  static let title = "PostScript"
  static let isText = true
}
