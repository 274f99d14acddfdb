extension HotspotRule {
  private static let cost = """
    reflect returns a copy of each key and value in a new allocation, and MapKeys a slice \
    of all of them.
    """

  private static let advice = """
    switch on the concrete map type first, or reuse one Value with SetIterKey and SetIterValue
    """

  private static let before = """
    for _, k := range v.MapKeys() {
      visit(k, v.MapIndex(k))
    }
    """

  private static let after = """
    key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
    for iter := v.MapRange(); iter.Next(); {
      key.SetIterKey(iter)
      value.SetIterValue(iter)
      visit(key, value)
    }
    """

  private static let links = ["https://pkg.go.dev/reflect#Value.SetIterKey"]

  static let reflectionRules = [
    HotspotRule(
      "reflect-map-iteration", .reflectMapIteration, title: "map read through reflection",
      match: .calls([
        "reflect.Value.MapKeys", "reflect.Value.MapRange", "reflect.Value.MapIndex",
        "reflect.(*MapIter).*", "reflect.Value.SetIterKey", "reflect.Value.SetIterValue",
      ]).with { $0.throughLibraries = true },
      cost: cost, advice: advice, before: before, after: after, links: links),
    HotspotRule(
      "reflect-map-walk", .reflectMapIteration, title: "map read through reflection",
      match: .calls(
        ["reflect.Value.Seq*", "reflect.DeepEqual", "reflect.deepValueEqual"],
        through: .function([
          "reflect.(*MapIter).*", "reflect.Value.MapKeys", "reflect.Value.MapIndex",
        ])
      ).with { $0.throughLibraries = true },
      cost: cost, advice: advice, before: before, after: after, links: links),
  ]
}
