import Foundations
package import HeapAnalysis

extension BlamedLine {
  /// `web/serve.go:42`, safe to show; without a number when the line is unknown.
  package var place: String { placeText(file, line) }

  /// The path from the line to the function that allocates: own helpers that pass its arguments on,
  /// then the logging call.
  package var way: String? {
    var parts = forwarders.map { "by way of \(shown($0.function)) \($0.place)" }
    if let wayIn { parts.append("through \(shown(wayIn))") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// The line to look at, and the rest of the chain in words.
  var first: (function: String, place: String, rest: String?) {
    let below = leadsToCallers ? itself : forwarders.first
    let rest =
      below.map { "via \(shown($0.function)) \($0.place)" }
      ?? callers.first.map { "called from \(shown($0.function)) \($0.place)" }
    return (nearest.function, nearest.place, rest)
  }
}

extension BlamedLine.Caller {
  package var place: String { placeText(file, line) }
}
