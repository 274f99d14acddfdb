import Foundations
package import HeapAnalysis
import ProfileModel

/// The results of all budgets of a check.
package struct BudgetReport: Sendable {
  package var outcomes: [BudgetOutcome]

  /// The profile's name in messages.
  package var profileName: String
  package var baseName: String?

  /// By file name in the profile: the path from the root of the working tree, if known.
  package var paths: [String: String]
  package var rules: [HotspotRule]

  /// Budgets that the samples do not decide fail.
  package var failsUnsure = false

  /// Budgets for a function that no profile has are kept.
  package var allowsUnmatched = false

  /// The uncertainty of the figures is known.
  package var provenanceIsKnown = true

  /// How much is on incomplete stacks, one line per profile.
  package var gapNotes: [String] = []

  /// The number of profiles to check, and of the base.
  package var profileCounts = (checked: 1, base: 0)

  package init(
    _ outcomes: [BudgetOutcome], profileName: String, baseName: String?, paths: [String: String],
    rules: [HotspotRule]
  ) {
    self.outcomes = outcomes
    self.profileName = profileName
    self.baseName = baseName
    self.paths = paths
    self.rules = rules
  }

  /// The budgets that make the check fail.
  package var failed: [BudgetOutcome] { outcomes.filter(fails) }

  func fails(_ outcome: BudgetOutcome) -> Bool {
    switch outcome.verdict {
    case .exceeded: true
    case .unsure: failsUnsure
    case .missing: !allowsUnmatched
    case .kept, .warned: false
    }
  }

  /// `all 3 budgets kept`, `1 of 3 budgets exceeded, 1 unsure`.
  var verdict: String {
    let count = outcomes.count
    let plural = count == 1 ? "budget" : "budgets"
    func number(_ verdict: BudgetOutcome.Verdict) -> Int {
      outcomes.count { $0.verdict == verdict }
    }
    let (over, unsure) = (number(.exceeded), number(.unsure))
    let missing = allowsUnmatched ? 0 : number(.missing)
    let kept = count - over - unsure - missing
    var parts: [String] = []
    if over > 0 {
      parts.append("\(over) of \(count) \(plural) exceeded")
    } else if count == 0 {
      parts.append("no finding of 1% or more, so no budget")
    } else if kept == count {
      parts.append(count == 1 ? "the budget is kept" : "all \(count) \(plural) kept")
    } else {
      parts.append("\(kept) of \(count) \(plural) kept")
    }
    if number(.warned) > 0 { parts.append("\(number(.warned)) with a warning") }
    if unsure > 0 { parts.append("\(unsure) unsure") }
    if missing > 0 { parts.append("\(missing) of a function that is missing") }
    return parts.joined(separator: ", ")
  }

  /// Notes that apply to the whole report.
  var notes: [String] {
    var notes: [String] = []
    if profileCounts.checked > 1 || profileCounts.base > 1 {
      notes.append(
        "figures are means: of \(profileCounts.checked) \(profileCounts.checked == 1 ? "profile" : "profiles")"
          + (profileCounts.base > 0 ? " against \(profileCounts.base)" : ""))
    }
    if outcomes.contains(where: { $0.verdict == .unsure }) {
      notes.append(
        failsUnsure
          ? "unsure budgets fail, as --on-unsure=fail asks"
          : "unsure budgets pass; --on-unsure=fail has them fail")
    }
    if !provenanceIsKnown, profileCounts.checked < 2, profileCounts.base < 2 {
      notes.append(
        "how far these figures may be from the truth is unknown, so they are compared as they are")
    }
    return notes + gapNotes
  }

  /// A file's path in the working tree, or else in the profile.
  func path(_ file: String) -> String { paths[file] ?? file }

  /// `cart/cart.go:47`.
  func place(_ line: BlamedLine.Caller) -> String {
    let path = paths[line.file] ?? shortPath(line.file)
    return line.line > 0 ? "\(path):\(line.line)" : path
  }
}

