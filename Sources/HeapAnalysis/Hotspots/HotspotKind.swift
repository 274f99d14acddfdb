/// A wasteful pattern, by the name that reports and budgets use.
///
/// Rules of the user may name further kinds.
package struct HotspotKind: Hashable, Sendable {
  package let rawValue: String

  package init(_ name: String) { rawValue = name }

  package static let mapFormat = HotspotKind("map-format")
  package static let format = HotspotKind("format")
  package static let reflectMapIteration = HotspotKind("reflect-map-iteration")
  package static let mapIteration = HotspotKind("map-iteration")
  package static let mapGrowth = HotspotKind("map-growth")
  package static let jsonMapEncode = HotspotKind("json-map-encode")
  package static let jsonDynamicDecode = HotspotKind("json-dynamic-decode")
  package static let stringConcat = HotspotKind("string-concat")
  package static let stringBytesConversion = HotspotKind("string-bytes-conversion")
  package static let retainedCache = HotspotKind("retained-cache")
  package static let timeAfter = HotspotKind("time-after")
  package static let regexpCompile = HotspotKind("regexp-compile")
  package static let gzipWriter = HotspotKind("gzip-writer")
  package static let readAll = HotspotKind("read-all")
  package static let bufioAlloc = HotspotKind("bufio-alloc")
  package static let templateParse = HotspotKind("template-parse")
  package static let stringSplit = HotspotKind("string-split")
  package static let strconv = HotspotKind("strconv")
  package static let goroutineLeak = HotspotKind("goroutine-leak")
  package static let contextChain = HotspotKind("context-chain")
  package static let errorStack = HotspotKind("error-stack")
  package static let slicePrealloc = HotspotKind("slice-prealloc")
  package static let mapClone = HotspotKind("map-clone")
  package static let appendGrowth = HotspotKind("append-growth")
  package static let bufferPerCall = HotspotKind("buffer-per-call")
  package static let objectPerCall = HotspotKind("object-per-call")
  package static let smallMapPerCall = HotspotKind("small-map-per-call")
  package static let boxing = HotspotKind("boxing")
  package static let dynamicDecode = HotspotKind("dynamic-decode")
  package static let callerLookup = HotspotKind("caller-lookup")
  package static let regexpResult = HotspotKind("regexp-result")
  package static let stringTransform = HotspotKind("string-transform")
  package static let httpPerRequest = HotspotKind("http-per-request")
  package static let codecPerCall = HotspotKind("codec-per-call")
  package static let codecOutput = HotspotKind("codec-output")
  package static let ioCopyBuffer = HotspotKind("io-copy-buffer")
  package static let timeFormat = HotspotKind("time-format")
  package static let templateExecution = HotspotKind("template-execution")
  package static let errorPerCall = HotspotKind("error-per-call")
  package static let reflectValue = HotspotKind("reflect-value")
}
