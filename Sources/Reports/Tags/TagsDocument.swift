import ProfileModel

extension TagsReport {
  package func document() -> ReportDocument {
    let keys = keys
    let places = keys.indices.flatMap { key in keys[key].values.indices.map { (key, $0) } }
    return ReportDocument(
      "tags", context,
      [
        .init("rows", ["key", "value", "weight", "share"], rowCount: places.count) {
          let key = keys[places[$0].0]
          let value = key.values[places[$0].1]
          return [
            .name(key.name), .name(value.text), .value(context.divided(value.weight)),
            context.shareCell(value.weight),
          ]
        }
      ])
  }
}
