import Foundations
import HeapAnalysis

/// A change of a count, with its sign: `+1,234`.
func countChange(_ value: Int64) -> String { (value > 0 ? "+" : "") + groupedDigits(value) }

/// Where a line stood and where it is now: `main.go:16 → main.go:19`, with folders when the files'
/// names differ.
func movedPlace(from before: LineMatching.Place, to after: LineMatching.Place) -> String {
  func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
  let isOneFile = name(before.file) == name(after.file)
  func text(_ place: LineMatching.Place) -> String {
    shown(isOneFile ? name(place.file) : shortPath(place.file)) + ":\(place.line)"
  }
  return text(before) + " → " + text(after)
}
