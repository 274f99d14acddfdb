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
                  +10% or +5MB, how much more than --base there may be

      EXAMPLES:
        heapscope check --budget='map-format<5%' heap.pb.gz
        heapscope check --budget='main.handleOrder<50MB:alloc_space' --budget='total<1GB' heap.pb.gz
        heapscope check --rules=budgets.toml heap.pb.gz
        heapscope check --base=main.pb.gz --max-growth=10% branch.pb.gz
        heapscope check --budget='format<10%' --format=github heap.pb.gz
        heapscope check --budget='format<10%' --format=sarif -o heapscope.sarif heap.pb.gz
      """)

  @Option("A limit to keep; may be given several times.")
  var budget: [Text<BudgetText>] = []
  @Option("How much more than in --base the total, and each finding of 1% or more, may take.")
  var maxGrowth: Text<GrowthText>?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "SELECTION") var selection: SelectionArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<CheckFormats>
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if profile.diffBase != nil {
      throw ValidationError("--diff-base: check compares with --base; give that")
    }
    if maxGrowth != nil, profile.base == nil {
      throw ValidationError("--max-growth needs a profile to compare with: add --base")
    }
    if profile.normalize {
      throw ValidationError("--normalize: growth is of the values themselves; leave it out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let ownCode = ownCode.request
    let output = output.request
    let settings = try session.settings(ownCode)
    // What came with the tree has no say in the budgets of the user's own.
    let ownSettings = settings.withoutFoundFile
    let given =
      settings.budgets + (try budget.map { try Self.budget($0.text, settings.hotspotNames) })
    if given.isEmpty, maxGrowth == nil {
      throw CommandFailure(.usage, "no budget: give one, as in --budget='map-format<5%'")
    }
    let growth = try maxGrowth.map { try Self.growth($0.text) }
    var sources = profile.request
    sources.base = nil
    let loaded = try session.load(profiles, sources, usesSymbols: true)
    session.noteProvenance(of: loaded)
    let selected = try select(loaded, in: session)
    if selected.profile.samples.count == 0 { throw nothingToCheck(loaded) }
    var base: Selection?
    let baseName = profile.base?.text
    if let name = baseName {
      let loadedBase = try session.load([name], sources, usesSymbols: true)
      // The profile looked at next is the one that was checked.
      if let last = loaded.names.last, last != "standard input" {
        session.rememberLastProfile(last)
      }
      base = try select(loadedBase, in: session, sampleType: selected.sampleType)
    }

    let ownership = Ownership(selected.profile, ownCode.options(settings))
    let baseOwnership = base.map { Ownership($0.profile, ownCode.options(settings)) }
    if let base, let baseOwnership {
      let marks = ProcessMarks(base.profile, baseOwnership)
      if !Kinship(marks, ProcessMarks(selected.profile, ownership)).isOneProgram {
        session.message(
          otherProgramNote(
            before: [baseName.map(session.inputName) ?? ""], after: loaded.names))
      }
    }
    let sourcePath = selection.request.options.sourcePath
    var readsSource = ownCode
    // Of two builds the sources of one are at hand: what they explain there would look as if
    // it were new.
    if base != nil, sourcePath.isEmpty { readsSource.readsSource = false }
    func newCheck(_ settings: Settings, isKnown: Bool) -> BudgetCheck {
      BudgetCheck(
        selected.profile, base: base?.profile,
        sampleType: selected.profile.sampleTypeName(selected.column),
        ownCode: ownCode.options(settings), ownership: isKnown ? ownership : nil,
        baseOwnership: isKnown ? baseOwnership : nil, rules: settings.rules,
        source: session.hotspotOptions(settings, readsSource, sourcePath: sourcePath).source)
    }
    var check = newCheck(ownSettings, isKnown: !settings.hasFoundFile)
    var treeCheck = newCheck(settings, isKnown: true)
    /// A name that only the tree's file has is a function's where the profile has it, so that
    /// the file cannot turn a budget into another.
    func outcome(of given: Settings.PlacedBudget) throws(BudgetError) -> BudgetOutcome {
      if given.isFound { return try treeCheck.outcome(of: given.budget) }
      guard case .hotspot(let name) = given.budget.subject,
        !ownSettings.hotspotNames.contains(name)
      else { return try check.outcome(of: given.budget) }
      var byFunction = given.budget
      byFunction.subject = .functions(name)
      let outcome = try check.outcome(of: byFunction)
      return outcome.isUnmatched ? try treeCheck.outcome(of: given.budget) : outcome
    }
    var outcomes: [BudgetOutcome] = []
    for given in given {
      if given.budget.needsBase, base == nil {
        throw CommandFailure(
          .usage, "\(given.origin): growth needs a profile to compare with: add --base")
      }
      do { outcomes.append(try outcome(of: given)) } catch {
        throw Self.failure(error, given.origin, base: baseName.map(session.inputName))
      }
    }
    if let growth {
      do throws(BudgetError) {
        for budget in try check.growthBudgets(atMost: growth) {
          outcomes.append(try check.outcome(of: budget))
        }
      } catch {
        throw Self.failure(
          error, "--max-growth '\(maxGrowth?.text ?? "")'",
          base: baseName.map(session.inputName))
      }
    }
    for outcome in outcomes where outcome.isUnmatched {
      session.message(
        "budget '\(outcome.budget.text)': no function matches '\(outcome.budget.name)'")
    }
    session.noteSources(check.sourceNotes + treeCheck.sourceNotes)
    let tree = WorkTree(module: ownership.modulePath)
    let report = BudgetReport(
      outcomes, profileName: loaded.names.joined(separator: " "),
      baseName: baseName.map(session.inputName),
      paths: tree.paths(of: outcomes.flatMap(\.blame).map(\.nearest.file)), rules: settings.rules)
    let text = try output.written(
      report.forms(session.style(output), ReportContext(selected), version: programVersion))
    try session.deliver(session.safe(text, output), output)
    return report.exceeded.isEmpty ? .success : .negative
  }

  /// Without samples every budget would be kept, whatever the program does.
  private func nothingToCheck(_ loaded: LoadedProfile) -> CommandFailure {
    loaded.profile.samples.count > 0
      ? CommandFailure(.negative, "no sample is left by the filters: no budget can be checked")
      : CommandFailure(
        .badData,
        "\(loaded.names.joined(separator: ", ")): has no samples, so no budget can be checked; was "
          + "the profile taken, and the memory profiler on (runtime.MemProfileRate)?")
  }

  private func select(
    _ loaded: LoadedProfile, in session: Session, sampleType: String? = nil
  ) throws(CommandFailure) -> Selection {
    var options = selection.request.options
    options.granularity = .addresses
    if let sampleType { options.sampleIndex = sampleType }
    options.preferAllocated(in: loaded.profile)
    do {
      let selection = try Selection(loaded.profile, options)
      for warning in selection.warnings { session.message(describe(warning)) }
      return selection
    } catch {
      if let sampleType, case .sampleIndexName(_, let known) = error {
        throw CommandFailure(
          .badData,
          "\(loaded.names.joined(separator: ", ")): no sample type \(sampleType) to "
            + "compare with; it has \(known.joined(separator: ", "))")
      }
      throw session.selectionFailure(error, loaded)
    }
  }

  // MARK: Budgets on the command line

  private static func budget(
    _ text: String, _ hotspots: Set<String>
  ) throws(CommandFailure) -> Settings.PlacedBudget {
    let origin = "--budget '\(text)'"
    do throws(BudgetError) {
      return Settings.PlacedBudget(
        origin: origin, budget: try checkedBudget(text, hotspots: hotspots))
    } catch {
      throw CommandFailure(.usage, "\(origin): \(error.reason)")
    }
  }

  /// - Parameter option: the option and its value.
  private static func failure(
    _ error: BudgetError, _ option: String, base: String?
  ) -> CommandFailure {
    error.isAboutBase
      ? CommandFailure(.badData, "\(base ?? "the base"): \(error.reason)")
      : CommandFailure(.usage, "\(option): \(error.reason)")
  }

  /// `10%` or `20MB`, with or without `+`.
  private static func growth(_ text: String) throws(CommandFailure) -> Budget.Limit {
    if let limit = try? Budget.limit("+" + text.drop { $0 == "+" }) { return limit }
    throw CommandFailure(.usage, Mistakes.refusal("max-growth", text, Text<GrowthText>.self))
  }
}
