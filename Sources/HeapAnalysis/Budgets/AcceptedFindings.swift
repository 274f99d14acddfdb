import Foundations

/// Findings that a team has accepted, with the figures they had at the time.
///
/// A function counts again when it takes more than was accepted, beyond chance. Since lines move, a
/// function is identified by its name and the name of its file.
package struct AcceptedFindings: Sendable {
  package struct Entry: Sendable, Equatable {
    /// The subject of the budget, as the budget spells it.
    package var subject: String
    package var sampleType: String

    /// Empty for the part that no line is to blame for.
    package var function: String
    package var file: String

    /// What the function took: its share of the total, 0 to 1, and its value in the sample type's
    /// unit.
    package var share: Double
    package var value: Int64

    package init(
      subject: String, sampleType: String, function: String, file: String, share: Double,
      value: Int64
    ) {
      self.subject = subject
      self.sampleType = sampleType
      self.function = function
      self.file = file
      self.share = share
      self.value = value
    }
  }

  struct Key: Hashable {
    var subject: String
    var sampleType: String
  }

  private struct Place: Hashable {
    var function: String
    var file: String
  }

  private var entries: [Key: [Place: Entry]] = [:]

  package init() {}

  package init(_ list: [Entry]) {
    for entry in list {
      let key = Key(subject: entry.subject, sampleType: entry.sampleType)
      entries[key, default: [:]][Place(function: entry.function, file: entry.file)] = entry
    }
  }

  package var isEmpty: Bool { entries.isEmpty }

  /// Returns what must be accepted so that budgets that are exceeded now are kept.
  package static func entries(of outcomes: [BudgetOutcome]) -> [Entry] {
    outcomes.flatMap { outcome -> [Entry] in
      guard outcome.verdict == .exceeded || outcome.verdict == .unsure else { return [] }
      func entry(_ place: Place, _ value: Int64) -> Entry {
        Entry(
          subject: outcome.budget.name, sampleType: outcome.sampleType, function: place.function,
          file: place.file,
          share: outcome.total == 0 ? 0 : Double(value) / Double(outcome.total), value: value)
      }
      if let function = outcome.function {
        return [entry(Place(function: function, file: ""), outcome.value)]
      }
      return places(outcome.blame, of: outcome.value)
        .sorted {
          ($1.value, $0.key.function, $0.key.file) < ($0.value, $1.key.function, $1.key.file)
        }
        .map { entry($0.key, $0.value) }
    }
  }

  /// What each function takes; the empty name stands for what no line is to blame for.
  private static func places(_ blame: [BlamedLine], of value: Int64) -> [Place: Int64] {
    var places: [Place: Int64] = [:]
    var rest = value
    for line in blame {
      let place = Place(
        function: line.function,
        file: line.file.split(separator: "/").last.map(String.init) ?? "")
      places[place, default: 0] += line.value
      rest -= line.value
    }
    if rest > 0 { places[Place(function: "", file: "")] = rest }
    return places
  }

  /// Subtracts what is accepted from an amount, and returns how much that was.
  ///
  /// - Parameters:
  ///   - function: the function whose amount it is, if it is one function's.
  ///   - total: what accepted shares are shares of; nil when values count.
  ///   - base: for growth, what was there before and is not part of it.
  func cover(
    _ amount: inout BudgetAmount, _ key: Key, function: String?, shareOf total: Int64?,
    base: SideAmounts?
  ) -> Int64 {
    guard let known = entries[key], amount.value > 0 else { return 0 }
    let places =
      function.map { [Place(function: $0, file: ""): amount.value] }
      ?? Self.places(amount.blame, of: amount.value)
    let before =
      function.map { [Place(function: $0, file: ""): base?.mean(of: \.amount.value) ?? 0] }
      ?? base.map { Self.places($0.blame, of: $0.mean(of: \.amount.value)) } ?? [:]
    var covered: Int64 = 0
    for (place, value) in places where value > 0 {
      guard let entry = known[place] else { continue }
      let allowed = total.map { entry.share * Double($0) } ?? Double(entry.value)
      var part = Double(value)
      if part > allowed, hasGrown(amount, part, beyond: allowed) { part = allowed }
      covered += Int64(nearest: max(0, part - Double(before[place] ?? 0)))
    }
    covered = min(covered, amount.value)
    // Nothing is left of it, so what the samples missed of it is accepted too.
    amount.sum =
      covered == amount.value
      ? amount.sum.map { _ in SampledSum(missed: 0) }
      : amount.sum?.part(1 - Double(covered) / Double(amount.value))
    amount.value -= covered
    return covered
  }

  /// Whether a part of the amount exceeds what was accepted by more than sampling explains; the
  /// accepted figure was equally uncertain.
  private func hasGrown(_ amount: BudgetAmount, _ part: Double, beyond allowed: Double) -> Bool {
    guard let sum = amount.sum else { return true }
    let mine = sum.part(part / Double(amount.value)).ofAnyRun
    return mine.difference(from: mine.part(max(0, allowed / part))).low > 0
  }
}
