/// A line of the user's code and what it costs.
package struct BlamedLine: Sendable, Equatable {
  package var function: String
  package var file: String

  /// 0 when unknown.
  package var line: Int64
  package var share: Double
  package var value: Int64

  /// The blamed frame belongs to a module of a third party.
  package var isThirdParty: Bool

  /// What the line calls when that logs: `log/slog.(*Logger).Info`.
  package var wayIn: String?

  /// The nearest lines of the user's own that call this one, most first; of many the first.
  package var callers: [Caller] = []

  /// The helpers that hand the line's arguments on, the line's own callee first: where the
  /// source shows that a helper does nothing else, its caller is blamed.
  package var forwarders: [Caller] = []

  /// The line is that of a helper that prints what its callers hand it, by its name and by what
  /// it calls: no source is at hand that says more.
  package var isPrintHelper = false

  /// The line itself, where the source is at hand.
  package var sourceText: String?

  /// No symbol tells this: the source line does.
  package var isReadFromSource: Bool

  /// What the sizes and counts of the line's blocks tell; of the first lines of a
  /// finding alone.
  package var arithmetic: LineArithmetic?

  /// The line to look at: the own line that calls a third party's, or a helper that prints.
  package var nearest: Caller { leadsToCallers ? callers[0] : itself }

  /// Its callers are the lines to look at.
  package var leadsToCallers: Bool { (isThirdParty || isPrintHelper) && !callers.isEmpty }

  package var itself: Caller { Caller(function: function, file: file, line: line, share: share) }

  package struct Caller: Sendable, Equatable {
    package var function: String
    package var file: String
    package var line: Int64

    /// Of all of the sample type, like ``BlamedLine/share``.
    package var share: Double

    /// The line itself, where the source is at hand.
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
