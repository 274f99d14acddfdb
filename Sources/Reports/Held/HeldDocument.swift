import HeapDump
import ProfileModel

extension HeldReport {
  /// The forms of the report; as JSON it has a schema of its own.
  package func forms(_ style: TextStyle, count: Int) -> ReportForms {
    var forms = ReportForms(
      text: { self.text(style, count: count) }, document: { self.document() })
    forms.json = { self.json() }
    return forms
  }

  private func document() -> ReportDocument {
    let totals = retention.totals
    @Sendable func sized(_ value: UInt64) -> ReportDocument.Cell {
      retention.hasSizes ? .integer(Int64(clamping: value)) : .none
    }
    return ReportDocument(
      "held",
      facts: [
        "goVersion": .text(retention.dump.goVersion), "objects": .integer(Int64(totals.objects)),
        "bytes": .integer(Int64(clamping: totals.bytes)),
        "reachableBytes": sized(totals.reachableBytes),
        "garbageBytes": sized(totals.garbageBytes),
      ],
      [
        .init(
          "holders",
          [
            "kind", "name", "retainedBytes", "retainedObjects", "share", "dominant",
            "conservativeBytes", "function", "file", "line", "siteShare", "path",
          ],
          rowCount: rows.count
        ) { index in
          let row = rows[index]
          let site = row.sites.first
          return [
            .text(row.kind), .name(Array(row.name.utf8)), sized(row.holder.bytes),
            sized(UInt64(row.holder.objects)), retention.hasSizes ? .share(row.share) : .none,
            .flag(row.isDominant), sized(row.holder.conservativeBytes),
            site.map { .name(Array(functionName($0.line))) } ?? .none,
            site.map { .name(Array(fileName($0.line))) } ?? .none,
            site.map { .integer($0.line.line) } ?? .none,
            site.map { .share($0.share) } ?? .none,
            .list((row.path?.steps ?? []).map { .text($0.kind.text) }),
          ]
        }
      ])
  }
}
