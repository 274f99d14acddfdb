import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel

/// One check of profiles, as the command makes it.
struct CheckRun {
  private let side: BudgetCheck.Side
  private let base: BudgetCheck.Side?
  private let pairing: BudgetCheck.Pairing
  private let accepted: AcceptedFindings
  private let sampleType: String

  init(
    _ profiles: [Profile], base: [Profile] = [], sampleType: String = "alloc_space",
    accepted: AcceptedFindings = AcceptedFindings()
  ) {
    func side(_ profiles: [Profile]) -> BudgetCheck.Side {
      BudgetCheck.Side(
        profiles, ownCode: OwnershipOptions(), ownerships: profiles.map { _ in nil },
        rules: HotspotRule.all)
    }
    self.side = side(profiles)
    self.base = base.isEmpty ? nil : side(base)
    self.accepted = accepted
    self.sampleType = sampleType
    func marks(_ profile: Profile) -> ProcessMarks {
      ProcessMarks(profile, Ownership(profile, OwnershipOptions()))
    }
    pairing =
      profiles.count == 1 && base.count == 1
      ? BudgetCheck.Pairing(marks(base[0]), marks(profiles[0])) : .independent
  }

  /// Measures and judges budgets together.
  func outcomes(_ texts: [String], maxGrowth: Budget.Limit? = nil) throws -> [BudgetOutcome] {
    var check = BudgetCheck(
      side, base: base, pairing: pairing, sampleType: sampleType, rules: HotspotRule.all,
      accepted: accepted)
    let names = Set(HotspotRule.all.flatMap { [$0.id, $0.kind.rawValue] })
    var budgets = try texts.map { try Budget($0, hotspots: names) }
    if let maxGrowth { budgets += try check.growthBudgets(atMost: maxGrowth) }
    var outcomes: [BudgetOutcome] = []
    for budget in budgets { outcomes.append(try check.outcome(of: budget)) }
    BudgetOutcome.judge(&outcomes)
    return outcomes
  }
}
