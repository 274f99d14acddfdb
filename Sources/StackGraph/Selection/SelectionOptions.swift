/// Which part of a profile to examine, and which of its values. The names are pprof's; expressions
/// are regular expressions in its syntax.
package struct SelectionOptions: Sendable {
  /// A column number, a sample type, or one without its `inuse_`.
  package var sampleIndex = ""
  /// Divides values by the first sample type's.
  package var mean = false
  package var divideBy = 1.0
  package var unit = "minimum"

  package var granularity = Granularity.functions
  package var inlines = true
  package var columns = false

  /// Appends the file to names that do not identify a function.
  package var separatesNames = false

  /// Keeps one round of each cycle in the stacks; this granularity determines which frames are
  /// equal.
  package var collapsesRecursion: Granularity?

  package var focus = ""
  package var ignore = ""
  package var hide = ""
  package var show = ""
  package var showFrom = ""
  package var pruneFrom = ""
  package var tagFocus = ""
  package var tagIgnore = ""
  package var tagShow = ""
  package var tagHide = ""
  package var tagRoot = ""
  package var tagLeaf = ""

  /// Percentages refer to what is left after filtering.
  package var relativePercentages = false
  package var trimPath = ""
  package var sourcePath = ""

  package init() {}
}

/// Why a selection cannot be made. `option` is the option's name with underscores.
package enum SelectionError: Error, Equatable, Sendable {
  case pattern(option: String, value: String, PatternError)

  /// An expression took too many steps to match a name or label.
  case patternEffort(option: String, value: String)
  case noSampleTypes
  case sampleIndexRange(Int, count: Int)
  case sampleIndexName(String, known: [String])
  case zeroDivisor
  /// The sum of a sample type exceeds 64 bits.
  case overflow(sampleType: String)
}

/// Something worth a line on standard error.
package enum SelectionWarning: Equatable, Sendable {
  /// A filter matched nothing; the name is pprof's: `Focus`, `TagFocus`, …
  case noMatch(filter: String)
  case labelUnits(key: String, used: String, others: [String])
  case readAsRange(option: String, text: String)
}
