package import ProfileModel

/// The findings of one profile for one of its sample types.
package struct HotspotReport: Sendable, Equatable {
  /// The name of the sample type that shares refer to, for example `alloc_space`.
  package var sampleType = ""
  package var unit = ""

  /// What the sample type counts. Rules about memory apply to nothing else.
  package var measure = Measure.amount

  /// Σ|value| of the sample type over all samples, saturated.
  package var total: Int64 = 0

  /// The same, with gains and losses apart.
  package var sum = SignedSum()

  /// The live bytes, if the total is of allocated bytes; nil when the profile does not have them.
  package var liveBytes: Int64?

  /// All values of all sample types are zero, or there are none.
  package var isEmpty = false

  /// The module of the user's own code, given or guessed; empty when unknown.
  package var modulePath = ""

  /// What counts as own code.
  package var ownCode = OwnCode.module

  package enum OwnCode: String, Sendable {
    case module

    /// The standard library: nothing else is there, and ``modulePath`` is a part of it.
    case standard

    /// No own code was found.
    case none
  }

  /// Largest first. No sample is in two of them.
  package var findings: [Finding] = []

  /// The findings that ``HotspotOptions/suppressed`` hides; reports only name them.
  package var suppressed: [Finding] = []

  /// What the arithmetic of the values says about their origin.
  package var provenance = SamplingProvenance.unknown

  /// Bytes between two samples, on average; nil when the arithmetic does not hold.
  package var period: Int64?

  package var blindSpots = BlindSpots()

  /// The largest own lines that no finding names.
  package var hints: [LineHint] = []

  /// The share of ``total`` that own lines allocate themselves and that only their source, which is
  /// not available, could explain.
  package var unreadShare = 0.0

  /// The lines that hold the most live memory and the own lines that allocate the most, if the
  /// profile has both and ``HotspotOptions/largestLineCount`` asks for them.
  package var live: LargestLines?
  package var allocated: LargestLines?

  /// Notes about source files that exist but were not read.
  package var sourceNotes: [String] = []

  package init() {}
}
