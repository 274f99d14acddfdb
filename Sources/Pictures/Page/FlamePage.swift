package import HeapAnalysis
package import Reports

/// An HTML page with a flame graph, a table and the findings, all in one file.
///
/// The page works from disk: it includes its script, style and data, and its content security
/// policy allows nothing else.
package struct FlamePage: Sendable {
  package var graph: FlameGraph
  package var title = ""

  /// Facts about the profile, a few words each.
  package var facts: [String] = []

  /// What the reader must know about the figures; may be empty.
  package var notice = ""

  /// The sums of callers are lower bounds, since stacks were cut.
  package var hasCutStacks = false

  /// The sample type shown first.
  package var firstType = 0

  /// Frames are initially lines, not functions.
  package var showsLines = false

  /// The unit of values, as `--unit` takes it.
  package var unit = "minimum"

  /// The factor for all values.
  package var ratio = 1.0
  package var findings: [Finding] = []

  /// The rules, including the user's own; each states its cost.
  package var rules = HotspotRule.all

  /// Whether the figures of the findings are reliable.
  package var provenance = SamplingProvenance.unknown

  /// The sample type that shares of findings refer to.
  package var findingsType = 0

  /// The source around the frames that matter.
  package var source = PageSource()

  /// How the profile was sampled: type, unit and value of its period; nil when unknown.
  package var period: (type: String, unit: String, value: Int64)?

  /// Says which findings a rules file hides; empty when it hides none.
  package var suppressedNote = ""

  /// Says why there are no findings.
  package var findingsNote = ""

  package init(_ graph: FlameGraph) { self.graph = graph }

  var marks: FlameMarks { FlameMarks(graph, findings) }

  /// The script and the style, as hashed in ``PageHashes``.
  package static let script =
    PackageResources.expression_js + PackageResources.page_data_js
    + PackageResources.page_view_js + PackageResources.page_draw_js
    + PackageResources.page_map_js + PackageResources.page_export_js
    + PackageResources.page_panels_js + PackageResources.page_main_js
  package static var style: [UInt8] { PackageResources.page_css }

  package func text() -> TextOutput {
    var output = TextOutput()
    output.line("<!doctype html>")
    output.line(#"<html lang="en">"#)
    output.line(#"<head><meta charset="utf-8">"#)
    output.line(
      #"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; "#
        + "script-src '\(PageHashes.script)'; style-src '\(PageHashes.style)'; "
        + #"base-uri 'none'; form-action 'none'">"#)
    output.line(#"<meta name="viewport" content="width=device-width, initial-scale=1">"#)
    output.line(#"<meta name="generator" content="heapscope">"#)
    output.line("<title>\(markup(title))</title>")
    output.write("<style>")
    output.write(Self.style)
    output.line("</style></head>")
    output.line("<body>")
    output.write(PackageResources.page_html)
    output.write(#"<script type="application/json" id="data">"#)
    output.append(PageData.json(self))
    output.line("</script>")
    output.write("<script>")
    output.write(Self.script)
    output.line("</script>")
    output.line("</body></html>")
    return output
  }
}
