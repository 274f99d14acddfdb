import Foundations
import HeapAnalysis
import ProfileModel

/// Draws a trend as an SVG picture: the total over time, and the rows that change most.
package struct TrendSVG {
  private let report: TrendReport
  private let rows: [Trend.Row]
  private let seconds: [Double]
  /// The ends of the axis; values of differences may be negative.
  private let top: Double
  private let bottom: Double

  private static let width = 960
  private static let left = 86
  private static let right = 30
  private static let upper = 58
  private static let plotHeight = 340
  private static let legendHeight = 22
  private static let rowCount = 8

  /// The colours of Okabe and Ito, which most people can distinguish.
  private static let colors = [
    "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f3c8d", "#666666",
  ]

  package init(_ report: TrendReport) {
    self.report = report
    let trend = report.trend
    let count =
      report.rowCount > 0 ? min(report.rowCount, Self.rowCount) : Self.rowCount
    rows = Array(
      trend.rows.filter { $0.growth != 0 }.sorted {
        ($1.growth.magnitude, $0.function, $0.file, $0.line)
          < ($0.growth.magnitude, $1.function, $1.file, $1.line)
      }.prefix(count))
    let first = trend.times.first ?? 0
    seconds = trend.times.map { (Double($0) - Double(first)) / 1e9 }
    let values = trend.totals + rows.flatMap(\.values)
    let isBytes = trend.unit == "bytes"
    let least = Double(values.min() ?? 0)
    top = Self.ceiling(values.map { Double($0) }.max() ?? 0, isBytes: isBytes)
    bottom = least < 0 ? -Self.ceiling(-least, isBytes: isBytes) : 0
  }

  /// The next round value above that divides well into four; for bytes in powers of 1,024.
  static func ceiling(_ value: Double, isBytes: Bool) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    var unit = 1.0
    while isBytes, value >= unit * 1024 { unit *= 1024 }
    var power = unit
    while true {
      for factor in [1.0, 2, 3, 4, 6, 8] where power * factor >= value { return power * factor }
      power *= 10
    }
  }

  package func text() -> TextOutput {
    var output = TextOutput()
    let trend = report.trend
    let height = Self.upper + Self.plotHeight + 56 + (rows.count + 1) * Self.legendHeight
    output.line(#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>"#)
    output.line(
      #"<svg version="1.1" width="\#(Self.width)" height="\#(height)" "#
        + #"viewBox="0 0 \#(Self.width) \#(height)" xmlns="http://www.w3.org/2000/svg">"#)
    output.line("<desc>Drawn by heapscope from \(trend.times.count) heap profiles.</desc>")
    output.line("<style>\(Self.style)</style>")
    output.line(#"<rect class="page" width="100%" height="100%"/>"#)
    label(Self.left, 28, "start", "\(shown(trend.sampleType)) over time", "title", to: &output)
    var subtitle = "total \(growth(trend.total)), \(trend.totalVerdict.rawValue)"
    if let forecast = report.forecast { subtitle += "; " + report.forecastText(forecast) }
    label(Self.left, 46, "start", subtitle, "faint", to: &output)
    axes(to: &output)
    var y = Self.upper + Self.plotHeight + 52
    series("total", trend.totals, "#1b1b1b", nil, y, to: &output)
    for (row, color) in zip(rows, Self.colors) {
      y += Self.legendHeight
      let name = "\(shown(row.function)) \(report.place(row))"
      series(name, row.values, color, row, y, to: &output)
    }
    output.line("</svg>")
    return output
  }

  private static let style =
    "text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1b1b1b}"
    + ".page{fill:#fff}.title{font-size:17px;font-weight:600}.faint{fill:#555}"
    + ".grid{stroke:#ddd;stroke-width:1}.line{fill:none;stroke-width:2;stroke-linejoin:round}"
    + ".leak{stroke-width:3}.verdict{font-weight:600}"

  /// Growth per second, if there is such a rate.
  private func growth(_ measure: Trend.Course) -> String {
    report.trend.hasRates ? report.rate(measure.fit.slope) : report.change(measure.growth)
  }

  private func axes(to output: inout TextOutput) {
    for part in 0...4 {
      let value = bottom + (top - bottom) * Double(part) / 4
      let y = self.y(value)
      output.line(
        #"<line class="grid" x1="\#(Self.left)" x2="\#(Self.width - Self.right)" "#
          + #"y1="\#(y)" y2="\#(y)"/>"#)
      label(
        Self.left - 8, Int(Double(y) ?? 0) + 4, "end", report.size(Int64(nearest: value)), "faint",
        to: &output)
    }
    let last = seconds.last ?? 0
    let below = Self.upper + Self.plotHeight + 18
    for part in 0...4 {
      let time = last * Double(part) / 4
      let text =
        report.trend.hasTimes ? durationText((time * 10).rounded() / 10) : formatted(time, "%g")
      label(
        Int(Double(x(time)) ?? 0), below, part == 0 ? "start" : part == 4 ? "end" : "middle",
        text, "faint", to: &output)
    }
  }

  private func series(
    _ name: String, _ values: [Int64], _ color: String, _ row: Trend.Row?, _ y: Int,
    to output: inout TextOutput
  ) {
    let points = zip(seconds, values).map { "\(x($0.0)),\(self.y(Double($0.1)))" }
    let verdict = row?.verdict ?? report.trend.totalVerdict
    output.line("<g>")
    output.line(
      #"<polyline class="line\#(verdict == .leak ? " leak" : "")" stroke="\#(color)" "#
        + #"points="\#(points.joined(separator: " "))"/>"#)
    for (time, value) in zip(seconds, values) {
      output.line(
        #"<circle cx="\#(x(time))" cy="\#(self.y(Double(value)))" r="3" fill="\#(color)"><title>"#
          + markupText("\(name): \(report.size(value))") + "</title></circle>")
    }
    output.line(
      #"<rect x="\#(Self.left)" y="\#(y - 10)" width="18" height="10" fill="\#(color)"/>"#)
    let rate = growth(row?.live ?? report.trend.total)
    label(Self.left + 28, y, "start", verdict.rawValue, "verdict", to: &output)
    label(Self.left + 100, y, "start", rate, "faint", to: &output)
    label(Self.left + 210, y, "start", name, "", to: &output)
    output.line("</g>")
  }

  private func label(
    _ x: Int, _ y: Int, _ anchor: String, _ text: String, _ kind: String,
    to output: inout TextOutput
  ) {
    output.line(
      #"<text class="\#(kind)" x="\#(x)" y="\#(y)" text-anchor="\#(anchor)">"#
        + markupText(text) + "</text>")
  }

  private func x(_ time: Double) -> String {
    let last = seconds.last ?? 0
    let part = last > 0 ? time / last : 0
    return pixels(Double(Self.left) + part * Double(Self.width - Self.left - Self.right))
  }

  private func y(_ value: Double) -> String {
    let part = (value - bottom) / (top - bottom)
    return pixels(Double(Self.upper + Self.plotHeight) - part * Double(Self.plotHeight))
  }

  /// A position in tenths, so that equal trends give equal bytes.
  private func pixels(_ value: Double) -> String { formatted(value, "%.1f") }
}

/// Escapes a text for an element of XML.
private func markupText(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
}
