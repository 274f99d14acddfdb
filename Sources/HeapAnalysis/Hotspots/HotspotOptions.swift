/// What to look at besides the profile, and how much to report.
package struct HotspotOptions: Sendable {
  /// With it, lines are read where no symbol tells; nil to read no source.
  package var source: SourceLookup?

  /// Rules and kinds whose findings stand in ``HotspotReport/suppressed``.
  package var suppressed: Set<String> = []

  /// Findings below this part of all bytes are left out, 0 to 1.
  package var minimumShare = 0.005

  /// Paths from blame to leaf that a finding lists at most.
  package var pathCount = 3

  /// Lines to blame that a finding lists at most; all when nil. A large profile has
  /// tens of thousands, and most reports show the first few.
  package var lineCount: Int?

  /// How many lines ``HotspotReport/live`` and ``HotspotReport/allocated`` have.
  package var largestLineCount = 0

  package init() {}
}
