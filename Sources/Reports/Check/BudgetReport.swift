import Foundations
package import HeapAnalysis
import ProfileModel

/// What became of all budgets of a check.
package struct BudgetReport: Sendable {
  package var outcomes: [BudgetOutcome]

  /// As messages name them.
  package var profileName: String
  package var baseName: String?

  /// The files of blamed lines, by their name in the profile: the path from the
  /// root of the working tree, where it is known.
  package var paths: [String: String]
  package var rules: [HotspotRule]

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

  package var exceeded: [BudgetOutcome] { outcomes.filter(\.isExceeded) }

  /// `all 3 budgets kept`, `1 of 3 budgets exceeded`.
  var verdict: String {
    let count = outcomes.count
    let plural = count == 1 ? "budget" : "budgets"
    if !exceeded.isEmpty { return "\(exceeded.count) of \(count) \(plural) exceeded" }
    return count == 1 ? "the budget is kept" : "all \(count) \(plural) kept"
  }

  /// A file as the working tree has it, or else as the profile has it.
  func path(_ file: String) -> String { paths[file] ?? file }

  /// `cart/cart.go:47`.
  func place(_ line: BlamedLine.Caller) -> String {
    let path = paths[line.file] ?? shortPath(line.file)
    return line.line > 0 ? "\(path):\(line.line)" : path
  }
}

extension BudgetOutcome {
  private func size(_ value: Int64) -> String { ScaledValue(value, from: unit, to: "auto").text }

  /// What was measured, and whether that rests on too few samples.
  var found: String { measured + (isWeak ? ", weak: few samples" : "") }

  /// What was measured, in the terms of the limit.
  private var measured: String {
    switch budget.limit {
    case .share: "\(percentText(share)) (\(size(value)))"
    case .value: "\(size(value)) (\(percentText(share)))"
    case .growth: "\(growthText) (\(size(baseValue ?? 0)) to \(size(value)))"
    case .increase: "\(differenceText) (\(size(baseValue ?? 0)) to \(size(value)))"
    }
  }

  /// `+12.5%`, `-3.0%`, or `new` where the base has nothing.
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

  /// A sentence that says what is over which limit.
  var sentence: String {
    let subject: String =
      switch budget.subject {
      case .total: "all of the profile"
      case .hotspot(let name): title.map { "\(name) (\($0))" } ?? name
      case .functions(let word): "\(word) with what it calls"
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
    return "\(subject) \(verb)\(weak); the budget is \(budget.limitText)"
  }
}
