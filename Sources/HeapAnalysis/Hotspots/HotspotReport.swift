package import ProfileModel

/// The findings of one profile for one of its sample types.
package struct HotspotReport: Sendable, Equatable {
  /// The name of the sample type that shares refer to, such as `alloc_space`.
  package var sampleType = ""
  package var unit = ""

  /// What the sample type counts. Rules about memory find nothing in anything else.
  package var measure = Measure.amount

  /// Σ|value| of the sample type over all samples; as large as fits.
  package var total: Int64 = 0

  /// The same with gains and losses apart.
  package var sum = SignedSum()

  /// What is live, beside a total of what was allocated; nil where the profile does not tell.
  package var liveBytes: Int64?

  /// There is nothing but zeros, if anything, in any of the sample types.
  package var isEmpty = false

  /// The module of the user's own code, given or guessed; empty when unknown.
  package var modulePath = ""

  /// Whose code is judged.
  package var ownCode = OwnCode.module

  package enum OwnCode: String, Sendable {
    case module

    /// Nothing else is there, and ``modulePath`` is a part of it.
    case standard

    /// There is none.
    case none
  }

  /// Most bytes first. No sample is in two of them.
  package var findings: [Finding] = []

  /// What ``HotspotOptions/suppressed`` hides: findings too, but for reports to name alone.
  package var suppressed: [Finding] = []

  /// What the values' own arithmetic says of where they come from.
  package var provenance = SamplingProvenance.unknown

  /// Bytes between two samples, on average; nil where the arithmetic does not hold.
  package var period: Int64?

  package var blindSpots = BlindSpots()

  /// The largest of the user's own lines that no finding names.
  package var hints: [LineHint] = []

  /// The part of ``total`` that such lines allocate themselves, and whose source is not at
  /// hand: it may say as what.
  package var unreadShare = 0.0

  /// Whatever holds most live memory, and the user's own lines that allocate most, where the
  /// profile has both and ``HotspotOptions/largestLineCount`` asks for it.
  package var live: LargestLines?
  package var allocated: LargestLines?

  /// What is to be said of sources that are there and were not read.
  package var sourceNotes: [String] = []

  package init() {}
}
