/// One pattern in one profile: what it costs and which lines are to blame.
package struct Finding: Sendable, Equatable {
  package var kind: HotspotKind

  /// The rule that found most of it; see ``HotspotRule/named(_:)``.
  package var rule: String
  package var title: String
  package var advice: String

  /// The part of the report's ``HotspotReport/total``; negative only where a
  /// difference of profiles shrinks.
  package var share: Double

  /// In the unit of the report's sample type.
  package var value: Int64
  package var footprint: Footprint

  /// The lines to blame, most first. Empty when no stack has a frame of the
  /// user's, as for goroutines.
  package var blame: [BlamedLine]

  /// How many lines there are to blame; ``blame`` lists the first of them.
  package var lineCount: Int

  /// The part of ``share`` on stacks that were cut before any user frame.
  package var unblamedShare: Double

  /// Function names from the blamed frame to the leaf, of the paths with most
  /// bytes. Direct recursion is shown once.
  package var paths: [Path]

  /// How far the figures may be from the truth; nil where nothing can be said.
  package var error: FindingError?

  /// The samples are too few to say how much it is.
  package var isWeak: Bool { error?.value.isWeak ?? false }

  package struct Path: Sendable, Equatable {
    package var functions: [String]
    package var share: Double

    package init(functions: [String], share: Double) {
      self.functions = functions
      self.share = share
    }
  }

  package init(
    kind: HotspotKind, rule: String, title: String, advice: String, share: Double, value: Int64,
    footprint: Footprint, blame: [BlamedLine], unblamedShare: Double, paths: [Path]
  ) {
    self.kind = kind
    self.rule = rule
    self.title = title
    self.advice = advice
    self.share = share
    self.value = value
    self.footprint = footprint
    self.blame = blame
    lineCount = blame.count
    self.unblamedShare = unblamedShare
    self.paths = paths
  }
}
