import Foundations
package import HeapAnalysis

extension BlamedLine {
  /// `web/serve.go:42`, safe to show; without a number where that is unknown.
  package var place: String { placeText(file, line) }

  /// What the line calls on its way to what allocates: own helpers that hand its arguments on,
  /// then the logging call.
  package var way: String? {
    var parts = forwarders.map { "by way of \(shown($0.function)) \($0.place)" }
    if let wayIn { parts.append("through \(shown(wayIn))") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// The line to look at: the own line that calls a third party's.
  package var nearest: Caller {
    isThirdParty ? callers.first ?? itself : itself
  }

  private var itself: Caller { Caller(function: function, file: file, line: line, share: share) }

  /// The line to look at, and the rest of the chain in words.
  var first: (function: String, place: String, rest: String?) {
    guard let caller = callers.first else { return (function, place, nil) }
    let rest =
      isThirdParty
      ? "in \(shown(function)) \(place)" : "called from \(shown(caller.function)) \(caller.place)"
    return (nearest.function, nearest.place, rest)
  }
}

extension BlamedLine.Caller {
  package var place: String { placeText(file, line) }
}
