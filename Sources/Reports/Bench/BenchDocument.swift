import HeapAnalysis

extension BenchReport {
  /// Returns benchmarks, their lines and their changes as tables.
  package func document() -> ReportDocument {
    let units = units
    func cell(_ value: Double?) -> ReportDocument.Cell {
      value.flatMap { $0.isFinite ? .number($0) : nil } ?? .none
    }
    let benchmarks = entries.flatMap { entry in
      units.compactMap { unit -> [ReportDocument.Cell]? in
        guard let sample = entry.values[unit] else { return nil }
        return [
          .text(entry.name), .integer(Int64(entry.processors)), .text(unit), cell(sample.median),
          cell(sample.interval?.low), cell(sample.interval?.high),
          .integer(Int64(sample.values.count)),
          unit == ratioUnit ? cell(ratio(entry)) : .none,
        ]
      }
    }
    var lines: [[ReportDocument.Cell]] = []
    var sums: [[ReportDocument.Cell]] = []
    for group in split?.groups ?? [] {
      for (part, of) in [("loop", group.loop), ("set-up", group.setUp), ("untold", group.untold)] {
        for line in of {
          let isPerOperation = part != "set-up"
          lines.append([
            .text(group.function), .text(part), .name(Array(line.function.utf8)),
            .name(Array(line.file.utf8)), .integer(line.line), .integer(line.objects),
            .integer(line.bytes),
            isPerOperation ? cell(group.perOperation(line.objects)) : .none,
            isPerOperation ? cell(group.perOperation(line.bytes)) : .none,
            line.kind.map { .text($0.rawValue) } ?? .none,
          ])
        }
      }
      let objects = group.objectInterval
      sums.append([
        .text(group.function), .list(group.names.map { .text($0) }), cell(group.iterations),
        .flag(group.iterationsAreKnown), cell(group.printed("allocs/op")),
        cell(group.printed("B/op")), cell(group.loopObjects), cell(group.loopBytes),
        cell(objects?.low), cell(objects?.high), cell(group.reconciliation?.rest),
        group.reconciliation.map { .text($0.text) } ?? .none,
      ])
    }
    var tables: [ReportDocument.Table] = [
      .init(
        "benchmarks",
        ["benchmark", "processors", "unit", "median", "low", "high", "runs", "ratio"], benchmarks),
      .init(
        "lines",
        [
          "benchmark", "part", "function", "file", "line", "objects", "bytes", "allocsPerOp",
          "bytesPerOp", "kind",
        ], lines),
      .init(
        "sums",
        [
          "benchmark", "names", "iterations", "iterationsKnown", "printedAllocs", "printedBytes",
          "allocs", "bytes", "allocsLow", "allocsHigh", "rest", "why",
        ], sums),
    ]
    tables.append(
      .init(
        "changes",
        [
          "benchmark", "processors", "unit", "before", "beforeLow", "beforeHigh", "after",
          "afterLow", "afterHigh", "change", "p", "falseDiscoveryRate", "sure",
        ],
        (comparison?.rows ?? []).map { row in
          let (before, after) = (row.before.interval, row.after.interval)
          return [
            .text(row.name), .integer(Int64(row.processors)), .text(row.unit),
            cell(row.before.median), cell(before?.low), cell(before?.high),
            cell(row.after.median), cell(after?.low), cell(after?.high), cell(row.change),
            cell(row.probability), cell(row.rate), .flag(row.isSure),
          ]
        }))
    tables.append(
      .init(
        "lineChanges",
        [
          "benchmark", "function", "file", "line", "movedFrom", "before", "after", "bytesBefore",
          "bytesAfter", "low", "high", "p", "falseDiscoveryRate", "sure", "change", "kind",
        ],
        (comparison?.lines ?? []).map { row in
          [
            .text(row.benchmark), .name(Array(row.function.utf8)), .name(Array(row.file.utf8)),
            .integer(row.line), row.movedFrom.map { .text("\($0.file):\($0.line)") } ?? .none,
            cell(row.objects.before), cell(row.objects.after), cell(row.bytes.before),
            cell(row.bytes.after), cell(row.interval?.low), cell(row.interval?.high),
            cell(row.probability), cell(row.rate), .flag(row.isSure), .text(changeWord(row)),
            row.kind.map { .text($0.rawValue) } ?? .none,
          ]
        }))
    return ReportDocument(
      "bench",
      facts: [
        "period": split?.period.map { .integer($0) } ?? .none,
        "elsewhereObjects": split.map { .integer($0.elsewhere.objects) } ?? .none,
        "verdict": .text(verdict),
      ], tables)
  }

  /// The forms of the report.
  package func forms(_ style: TextStyle) -> ReportForms {
    var forms = ReportForms(text: { self.text(style) }, document: { self.document() })
    forms.markdown = markdown
    return forms
  }
}
