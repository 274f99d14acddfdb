package import HeapAnalysis

/// Returns rules with everything that their pages say, schema `heapscope.explain/1`
/// (docs/schema.md).
package func rulesJSON(_ rules: [HotspotRule]) -> TextOutput {
  jsonText(
    JSONValue.object([
      "schema": .string("heapscope.explain/1"), "rules": .array(rules.map(ruleObject)),
    ]))
}

/// The same for a runtime function, with the rules that detect its callers.
func symbolJSON(_ name: String, _ symbol: RuntimeSymbol) -> TextOutput {
  jsonText(
    JSONValue.object([
      "schema": .string("heapscope.explain/1"),
      "symbol": .object([
        "name": .string(name), "cause": .string(symbol.cause), "shows": .string(symbol.shows),
      ]),
      "rules": .array(symbol.rules.compactMap(HotspotRule.named).map(ruleObject)),
    ]))
}

private func ruleObject(_ rule: HotspotRule) -> JSONValue {
  .object([
    "id": .string(rule.id), "kind": .string(rule.kind.rawValue), "title": .string(rule.title),
    "cost": .string(rule.cost), "advice": .string(rule.advice), "before": .string(rule.before),
    "after": .string(rule.after), "links": .array(rule.links.map { .string($0) }),
    "looksFor": .array(rule.match.sentences.map { .string($0) }),
    "measured": .array(
      MeasuredCost.all(of: rule.id).map { cost in
        .object([
          "variant": .string(cost.variant), "go": .string(cost.goVersion),
          "bytes": .integer(cost.bytes), "allocations": .integer(cost.allocations),
          "liveBytes": cost.liveBytes.map { .integer($0) } ?? .null,
        ])
      }),
  ])
}
