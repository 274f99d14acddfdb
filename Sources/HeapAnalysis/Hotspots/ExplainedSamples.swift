package import Ownership
package import ProfileModel

/// The blamed line of each sample, and the rule that explains it: the figures of
/// ``findHotspots(in:column:ownership:options:rules:)``, sample by sample.
package struct ExplainedSamples: Sendable {
  /// A blamed line.
  package struct Line: Sendable {
    package var function: StringID
    package var file: StringID

    /// 0 when unknown.
    package var line: Int64
    package var isOwn: Bool
  }

  package private(set) var lines: [Line] = []

  /// By sample: a row of ``lines``, or -1 when nothing is blamed.
  package let lineOfSample: [Int32]

  /// By sample: a row of ``rules``, or -1 when none explains it.
  package let ruleOfSample: [Int8]
  package let rules: [HotspotRule]

  /// How the profile was sampled; nil when unknown.
  package let sampling: HeapSampling?

  /// Notes about source files that exist but were not read.
  package let sourceNotes: [String]

  /// - Parameters: as for findings. Everything that a rule explains counts, however small.
  package init(
    _ profile: Profile, column: Int, ownership: Ownership, options: HotspotOptions,
    rules: [HotspotRule] = HotspotRule.all
  ) {
    var options = options
    options.minimumShare = 0
    sampling = HeapSampling(profile)
    let found = HotspotSearch.explaining(
      profile, column: column, ownership: ownership, options: options, rules: rules,
      sampling: sampling, arithmetic: nil)
    let search = found.search
    self.rules = search.rules
    ruleOfSample = found.ruleOfSample
    lineOfSample = search.siteOfSample
    sourceNotes = found.files?.notes ?? []
    var isOwn = [Bool](repeating: false, count: search.sites.count)
    for (sample, site) in lineOfSample.enumerated() where site >= 0 {
      let line = profile.locations.lines[search.readings[sample].blamedLine]
      isOwn[Int(site)] = ownership.blame.isOwn[line.function.index]
    }
    lines = zip(search.sites, isOwn).map {
      Line(function: $0.function, file: $0.file, line: $0.line, isOwn: $1)
    }
  }
}
