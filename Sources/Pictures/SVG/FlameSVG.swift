import Ownership
import Foundations
import HeapAnalysis
import ProfileModel
package import Reports

/// Options for drawing a flame graph as SVG.
package struct FlameSVGOptions: Sendable {
  package var title = ""

  /// A line below the title.
  package var subtitle = ""

  /// The root is at the top.
  package var isIcicle = false

  /// The sums of callers are lower bounds, since stacks were cut.
  package var hasCutStacks = false

  /// In pixels.
  package var width = 1200

  /// Formats a value with its unit.
  package var format: @Sendable (Int64) -> String

  /// Divides a value as `--divide-by` says.
  package var divide: @Sendable (Int64) -> Int64

  package init(
    format: @escaping @Sendable (Int64) -> String, divide: @escaping @Sendable (Int64) -> Int64
  ) {
    self.format = format
    self.divide = divide
  }
}

/// Draws a flame graph as one SVG file with its own script: click zooms, Ctrl-F searches.
///
/// It draws the first sample type; of a difference, the side after. Coordinates are whole
/// thousandths of a pixel, so that equal graphs give equal bytes.
package struct FlameSVG {
  private let graph: FlameGraph
  private let marks: FlameMarks
  private let options: FlameSVGOptions
  private let totals: [Int64]

  /// The width of each node: its value, with losses counted like gains.
  private let widths: [Int64]
  private let totalsBefore: [Int64]?
  private let total: Int64
  private let totalWidth: Int64

  /// The picture has losses, with or without gains.
  private let hasLosses: Bool
  private let totalBefore: Int64
  private let rowCount: Int

  private static let rowHeight = 17
  private static let boxHeight = 16
  private static let margin = 10
  private static let top = 62
  private static let bottom = 44
  /// The width of a letter of the font at 12 pixels.
  private static let letterWidth = 7.0
  private static let narrowest = 100

  package init(_ graph: FlameGraph, _ marks: FlameMarks, _ options: FlameSVGOptions) {
    self.graph = graph
    self.marks = marks
    self.options = options
    let last = graph.snapshots.count - 1
    let column = graph.column(snapshot: last, type: 0)
    totals = graph.tree.totals(ofColumn: column)
    let sum = graph.sum(snapshot: last, type: 0)
    hasLosses = sum.lost < 0 && !graph.isDifference
    widths = hasLosses ? graph.tree.magnitudes(ofColumn: column) : totals
    totalWidth = hasLosses ? sum.magnitude : sum.net
    totalsBefore = graph.isDifference ? graph.tree.totals(ofColumn: 0) : nil
    total = graph.snapshots[last].totals[0]
    totalBefore = graph.isDifference ? graph.snapshots[0].totals[0] : 0
    rowCount = graph.tree.depth + 1
  }

  package func text() -> TextOutput {
    var output = TextOutput()
    let height = Self.top + rowCount * Self.rowHeight + Self.bottom
    output.line(#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>"#)
    output.line(
      #"<svg version="1.1" width="\#(options.width)" height="\#(height)" "#
        + #"viewBox="0 0 \#(options.width) \#(height)" xmlns="http://www.w3.org/2000/svg">"#)
    output.line(
      "<desc>Drawn by heapscope. Click a frame to zoom, Ctrl-F to search."
        + "</desc>")
    output.line("<style>\(Self.style)</style>")
    output.line(#"<rect class="page" width="100%" height="100%"/>"#)
    let middle = options.width / 2
    let right = options.width - Self.margin
    let foot = height - 16
    func label(_ id: String, _ x: Int, _ y: Int, _ anchor: String, _ text: String) {
      output.line(
        #"<text id="\#(id)" x="\#(x)" y="\#(y)" text-anchor="\#(anchor)">\#(markup(text))</text>"#)
    }
    label("title", middle, 26, "middle", options.title)
    label("subtitle", middle, 46, "middle", options.subtitle)
    label("reset", Self.margin, 26, "start", "")
    label("search", right, 26, "end", "Search")
    label("details", Self.margin, foot, "start", " ")
    label("matched", right, foot, "end", " ")
    output.line(
      #"<g id="frames" data-margin="\#(Self.margin)" data-width="\#(inner)" "#
        + #"data-letter="\#(Int(Self.letterWidth))" data-unit="\#(markup(graph.types[0].unit))">"#)
    let dark = frames(to: &output)
    output.line("</g>")
    // Renderers other than browsers ignore such rules, and draw the light version.
    output.line(
      "<style>@media screen and (prefers-color-scheme:dark){\(Self.darkStyle)\(dark)}</style>")
    output.line("<script>//<![CDATA[")
    output.write(PackageResources.expression_js)
    output.write(PackageResources.flame_js)
    output.line("//]]></script>")
    output.line("</svg>")
    return output
  }

  private var inner: Int { options.width - 2 * Self.margin }

  private static let style =
    "text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1b1b1b}"
    + ".page{fill:#fff}#title{font-size:17px;font-weight:600}#subtitle{fill:#555}"
    + "#reset,#search{fill:#0b57d0;cursor:pointer}"
    + "#frames g{cursor:pointer}#frames rect{stroke:#fff;stroke-width:.5}"
    + "#frames g:hover rect{stroke:#000;stroke-width:1}"
    + "#frames text{pointer-events:none}#frames .own text{font-weight:600}"
    + "#frames .hot rect{stroke:#a1122c;stroke-width:1}"
    + "#frames .blamed rect{stroke:#a1122c;stroke-width:2}"
    + "#frames .faded rect{opacity:.5}#frames .hit rect{fill:#e600e6!important}.hidden{display:none}"

  /// For elements without a colour of their own; the page's dark version has the same.
  private static let darkStyle =
    "text{fill:#f2f2f2}.page{fill:#16181c}#subtitle{fill:#a7b0bd}#reset,#search{fill:#8ab4f8}"
    + "#frames rect{stroke:#16181c}#frames g:hover rect{stroke:#fff}"
    + "#frames .hot rect,#frames .blamed rect{stroke:#ff5c77}"
    + "#frames .hit rect{fill:#a21caf!important}"

  /// Thousandths of a pixel from the left end of the frames.
  private func position(_ value: Int64) -> Int {
    if totalWidth <= 0 { return 0 }
    return Int(Double(inner * 1000) * (Double(value) / Double(totalWidth)).clamped())
  }

  /// - Returns: the rules for the boxes' dark colours.
  private func frames(to output: inout TextOutput) -> String {
    // A class for each dark colour, numbered by first use.
    var classes: [String: Int] = [:]
    box(
      to: &output, &classes, name: "all", row: 0, start: 0, end: inner * 1000, value: total,
      width: totalWidth, before: totalBefore, fill: totalsBefore == nil ? FlameColors.root : nil,
      mark: "")
    let tree = graph.tree
    // Where the next child of each open node begins, the root's first.
    var next: [Int64] = [0]
    let depths = tree.depths
    for node in 0..<tree.count {
      let depth = Int(depths[node])
      next.removeLast(next.count - depth - 1)
      let start = next[depth]
      // A side of a difference may have negative parts, which have no width.
      let width = widths[node]
      let (end, overflow) = start.addingReportingOverflow(max(0, width))
      if overflow { continue }
      next[depth] = end
      next.append(start)
      let left = position(start)
      let right = position(end)
      // All children of the root are drawn, so that they add up to it.
      if width <= 0 || (depth > 0 && right - left < Self.narrowest) { continue }
      let function = graph.frames.function(of: tree.frames[node])
      var mark = function.owner == .own ? "own" : ""
      if marks.blamed[node] > 0 {
        mark += " blamed"
      } else if marks.isHot[node] {
        mark += " hot"
      }
      box(
        to: &output, &classes, name: label(tree.frames[node], function), row: depth + 1,
        start: left,
        end: right, value: totals[node], width: width, before: totalsBefore?[node] ?? 0,
        fill: fill(node, function), mark: mark)
    }
    return classes.sorted { $0.value < $1.value }.map { ".d\($0.value){fill:\($0.key)}" }.joined()
  }

  /// The colour of a node; nil when its change determines the colour.
  private func fill(_ node: Int, _ function: FlameFunction) -> FlameColor? {
    if totalsBefore != nil { return nil }
    if !hasLosses { return FlameColors.color(of: function) }
    let lost = (widths[node] - totals[node]) / 2
    return FlameColors.color(before: lost, after: widths[node] - lost)
  }

  /// The function and, if the tree has lines, its place.
  private func label(_ number: UInt32, _ function: FlameFunction) -> String {
    let frame = graph.frames.frames[Int(number)]
    if frame.line <= 0 { return function.name }
    return "\(function.name) \(graph.frames.files[frame.file]):\(frame.line)"
  }

  private func box(
    to output: inout TextOutput, _ classes: inout [String: Int], name: String, row: Int, start: Int,
    end: Int, value: Int64, width: Int64, before: Int64, fill: FlameColor?, mark: String
  ) {
    let y =
      Self.top + (options.isIcicle ? row : rowCount - 1 - row) * Self.rowHeight
    let fill = fill ?? FlameColors.color(before: before, after: value)
    let number = classes[fill.dark] ?? classes.count
    classes[fill.dark] = number
    let share = totalWidth == 0 ? 0 : Double(width) / Double(totalWidth)
    let sign = hasLosses && value > 0 ? "+" : options.hasCutStacks && row > 0 ? "≥" : ""
    let bound = sign == "≥" ? sign : ""
    var tip = "\(name) (\(sign)\(options.format(value)), \(bound)\(percent(share))"
    if graph.isDifference {
      let change = options.format(saturatingDifference(value, before))
      tip += ", \(value >= before ? "+" : "")\(change) from \(options.format(before))"
    }
    tip += ")"
    if mark.hasSuffix("blamed") { tip += "\na finding of heapscope hotspots is blamed on it" }
    let kind = mark.isEmpty ? "" : #" class="\#(mark.drop { $0 == " " })""#
    output.write("<g\(kind)><title>\(markup(tip))</title>")
    output.write(
      #"<rect x="\#(pixels(start + Self.margin * 1000))" y="\#(y)" width="\#(pixels(end - start))" "#
        + #"height="\#(Self.boxHeight)" rx="1" class="d\#(number)" fill="\#(fill.light)" data-value="\#(options.divide(value))"/>"#
    )
    output.write(
      #"<text x="\#(pixels(start + Self.margin * 1000 + 3000))" y="\#(y + 12)">"#)
    let room = Int((Double(end - start) / 1000 - 6) / Self.letterWidth)
    output.write(markup(Self.shortened(name, to: room)))
    output.line("</text></g>")
  }

  /// As much of a name as fits: if necessary without its path, then without its end.
  private static func shortened(_ name: String, to room: Int) -> String {
    if room < 3 { return "" }
    if name.count <= room { return name }
    // The path of a Go package, not what is inside parentheses.
    let head = name.prefix { $0 != "(" && $0 != "[" && $0 != " " }
    let short = head.lastIndex(of: "/").map { name[name.index(after: $0)...] } ?? name[...]
    return short.count <= room ? String(short) : String(short.prefix(room - 1)) + "…"
  }

  private func percent(_ share: Double) -> String {
    String(percentage(Int64(clamping: share * 1e9), of: 1_000_000_000).drop { $0 == " " })
  }

  /// Thousandths as a decimal fraction.
  private func pixels(_ thousandths: Int) -> String {
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}

extension Double {
  fileprivate func clamped() -> Double { isNaN ? 0 : Swift.min(1, Swift.max(0, self)) }
}