extension BudgetOutcome {
  private func size(_ value: Int64) -> String { ScaledValue(value, from: unit, to: "auto").text }

  /// What was measured, what of it is accepted, and whether it rests on too few samples.
  var found: String {
    (function.map { shown($0) + " " } ?? "") + measured
      + (signed.map { ": \(size($0.gained)) gained, \(size($0.lost)) lost" } ?? "")
      + (accepted > 0 ? ", \(size(accepted)) accepted" : "")
      + (isWeak ? ", weak: few samples" : "")
  }

  /// The interval of the true figure, `98.7% to 99.4%`; nil when unknown or exact.
  var rangeText: String? {
    guard let range, !range.isPoint else { return nil }
    return "\(limitText(range.low)) to \(limitText(range.high))"
  }

  private func limitText(_ figure: Double) -> String {
    switch budget.limit {
    case .share: return percentText(min(max(figure, 0), 1))
    case .value: return size(Int64(nearest: max(0, figure)))
    case .growth:
      if baseValue == 0 { return size(Int64(nearest: figure)) }
      return (figure >= 0 ? "+" : "") + percentText(figure)
    case .increase: return (figure >= 0 ? "+" : "") + size(Int64(nearest: figure))
    }
  }

  /// Why the result is uncertain, and what would help.
  var doubtText: String? {
    switch doubt {
    case .samples(let times):
      if !(times < 1000) { return "not enough samples to say: the figure is at the limit" }
      let factor =
        times < 10 ? formatted(max(1.1, times), "%.1f") : formatted(times, "%.0f")
      return "not enough samples to say; \(factor) times as many would do"
    case .cutStacks:
      return "stacks were cut where it may have stood: up to \(size(hidden)) more"
    case nil: return nil
    }
  }

  /// The measured figure, in the terms of the limit.
  private var measured: String {
    let bound = hidden > 0 ? "≥" : ""
    return switch budget.limit {
    case .share: "\(bound)\(percentText(share)) (\(bound)\(size(value)))"
    case .value: "\(bound)\(size(value)) (\(bound)\(percentText(share)))"
    case .growth: "\(growthText) (\(size(baseValue ?? 0)) to \(size(value)))"
    case .increase: "\(differenceText) (\(size(baseValue ?? 0)) to \(size(value)))"
    }
  }

  /// `+12.5%`, `-3.0%`, or `new` when the base has nothing.
  var growthText: String {
    guard let growth else { return "" }
    if growth.isInfinite { return "new" }
    return (growth >= 0 ? "+" : "") + percentText(growth)
  }

  private var differenceText: String {
    let (difference, overflow) = value.subtractingReportingOverflow(baseValue ?? 0)
    let bounded = overflow ? (value < 0 ? .min : .max) : difference
    return (bounded >= 0 ? "+" : "") + size(bounded)
  }

  /// A sentence that says what exceeds which limit.
  var sentence: String {
    let subject: String =
      switch budget.subject {
      case .total: "all of the profile"
      case .hotspot(let name): title.map { "\(name) (\($0))" } ?? name
      case .functions(let word): "\(word) with what it calls"
      case .anyFunction(let word): "\(function ?? word) with what it calls"
      }
    let verb =
      switch budget.limit {
      case .share, .value: "takes \(measured) of \(sampleType)"
      case .growth, .increase:
        growth?.isInfinite == true
          ? "is new: \(size(value)) of \(sampleType), nothing in the base"
          : "changed by \(measured) of \(sampleType)"
      }
    let weak = isWeak ? " (weak: few samples)" : ""
    let range = rangeText.map { " (95 %: \($0))" } ?? ""
    let doubt = doubtText.map { ": \($0)" } ?? ""
    if verdict == .missing { return "no function matches \(budget.pattern): nothing was measured" }
    return "\(subject) \(verb)\(range)\(weak); the budget is \(budget.limitText)\(doubt)"
  }
}
