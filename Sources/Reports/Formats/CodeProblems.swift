/// What is wrong on lines of code, for programs that show it beside them.
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

    /// What was asked for and is not so.
    var title: String

    /// What is wrong, in a sentence without its stop.
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

    /// From the root of the working tree, where that is known; empty for none.
    var path: String

    /// 0 when it is not known.
    var line: Int64

    /// The part of the total.
    var share: Double
  }

  /// heapscope's own version.
  var version: String
  var profileName: String

  /// How many budgets were looked at.
  var budgetCount: Int
  var problems: [Problem]

  /// All of it in a few words.
  var verdict: String
}
