/// Problems on lines of code, for programs that show them beside the code.
package struct CodeProblems: Sendable {
  /// What problems of one kind have in common.
  struct Rule: Sendable {
    var id: String
    var title: String?
    var cost: String?
    var advice: String?
    var link: String?
  }

  enum Level: String, Sendable {
    case error
    case warning

    /// Nothing is known to be wrong.
    case note
  }

  struct Problem: Sendable {
    var level: Level
    var rule: Rule

    /// A description of the requirement that is violated.
    var title: String

    /// What is wrong, as a sentence without a final stop.
    var sentence: String
    var advice: String?

    /// The lines to blame, the worst first.
    var places: [Place]
    var sampleType: String
    var unit: String
    var value: Int64
    var share: Double
  }

  struct Place: Sendable {
    var function: String

    /// Relative to the root of the working tree, if known; empty for none.
    var path: String

    /// 0 when unknown.
    var line: Int64

    /// The share of the total.
    var share: Double
  }

  /// heapscope's own version.
  var version: String
  var profileName: String

  /// The number of budgets examined; nil when there are none.
  var budgetCount: Int?

  /// The key by which code scanning recognizes a problem, with its version.
  var fingerprint: String
  var problems: [Problem]

  /// A summary in a few words.
  var verdict: String
}
