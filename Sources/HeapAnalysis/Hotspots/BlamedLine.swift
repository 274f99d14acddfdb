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

  /// The nearest frame of the user's own module above a third party's, on the
  /// stack with most bytes.
  package var caller: Caller?

  /// The line itself, where the source is at hand.
  package var sourceText: String?

  /// No symbol tells this: the source line does.
  package var isReadFromSource: Bool

  /// What the sizes and counts of the line's blocks tell; of the first lines of a
  /// finding alone.
  package var arithmetic: LineArithmetic?

  package struct Caller: Sendable, Equatable {
    package var function: String
    package var file: String
    package var line: Int64

    package init(function: String, file: String, line: Int64) {
      self.function = function
      self.file = file
      self.line = line
    }
  }

  package init(
    function: String, file: String, line: Int64, share: Double, value: Int64,
    isThirdParty: Bool = false, wayIn: String? = nil, caller: Caller? = nil,
    sourceText: String? = nil, isReadFromSource: Bool = false
  ) {
    self.function = function
    self.file = file
    self.line = line
    self.share = share
    self.value = value
    self.isThirdParty = isThirdParty
    self.wayIn = wayIn
    self.caller = caller
    self.sourceText = sourceText
    self.isReadFromSource = isReadFromSource
  }
}
