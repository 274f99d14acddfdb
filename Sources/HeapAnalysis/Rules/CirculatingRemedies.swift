/// A remedy for a pattern that is recommended elsewhere, and what is true about it.
package struct CirculatingRemedy: Sendable {
  /// The remedy as people write it, in Go.
  package var code: String
  package var truth: String

  /// The code compiles.
  package var compiles = true
}

extension HotspotRule {
  /// The remedies that circulate for the pattern; empty when none deserves a comment.
  package var circulatingRemedies: [CirculatingRemedy] {
    switch kind {
    case .mapFormat: CirculatingRemedy.ofPrintedMaps
    case .jsonMapEncode: [.anyField, .pool]
    default: []
    }
  }
}

extension CirculatingRemedy {
  fileprivate static let ofPrintedMaps = [
    CirculatingRemedy(
      code: "m[:10]",
      truth:
        "does not compile: a map has no order and cannot be sliced. A loop over the map with a "
        + "break after ten entries prints ten of them, each time others.",
      compiles: false),
    CirculatingRemedy(
      code: "maps.Keys(m)[:5]",
      truth:
        "does not compile: since Go 1.23 maps.Keys returns an iterator. "
        + "slices.Collect(maps.Keys(m))[:5] does, and copies all keys first; so does Keys of "
        + "golang.org/x/exp/maps. A loop with a break copies none.",
      compiles: false),
    CirculatingRemedy(
      code: "if len(m) <= 100 { log.Printf(\"%v\", m) }",
      truth:
        "works, and prints nothing of the maps that matter: log len(m) else. hotspots says on "
        + "your line how large the maps are, and what such a guard saves there."),
    .anyField,
    .pool,
    CirculatingRemedy(
      code: "debug.SetGCPercent(400)",
      truth:
        "runs the collector less often and changes nothing of what is allocated: the heap may "
        + "then grow to five times what is live. With GOMEMLIMIT it buys time, not more."),
  ]

  fileprivate static let anyField = CirculatingRemedy(
    code: "logger.Debug(\"quote\", zap.Any(\"flags\", m))",
    truth:
      "encodes the map by reflection, and allocates for each entry too, unless the level is off: "
      + "zap builds the field, not the text. Typed fields cost next to nothing: "
      + "zap.Int(\"flags\", len(m)), or zap.Object with a MarshalLogObject that writes what is read."
  )

  fileprivate static let pool = CirculatingRemedy(
    code: "buf := pool.Get().(*bytes.Buffer)",
    truth:
      "saves the text's own buffer, which is the smallest part: the copies of keys and values "
      + "stay. The row of the reused buffer above says how little that is.")
}
