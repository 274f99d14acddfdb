package import ProfileModel

/// The part of a profile that a report is about, and its values.
package struct Selection: Sendable {
  /// What is left after all filters, at the requested granularity.
  package let profile: Profile
  package let options: SelectionOptions

  /// The column of the values; `divisorColumn` is that of the divisor of means.
  package let column: Int
  package let divisorColumn: Int?

  /// What percentages refer to (docs/pprof-semantics.md, section 3).
  package let total: Int64

  /// ``total`` is that of a subtracted base.
  package var isOfBase: Bool { profile.strings.find(baseLabelKey) != nil }
  package let labelUnits: LabelUnits
  package let warnings: [SelectionWarning]

  /// The filters in pprof's order, as its headers list them.
  package let activeFilters: [String]

  /// By displayed name with a file appended: the profile's own name.
  private let plainNames: [StringID: StringID]

  /// The profile with its original names.
  package var plainProfile: Profile {
    var profile = profile
    if plainNames.isEmpty { return profile }
    for row in 0..<profile.functions.count {
      profile.functions.names[row] = plainName(profile.functions.names[row])
    }
    return profile
  }

  /// The original name.
  package func plainName(_ name: StringID) -> StringID { plainNames[name] ?? name }

  /// The name and the unit of the values.
  package var sampleType: String {
    (divisorColumn == nil ? "" : "mean_") + profile.sampleTypeName(column)
  }
  package var unit: String { profile.strings[profile.sampleTypes[column].unit] }

  package var values: [Int64] { profile.samples.values[column] }
  package var divisors: [Int64]? { divisorColumn.map { profile.samples.values[$0] } }

  /// Applies the options to a profile, in pprof's order.
  package init(_ source: Profile, _ options: SelectionOptions) throws(SelectionError) {
    var profile = source
    var warnings: [SelectionWarning] = []
    let units = LabelUnits(profile)
    for conflict in units.conflicts {
      warnings.append(
        .labelUnits(key: conflict.key, used: conflict.used, others: conflict.others))
    }
    let found = profile.addTagFrames(
      roots: Self.keys(options.tagRoot), leaves: Self.keys(options.tagLeaf), unit: options.unit)
    if !options.tagRoot.isEmpty, !found.roots { warnings.append(.noMatch(filter: "TagRoot")) }
    if !options.tagLeaf.isEmpty, !found.leaves { warnings.append(.noMatch(filter: "TagLeaf")) }
    if options.relativePercentages {
      try Self.filter(&profile, options, units, &warnings)
    }
    let column = try profile.column(sampleIndex: options.sampleIndex)
    if options.divideBy == 0 { throw .zeroDivisor }
    let divisorColumn = options.mean ? 0 : nil
    let total = try Self.total(profile, column: column, divisorColumn: divisorColumn)
    if !options.relativePercentages {
      try Self.filter(&profile, options, units, &warnings)
    }
    plainNames = options.separatesNames ? profile.separateNames() : [:]
    profile.aggregate(
      options.granularity, inlines: options.inlines, columns: options.columns)
    if let granularity = options.collapsesRecursion { profile.collapseRecursion(granularity) }
    self.profile = profile
    self.options = options
    self.column = column
    self.divisorColumn = divisorColumn
    self.total = total
    labelUnits = units
    self.warnings = warnings
    activeFilters = [
      ("focus", options.focus), ("ignore", options.ignore), ("hide", options.hide),
      ("show", options.show), ("show_from", options.showFrom), ("tagfocus", options.tagFocus),
      ("tagignore", options.tagIgnore), ("tagshow", options.tagShow),
      ("taghide", options.tagHide),
    ].filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1)" }
  }

  private static func keys(_ list: String) -> [String] {
    list.split(separator: ",").map(String.init)
  }

  private static func filter(
    _ profile: inout Profile, _ options: SelectionOptions, _ units: LabelUnits,
    _ warnings: inout [SelectionWarning]
  ) throws(SelectionError) {
    // All expressions are parsed before any is applied, so that an error in one is reported whether
    // or not samples are left for it.
    let focus = try pattern("focus", options.focus)
    let ignore = try pattern("ignore", options.ignore)
    let hide = try pattern("hide", options.hide)
    let show = try pattern("show", options.show)
    let showFrom = try pattern("show_from", options.showFrom)
    let tagFocus = try tagFilter("tagfocus", options.tagFocus, &warnings)
    let tagIgnore = try tagFilter("tagignore", options.tagIgnore, &warnings)
    let pruneFrom = try pattern("prune_from", options.pruneFrom)
    let tagShow = try pattern("tagshow", options.tagShow)
    let tagHide = try pattern("taghide", options.tagHide)
    func warn(_ used: Bool, _ matched: Bool, _ filter: String) {
      if used, !matched { warnings.append(.noMatch(filter: filter)) }
    }
    let names = profile.filterByName(focus: focus, ignore: ignore, hide: hide, show: show)
    warn(focus != nil, names.focus, "Focus")
    warn(ignore != nil, names.ignore, "Ignore")
    warn(hide != nil, names.hide, "Hide")
    warn(show != nil, names.show, "Show")
    if let showFrom { warn(true, profile.showFrom(showFrom), "ShowFrom") }
    let tags = profile.filterByTag(focus: tagFocus, ignore: tagIgnore, units: units)
    warn(tagFocus != nil, tags.focus, "TagFocus")
    warn(tagIgnore != nil, tags.ignore, "TagIgnore")
    let labels = profile.filterLabels(show: tagShow, hide: tagHide)
    warn(tagShow != nil, labels.show, "TagShow")
    warn(tagHide != nil, labels.hide, "TagHide")
    if let pruneFrom { profile.pruneFrom(pruneFrom) }
    func check(_ option: String, _ text: String, _ checked: () throws(PatternEffortError) -> Void)
      throws(SelectionError)
    {
      do { try checked() } catch { throw .patternEffort(option: option, value: text) }
    }
    for (option, text, pattern) in [
      ("focus", options.focus, focus), ("ignore", options.ignore, ignore),
      ("hide", options.hide, hide), ("show", options.show, show),
      ("show_from", options.showFrom, showFrom), ("prune_from", options.pruneFrom, pruneFrom),
      ("tagshow", options.tagShow, tagShow), ("taghide", options.tagHide, tagHide),
    ] {
      try check(option, text) { () throws(PatternEffortError) in try pattern?.checkEffort() }
    }
    for (option, text, filter) in [
      ("tagfocus", options.tagFocus, tagFocus), ("tagignore", options.tagIgnore, tagIgnore),
    ] {
      try check(option, text) { () throws(PatternEffortError) in try filter?.checkEffort() }
    }
  }

  private static func pattern(
    _ option: String, _ text: String
  ) throws(SelectionError) -> Pattern? {
    if text.isEmpty { return nil }
    do { return try Pattern(text) } catch {
      throw .pattern(option: option, value: text, error)
    }
  }

  private static func tagFilter(
    _ option: String, _ text: String, _ warnings: inout [SelectionWarning]
  ) throws(SelectionError) -> TagFilter? {
    if text.isEmpty { return nil }
    do {
      let filter = try TagFilter(text)
      if let range = filter.rangeText {
        warnings.append(.readAsRange(option: option, text: range))
      }
      return filter
    } catch {
      throw .pattern(option: option, value: text, error)
    }
  }

  /// Σ|value| of all samples, or of those labelled as the base if any are.
  private static func total(
    _ profile: Profile, column: Int, divisorColumn: Int?
  ) throws(SelectionError) -> Int64 {
    guard var total = profile.magnitude(ofColumn: column) else {
      throw .overflow(sampleType: profile.sampleTypeName(column))
    }
    if let divisorColumn, profile.magnitude(ofColumn: divisorColumn) == nil {
      throw .overflow(sampleType: profile.sampleTypeName(divisorColumn))
    }
    let samples = profile.samples
    var divisor = divisorColumn.map { samples.values[$0].reduce(0, &+) } ?? 0
    if let key = profile.strings.find(baseLabelKey), let yes = profile.strings.find("true") {
      var baseTotal: Int64 = 0
      var baseDivisor: Int64 = 0
      for sample in 0..<samples.count {
        let isBase = samples.labels[samples.labelRange(of: sample)].contains {
          $0.key == key && $0.kind == .text && $0.string == yes
        }
        guard isBase else { continue }
        baseTotal += abs(samples.values[column][sample])
        baseDivisor &+= divisorColumn.map { samples.values[$0][sample] } ?? 0
      }
      if baseTotal > 0 {
        total = baseTotal
        divisor = baseDivisor
      }
    }
    return divisor == 0 ? total : total / divisor
  }
}

extension Profile {
  /// Returns the column that a `sample_index` means (docs/pprof-semantics.md, section 2).
  package func column(sampleIndex: String) throws(SelectionError) -> Int {
    guard let fallback = defaultColumn else { throw .noSampleTypes }
    if sampleIndex.isEmpty { return fallback }
    if let index = Int(sampleIndex) {
      guard sampleTypes.indices.contains(index) else {
        throw .sampleIndexRange(index, count: sampleTypes.count)
      }
      return index
    }
    let names = sampleTypes.map { strings[$0.name] }
    let short = sampleIndex.hasPrefix("inuse_") ? String(sampleIndex.dropFirst(6)) : sampleIndex
    guard let index = names.firstIndex(where: { $0 == sampleIndex || $0 == short }) else {
      throw .sampleIndexName(sampleIndex, known: names)
    }
    return index
  }
}
