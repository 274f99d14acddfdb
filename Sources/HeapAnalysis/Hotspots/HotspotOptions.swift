/// What to use besides the profile, and how much to report.
package struct HotspotOptions: Sendable {
  /// Reads the source of lines that no symbol explains; nil to read no source.
  package var source: SourceLookup?

  /// Rules and kinds whose findings go to ``HotspotReport/suppressed``.
  package var suppressed: Set<String> = []

  /// Findings with a smaller share of all bytes are left out, 0 to 1.
  package var minimumShare = 0.005

  /// The most paths from blame to leaf that a finding lists.
  package var pathCount = 3

  /// The most lines to blame that a finding lists; nil for all. A large profile has tens of
  /// thousands, and most reports show only the first few.
  package var lineCount: Int?

  /// How many lines ``HotspotReport/live`` and ``HotspotReport/allocated`` have.
  package var largestLineCount = 0

  package init() {}
}
