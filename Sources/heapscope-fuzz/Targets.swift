/// The fuzz targets by name. Each takes arbitrary bytes and aborts when heapscope contradicts
/// itself. Fixtures/fuzz has a folder of seeds for each.
let fuzzTargets: [String: @Sendable ([UInt8]) -> Void] = [
  "profile": fuzzProfile, "folded": fuzzFolded, "rendering": fuzzRendering,
  "documents": fuzzDocuments, "series": fuzzSeries, "pattern": fuzzPattern, "tags": fuzzTags,
  "names": fuzzNames,
  "url": fuzzURL, "gctrace": fuzzGCTrace, "goroutines": fuzzGoroutines, "held": fuzzHeld,
  "program": fuzzProgram, "loglines": fuzzLogLines, "metrics": fuzzMetrics,
  "bench": fuzzBenchmarks, "rules": fuzzRules, "hotspots": fuzzHotspots, "budget": fuzzBudget,
  "source": fuzzSource,
]
