import Foundations
import HeapDump
import ProfileModel

extension HeldReport {
  /// Returns the report as JSON, schema `heapscope.held/1` (docs/schema.md).
  package func json() -> TextOutput {
    let totals = retention.totals
    let dump = retention.dump
    func integer(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: value)) }
    func sized(_ value: some BinaryInteger) -> JSONValue {
      retention.hasSizes ? integer(value) : .null
    }
    return jsonText(
      .present([
        "schema": .string("heapscope.held/1"),
        "goVersion": .string(dump.goVersion),
        "sampleRate": allocations.sampleRate.map { integer(Int64(clamping: $0.rounded())) },
        "isTruncated": .bool(dump.truncation != nil),
        "agreesWithRuntime": retention.agreesWithRuntime.map { .bool($0) },
        "hasNames": .bool(hasNames),
        "totals": .object([
          "objects": integer(totals.objects), "bytes": integer(totals.bytes),
          "reachableObjects": sized(totals.reachableObjects),
          "reachableBytes": sized(totals.reachableBytes),
          "garbageObjects": sized(totals.garbageObjects),
          "garbageBytes": sized(totals.garbageBytes),
        ]),
        "holders": .rows(rows) { row in
          .present([
            "root": root(row),
            "retainedBytes": sized(row.holder.bytes),
            "retainedObjects": sized(row.holder.objects),
            "share": retention.hasSizes ? .number(row.share) : .null,
            "dominant": .bool(row.isDominant),
            "conservativeBytes": sized(row.holder.conservativeBytes),
            "largestBytes": .integer(Int64(row.holder.largestBytes)),
            "largestAddress": .string(hexText(dump.objects.address(of: row.holder.largest))),
            "allocatedBy": .rows(row.sites, site),
            "path": path(row),
          ])
        },
      ]))
  }

  private func root(_ row: Row) -> JSONValue {
    let first = root(of: row)
    let stack = first.stack.map { retention.dump.stacks[$0] }
    let isShared = row.kind == "shared"
    return .present([
      "kind": .string(row.kind), "name": .string(row.name),
      "address": isShared ? nil : first.address.map { .string(hexText($0)) },
      "goroutines": isShared ? nil : stack.map { .integer(Int64($0.count)) },
      "leastWaitNanoseconds": isShared
        ? nil : first.stack.map { .integer(Int64(clamping: retention.leastWait(ofStack: $0))) },
      "waitReason": isShared ? nil : stack.map { .string($0.waitReason) },
      "roots": row.holder.roots.count > 1
        ? .rows(row.holder.roots) { index in
          let root = retention.roots[index]
          return .object(["kind": .string(root.kind.rawValue), "name": .string(root.name)])
        } : nil,
    ])
  }

  private func site(_ site: AllocationSites.Site) -> JSONValue {
    .object([
      "function": .string(documentName(functionName(site.line))),
      "file": .string(documentName(fileName(site.line))),
      "line": .integer(site.line.line), "share": .number(site.share),
      "samples": .integer(Int64(site.samples)),
      "likelyBytes": .integer(Int64(clamping: site.likelyBytes)),
      "likelyObjects": .integer(Int64(site.likelyObjects)),
    ])
  }

  private func path(_ row: Row) -> JSONValue {
    guard let path = row.path else { return .array([]) }
    let root = retention.roots[path.root]
    return .array(
      [
        .present([
          "kind": .string(root.kind.rawValue), "name": .string(root.name),
          "address": root.address.map { .string(hexText($0)) },
        ])
      ]
        + path.steps.map { step in
          .object([
            "kind": .string("object"),
            "address": .string(hexText(retention.dump.objects.address(of: step.object))),
            "size": .integer(Int64(retention.dump.objects.size(of: step.object))),
            "is": .string(step.kind.text),
          ])
        })
  }
}
