import Ownership
import ProfileModel

/// Recognizes own helpers that print their arguments by name, when no source is available. By
/// convention such a function's name ends in `f`, and `go vet` relies on that.
extension HotspotSearch {
  private static let verbs: Set<String> = [
    "debug", "info", "warn", "warning", "error", "err", "trace", "fatal", "panic", "log", "print",
    "notice", "critical", "verbose", "audit", "sprint", "fprint",
  ]

  /// Whether the blamed line of a sample is in a helper: its name says that it prints its
  /// arguments, and it calls something that formats or logs.
  func printHelper(ofSample sample: Int) -> Bool {
    let depth = readings[sample].depth
    let blamed = readings[sample].blamedLine
    guard depth > 0, blamed >= 0 else { return false }
    let function = profile.locations.lines[blamed].function.index
    guard facts.blame.isOwn[function], Self.printsByName(ownership.names[function].member) else {
      return false
    }
    for (position, line) in profile.lines(ofSample: sample).enumerated() where position == depth - 1
    {
      return facts.isLogging[line.function.index]
        || ownership.names[line.function.index].package == "fmt"
    }
    return false
  }

  /// `(*API).debugf`, `Infow`, `logger.WarnContext`: a logging verb with its suffix.
  static func printsByName(_ member: String) -> Bool {
    guard let name = member.split(separator: ".").last?.lowercased() else { return false }
    if verbs.contains(name) { return true }
    for ending in ["context", "ctx", "ln", "f", "w", "s"] where name.hasSuffix(ending) {
      let stem = String(name.dropLast(ending.count))
      if verbs.contains(stem) { return true }
      if ending == "f", verbs.contains(where: { stem.hasSuffix($0) }) { return true }
    }
    return false
  }
}
