/// A line of the user's code and its cost.
package struct BlamedLine: Sendable, Equatable {
  package var function: String
  package var file: String

  /// 0 when unknown.
  package var line: Int64
  package var share: Double
  package var value: Int64

  /// The blamed frame belongs to a third-party module.
  package var isThirdParty: Bool

  /// The logging function that the line calls, if any: `log/slog.(*Logger).Info`.
  package var wayIn: String?

  /// The nearest own lines that call this one, largest first; only the first of many.
  package var callers: [Caller] = []

  /// The helpers that pass the line's arguments on, the line's own callee first. When the source
  /// shows that a helper does nothing else, its caller is blamed.
  package var forwarders: [Caller] = []

  /// The line is in a helper that prints its arguments, judging by the helper's name and by what it
  /// calls, because no source is available.
  package var isPrintHelper = false

  /// The text of the line, if the source is available.
  package var sourceText: String?

  /// The source line shows the pattern; no symbol does.
  package var isReadFromSource: Bool

  /// What the sizes and counts of the line's blocks show; only for the first lines of a finding.
  package var arithmetic: LineArithmetic?

  /// The line to look at. For a third party's line, or a helper that prints, that is the own line
  /// that calls it.
  package var nearest: Caller { leadsToCallers ? callers[0] : itself }

  /// The lines to look at are the callers.
  package var leadsToCallers: Bool { (isThirdParty || isPrintHelper) && !callers.isEmpty }

  package var itself: Caller { Caller(function: function, file: file, line: line, share: share) }

  package struct Caller: Sendable, Equatable {
    package var function: String
    package var file: String
    package var line: Int64

    /// The share of the whole sample type, as in ``BlamedLine/share``.
    package var share: Double

    /// The text of the line, if the source is available.
    package var sourceText: String?

    package init(function: String, file: String, line: Int64, share: Double) {
      self.function = function
      self.file = file
      self.line = line
      self.share = share
    }
  }

  package init(
    function: String, file: String, line: Int64, share: Double, value: Int64,
    isThirdParty: Bool = false, wayIn: String? = nil, sourceText: String? = nil,
    isReadFromSource: Bool = false
  ) {
    self.function = function
    self.file = file
    self.line = line
    self.share = share
    self.value = value
    self.isThirdParty = isThirdParty
    self.wayIn = wayIn
    self.sourceText = sourceText
    self.isReadFromSource = isReadFromSource
  }
}
