import Foundations
import ProfileModel

/// A limit on what a part of a profile may take, such as `map-format<5%`.
package struct Budget: Sendable, Equatable {
  /// What the limit is on.
  package enum Subject: Sendable, Equatable {
    case total

    /// A kind of finding or a single rule, by its name.
    case hotspot(String)

    /// Stacks with a function that matches: a word as `focus` takes it.
    case functions(String)

    /// Each function that matches, for itself: none may pass the limit.
    case anyFunction(String)
  }

  package enum Limit: Sendable, Equatable {
    /// A part of the sample type's total, 0 to 1.
    case share(Double)

    /// A number in a unit, such as 50 and `MB`; without one it is in the sample
    /// type's own.
    case value(Double, unit: String)

    /// Growth against the base: 0.1 for a tenth more.
    case growth(Double)

    /// More than the base by so much.
    case increase(Double, unit: String)
  }

  package var subject: Subject
  package var limit: Limit

  /// From here on there is a warning; nil without one. Of the same sort as ``limit``.
  package var warning: Limit?

  /// `<=` instead of `<`.
  package var isInclusive: Bool

  /// Nil for the one that the check is run for.
  package var sampleType: String?

  package init(
    _ subject: Subject, _ limit: Limit, warning: Limit? = nil, isInclusive: Bool,
    sampleType: String? = nil
  ) {
    self.subject = subject
    self.limit = limit
    self.warning = warning
    self.isInclusive = isInclusive
    self.sampleType = sampleType
  }

  /// Whether it can be checked only against a base.
  package var needsBase: Bool {
    switch limit {
    case .share, .value: false
    case .growth, .increase: true
    }
  }

  /// The name of the subject, as it is written in a budget.
  package var name: String {
    switch subject {
    case .total: "total"
    case .hotspot(let name), .functions(let name): name
    case .anyFunction(let word): Self.anyWord + word
    }
  }

  /// What names the functions, where the subject are some.
  package var pattern: String {
    if case .anyFunction(let word) = subject { word } else { name }
  }

  /// What stands before a pattern that means each function for itself.
  static let anyWord = "any "

  /// `<5%`, `<=+10%` or, with a warning, `<3%..5%`.
  package var limitText: String {
    (isInclusive ? "<=" : "<") + (warning.map { Self.text($0) + ".." } ?? "") + Self.text(limit)
  }

  /// `5%` or `+10%`.
  package static func text(_ limit: Limit) -> String {
    switch limit {
    case .share(let share): plain(share * 100) + "%"
    case .value(let number, let unit): plain(number) + unit
    case .growth(let growth): "+" + plain(growth * 100) + "%"
    case .increase(let number, let unit): "+" + plain(number) + unit
    }
  }

  /// The budget as it could be written.
  package var text: String { name + limitText + (sampleType.map { ":" + $0 } ?? "") }

  /// `10`, `2.5`: no more than six digits after the point.
  private static func plain(_ number: Double) -> String {
    var digits = formatted(number, "%.6f")[...]
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits)
  }
}
