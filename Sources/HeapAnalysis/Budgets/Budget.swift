import Foundations
import ProfileModel

/// A limit on what a part of a profile may take, for example `map-format<5%`.
package struct Budget: Sendable, Equatable {
  /// What the limit is on.
  package enum Subject: Sendable, Equatable {
    case total

    /// A kind of finding or a single rule, by name.
    case hotspot(String)

    /// Stacks with a matching function; the word is read as `focus` reads it.
    case functions(String)

    /// Each matching function by itself: none may exceed the limit.
    case anyFunction(String)
  }

  package enum Limit: Sendable, Equatable {
    /// A part of the sample type's total, 0 to 1.
    case share(Double)

    /// A number with its unit, such as 50 and `MB`; without one, the sample type's unit.
    case value(Double, unit: String)

    /// Growth relative to the base: 0.1 for 10 % more.
    case growth(Double)

    /// An absolute increase over the base.
    case increase(Double, unit: String)
  }

  package var subject: Subject
  package var limit: Limit

  /// Where warnings begin; nil without warnings. The same case as ``limit``.
  package var warning: Limit?

  /// `<=` instead of `<`.
  package var isInclusive: Bool

  /// Nil for the sample type that the check runs with.
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

  /// Whether the budget can be checked only against a base.
  package var needsBase: Bool {
    switch limit {
    case .share, .value: false
    case .growth, .increase: true
    }
  }

  /// The subject's name, as a budget spells it.
  package var name: String {
    switch subject {
    case .total: "total"
    case .hotspot(let name), .functions(let name): name
    case .anyFunction(let word): Self.anyWord + word
    }
  }

  /// The pattern that names the functions, if the subject is functions.
  package var pattern: String {
    if case .anyFunction(let word) = subject { word } else { name }
  }

  /// The word before a pattern that applies the limit to each function by itself.
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

  /// The budget in its own syntax.
  package var text: String { name + limitText + (sampleType.map { ":" + $0 } ?? "") }

  /// `10`, `2.5`: at most six digits after the point.
  private static func plain(_ number: Double) -> String {
    var digits = formatted(number, "%.6f")[...]
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits)
  }
}
