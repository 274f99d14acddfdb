/// One pattern in one profile: its cost and the lines to blame.
package struct Finding: Sendable, Equatable {
  package var kind: HotspotKind

  /// The rule that found most of it; see ``HotspotRule/named(_:)``.
  package var rule: String
  package var title: String
  package var advice: String

  /// The share of ``HotspotReport/total``; negative only in a difference of profiles, where it
  /// shrank.
  package var share: Double

  /// In the unit of the report's sample type.
  package var value: Int64
  package var footprint: Footprint

  /// The lines to blame, largest first. Empty when no stack has a frame of the user's, as for
  /// goroutines.
  package var blame: [BlamedLine]

  /// The number of lines to blame; ``blame`` lists the first of them.
  package var lineCount: Int

  /// The part of ``share`` on stacks that were cut before any frame of the user's.
  package var unblamedShare: Double

  /// Function names from the blamed frame to the leaf, for the paths with the most bytes. Direct
  /// recursion appears once.
  package var paths: [Path]

  /// The uncertainty of the figures; nil when unknown.
  package var error: FindingError?

  /// The samples are too few to give a figure.
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
