import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

struct CheckCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check budgets in CI: exit with 1 when a pattern or function takes too much.",
    discussion: """
      A budget is SUBJECT<LIMIT or SUBJECT<=LIMIT, with :SAMPLE_TYPE behind it for another
      sample type than --sample-index (alloc_space without one).

        SUBJECT   a kind or rule of hotspots, as map-format; total; or a function with all
                  that it calls: literal text found anywhere in its name, or /regex/
        LIMIT     5%, a part of the total; 50MB or 50MiB; 10ms; a number of objects;
                  +10% or +5MB, how much more than --base there may be; 3%..5% warns from
                  the first on and fails from the second

      A heap profile is a sample, so each budget is kept, exceeded, or there are not enough
      samples to say (unsure). Of several profiles, and of several --base, the means count.

      EXAMPLES:
        heapscope check --budget='map-format<5%' heap.pb.gz
        heapscope check --budget='main.handleOrder<50MB:alloc_space' --budget='total<1GB' heap.pb.gz
        heapscope check --any='/^fmt\\./<50%' heap.pb.gz
        heapscope check --rules=budgets.toml heap.pb.gz
        heapscope check --base=main.pb.gz --max-growth=10% branch.pb.gz
        heapscope check --base=old1.pb.gz --base=old2.pb.gz --max-growth=5%..10% new1.pb.gz new2.pb.gz
        heapscope check --accepted=accepted.toml --write-accepted heap.pb.gz
        heapscope check --accepted=accepted.toml heap.pb.gz
        heapscope check --budget='format<10%' --format=github heap.pb.gz
        heapscope check --budget='format<10%' --format=sarif -o heapscope.sarif heap.pb.gz
      """)

  @Option("A limit to keep; may be given several times.")
  var budget: [Text<BudgetText>] = []
  @Option("A limit for each function that matches; may be given several times.")
  var any: [Text<AnyBudgetText>] = []
  @Option("How much more than in --base the total, and each finding of 1% or more, may take.")
  var maxGrowth: Text<GrowthText>?
  @Option("What a budget that the samples do not decide does: pass or fail.")
  var onUnsure = UnsureMeaning.pass
  @Flag(help: "Keep a budget for a function that no profile has.")
  var allowUnmatched = false
  @Option("Findings that pass; without a budget, all others of 1% or more fail.")
  var accepted: Text<AcceptedFile>?
  @Flag(help: "Write what would fail into the file of --accepted, and pass.")
  var writeAccepted = false
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "SELECTION") var selection: SelectionArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<CodeFormats>
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if !profile.diffBase.isEmpty {
      throw ValidationError("--diff-base: check compares with --base; give that")
    }
    if maxGrowth != nil, profile.base.isEmpty {
      throw ValidationError("--max-growth needs a profile to compare with: add --base")
    }
    if profile.normalize {
      throw ValidationError("--normalize: growth is of the values themselves; leave it out")
    }
    if writeAccepted, accepted == nil {
      throw ValidationError("--write-accepted needs a file to write: add --accepted=FILE")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let output = output.request
    let settings = try session.settings(ownCode.request)
    let given = settings.budgets + (try budgets(settings.hotspotNames))
    if given.isEmpty, maxGrowth == nil, accepted == nil {
      throw CommandFailure(.usage, "no budget: give one, as in --budget='map-format<5%'")
    }
    let growth = try maxGrowth.map { try Self.growth($0.text) }
    let accepted =
      try writeAccepted ? nil : self.accepted.map { try session.accepted(in: $0.text) }
    let inputs = try CheckInputs(self, settings, in: session)
    if inputs.base == nil, let needing = given.first(where: \.budget.needsBase) {
      throw CommandFailure(
        .usage, "\(needing.origin): growth needs a profile to compare with: add --base")
    }
    var check = CheckedBudgets(inputs, settings, accepted ?? AcceptedFindings())
    var outcomes: [BudgetOutcome] = []
    for given in given {
      outcomes.append(
        try inputs.naming(given.origin) { () throws(BudgetError) in
          try check.outcome(of: given)
        })
    }
    try inputs.naming("--max-growth '\(maxGrowth?.text ?? "")'") { () throws(BudgetError) in
      guard let growth else { return }
      for var budget in try check.own.growthBudgets(atMost: growth.limit) {
        budget.warning = growth.warning
        outcomes.append(try check.own.outcome(of: budget))
      }
    }
    try inputs.naming("--accepted") { () throws(BudgetError) in
      if !given.isEmpty || growth != nil { return }
      for budget in try check.own.newFindingBudgets() {
        outcomes.append(try check.own.outcome(of: budget))
      }
    }
    BudgetOutcome.judge(&outcomes)
    session.noteSources(check.sourceNotes)
    for outcome in outcomes where outcome.isUnmatched {
      session.message(
        "budget '\(outcome.budget.text)': no function matches '\(outcome.budget.pattern)'"
          + (outcome.verdict == .missing && !allowUnmatched
            ? ", so nothing was measured; correct the name, or --allow-unmatched keeps it" : ""))
    }
    var report = BudgetReport(
      outcomes, profileName: inputs.profileName, baseName: inputs.baseName,
      paths: WorkTree(module: inputs.modulePath).paths(
        of: outcomes.flatMap(\.blame).map(\.nearest.file)), rules: settings.rules)
    report.failsUnsure = onUnsure == .fail
    report.allowsUnmatched = allowUnmatched
    report.provenanceIsKnown = inputs.knowsSampling
    report.gapNotes = inputs.gapNotes
    report.profileCounts = (inputs.selections.count, inputs.baseSelections.count)
    let text = try output.written(
      report.forms(
        session.style(output), ReportContext(inputs.selections[0]), version: programVersion))
    if writeAccepted, let path = self.accepted?.text {
      try session.write(acceptedText(AcceptedFindings.entries(of: outcomes)), to: path)
    }
    try session.deliver(session.safe(text, output), output)
    return report.failed.isEmpty || writeAccepted ? .success : .negative
  }

  // MARK: Budgets on the command line

  private func budgets(_ hotspots: Set<String>) throws(CommandFailure) -> [Settings.PlacedBudget] {
    var budgets: [Settings.PlacedBudget] = []
    for (option, text, prefix) in budget.map({ ("budget", $0.text, "") })
      + any.map({ ("any", $0.text, "any ") })
    {
      let origin = "--\(option) '\(text)'"
      do throws(BudgetError) {
        budgets.append(
          Settings.PlacedBudget(
            origin: origin, budget: try checkedBudget(prefix + text, hotspots: hotspots)))
      } catch {
        throw CommandFailure(.usage, "\(origin): \(error.reason)")
      }
    }
    return budgets
  }

  /// `10%`, `20MB` or `5%..10%`, each with or without `+`.
  private static func growth(
    _ text: String
  ) throws(CommandFailure) -> (warning: Budget.Limit?, limit: Budget.Limit) {
    if let limits = try? Budget.growthLimits(text) { return limits }
    throw CommandFailure(.usage, Mistakes.refusal("max-growth", text, Text<GrowthText>.self))
  }
}

/// What a budget that the samples do not decide does to the status.
enum UnsureMeaning: String, OptionValue, CaseIterable {
  static let description = alternatives(named: "outcome")

  case pass, fail
}
