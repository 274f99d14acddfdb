import Foundations
package import HeapDump
import ProfileModel

/// Why an object is still alive: the paths that lead to it.
package struct HeldWayReport: Sendable {
  private let retention: Retention
  private let explanation: Retention.Explanation
  private let own: OwnNames

  package init(_ report: HeldReport, _ explanation: Retention.Explanation) {
    retention = report.retention
    own = report.own
    self.explanation = explanation
  }

  package func forms(_ style: TextStyle) -> ReportForms {
    ReportForms(text: { text(style) }, document: { document() })
  }

  private func size(_ bytes: UInt64) -> String {
    ScaledValue(Int64(clamping: bytes), from: "bytes", to: "auto").text
  }

  private func text(_ style: TextStyle) -> TextOutput {
    var style = style
    style.own = own
    var output = TextOutput()
    let objects = retention.dump.objects
    let object = explanation.object
    let kept = explanation.way.steps.last.map { size($0.retainedBytes) } ?? ""
    output.line(
      style.marked("HELD", .heading) + "  \(hexText(objects.address(of: object))), "
        + "\(size(UInt64(objects.size(of: object)))), \(shown(retention.kind(of: object).text))"
        + (retention.hasSizes ? "; with it goes \(kept)" : ""))
    output.line()
    wayLines("kept by", explanation.way, &output, style)
    let root = retention.roots[explanation.way.root]
    output.line()
    if let other = explanation.otherRoot {
      wayLines("when \(shown(root.name)) lets go, still kept by", other, &output, style)
    } else {
      output.line("no other root leads to it: when \(shown(root.name)) lets go, it goes")
      if let other = explanation.otherPointer {
        output.line()
        wayLines("without the last pointer of that way, still kept by", other, &output, style)
      }
    }
    if let last = explanation.bottlenecks.last {
      output.line()
      output.line(
        "all ways go through \(hexText(objects.address(of: last))), "
          + "\(shown(retention.kind(of: last).text))")
    }
    return output.laidOut(style)
  }

  private func wayLines(
    _ title: String, _ path: HolderPath, _ output: inout TextOutput, _ style: TextStyle
  ) {
    let root = retention.roots[path.root]
    output.line(title)
    output.line("  " + style.marked(shown(root.name), .user) + "  (\(root.kind.rawValue))")
    // Long chains are shown by their ends.
    let limit = 24
    for (index, step) in path.steps.enumerated() {
      if path.steps.count > limit, index == limit / 2 {
        output.line("    … \(path.steps.count - limit) more")
      }
      if path.steps.count > limit, index >= limit / 2, index < path.steps.count - limit / 2 {
        continue
      }
      let bytes = UInt64(retention.dump.objects.size(of: step.object))
      output.line(
        "    → \(hexText(retention.dump.objects.address(of: step.object)))  "
          + "\(size(bytes).rightAligned(to: 9))  \(shown(step.kind.text))")
    }
  }

  private func document() -> ReportDocument {
    let ways: [(name: String, path: HolderPath?)] = [
      ("shortest", explanation.way), ("otherRoot", explanation.otherRoot),
      ("otherPointer", explanation.otherPointer),
    ]
    let objects = retention.dump.objects
    var cells: [[ReportDocument.Cell]] = []
    for (name, path) in ways {
      guard let path else { continue }
      let root = retention.roots[path.root]
      cells.append([
        .text(name), .text(root.kind.rawValue), .name(Array(root.name.utf8)),
        root.address.map { .text(hexText($0)) } ?? .none, .none, .none,
      ])
      for step in path.steps {
        cells.append([
          .text(name), .text("object"), .text(step.kind.text),
          .text(hexText(objects.address(of: step.object))),
          .integer(Int64(objects.size(of: step.object))),
          retention.hasSizes ? .integer(Int64(clamping: step.retainedBytes)) : .none,
        ])
      }
    }
    return ReportDocument(
      "held-path",
      facts: [
        "address": .text(hexText(objects.address(of: explanation.object))),
        "size": .integer(Int64(objects.size(of: explanation.object))),
        "is": .text(retention.kind(of: explanation.object).text),
        "bottlenecks": .list(
          explanation.bottlenecks.map { .text(hexText(objects.address(of: $0))) }),
      ],
      [.init("steps", ["way", "kind", "name", "address", "size", "retainedBytes"], cells)])
  }
}
