import HeapAnalysis
import Ownership
import ProfileModel
import Reports
import StackGraph

/// The profiles of a check, and of its base.
struct CheckInputs {
  let selections: [Selection]
  let baseSelections: [Selection]
  let profileName: String
  let baseName: String?
  let pairing: BudgetCheck.Pairing
  private let ownerships: [Ownership]
  private let baseOwnerships: [Ownership]
  private let ownCode: OwnCodeRequest
  private let sourcePath: String
  private let session: Session

  init(_ command: CheckCommand, _ settings: Settings, in session: Session) throws {
    self.session = session
    sourcePath = command.selection.request.options.sourcePath
    var ownCode = command.ownCode.request
    // With two builds, only the sources of one are available: what they explain there would look
    // new.
    if !command.profile.base.isEmpty, sourcePath.isEmpty { ownCode.readsSource = false }
    self.ownCode = ownCode
    let options = ownCode.options(settings)
    var sources = command.profile.request
    let bases = sources.bases
    sources.bases = []
    let loaded: [LoadedProfile] = try session.loadEach(command.profiles, sources)
    for loaded in loaded { session.noteProvenance(of: loaded) }
    var selections: [Selection] = []
    for loaded in loaded {
      selections.append(
        try Self.select(
          loaded, command, in: session, sampleType: selections.first.map(Self.type)))
      if selections.last?.profile.samples.count == 0 { throw Self.nothingToCheck(loaded) }
    }
    self.selections = selections
    profileName = listed(loaded.flatMap(\.names), separator: " ")
    var baseSelections: [Selection] = []
    if bases.isEmpty {
      baseName = nil
    } else {
      let loadedBases: [LoadedProfile] = try session.loadEach(bases, sources)
      // The profile for the next command is the one that was checked.
      if let last = loaded.last?.names.last, last != "standard input" {
        session.rememberLastProfile(last)
      }
      for loaded in loadedBases {
        baseSelections.append(
          try Self.select(
            loaded, command, in: session, sampleType: Self.type(of: selections[0])))
      }
      baseName = listed(bases.map(session.inputName), separator: " ")
    }
    self.baseSelections = baseSelections
    ownerships = selections.map { Ownership($0.profile, options) }
    baseOwnerships = baseSelections.map { Ownership($0.profile, options) }
    guard let base = baseSelections.first else {
      pairing = .independent
      return
    }
    let marks = ProcessMarks(base.profile, baseOwnerships[0])
    let laterMarks = ProcessMarks(selections[0].profile, ownerships[0])
    if !Kinship(marks, laterMarks).isOneProgram {
      session.message(
        otherProgramNote(before: [baseName ?? ""], after: loaded.flatMap(\.names)))
    }
    let isOnePair = selections.count == 1 && baseSelections.count == 1
    pairing = isOnePair ? BudgetCheck.Pairing(marks, laterMarks) : .independent
  }

  var base: [Selection]? { baseSelections.isEmpty ? nil : baseSelections }

  /// The sample type to check.
  var sampleType: String { Self.type(of: selections[0]) }

  var modulePath: String { ownerships[0].modulePath }

  /// The uncertainty of the figures is known.
  var knowsSampling: Bool {
    (selections + baseSelections).allSatisfy {
      HeapSampling($0.profile)?.emptySum(ofColumn: $0.column) != nil
    }
  }

  /// How much is on incomplete stacks.
  var gapNotes: [String] {
    (selections + baseSelections).compactMap { selection in
      selection.gaps.text(selection.profile.measure(ofColumn: selection.column))
    }
  }

  /// A check with these settings.
  ///
  /// - Parameter isKnown: the settings' ownership is already known.
  func check(
    _ settings: Settings, isKnown: Bool, accepted: AcceptedFindings
  ) -> BudgetCheck {
    func side(_ selections: [Selection], _ known: [Ownership]) -> BudgetCheck.Side {
      BudgetCheck.Side(
        selections.map(\.profile), ownCode: ownCode.options(settings),
        ownerships: known.map { isKnown ? $0 : nil }, rules: settings.rules,
        source: session.hotspotOptions(settings, ownCode, sourcePath: sourcePath).source)
    }
    return BudgetCheck(
      side(selections, ownerships), base: base.map { side($0, baseOwnerships) },
      pairing: pairing, sampleType: sampleType, rules: settings.rules, accepted: accepted)
  }

  /// Runs what may reject a budget, and names the budget in the error.
  ///
  /// - Parameter option: the option and its value.
  func naming<Result>(
    _ option: String, _ body: () throws(BudgetError) -> Result
  ) throws(CommandFailure) -> Result {
    do { return try body() } catch {
      throw error.isAboutBase
        ? CommandFailure(.badData, "\(baseName ?? "the base"): \(error.reason)")
        : CommandFailure(.usage, "\(option): \(error.reason)")
    }
  }

  private static func type(of selection: Selection) -> String {
    selection.profile.sampleTypeName(selection.column)
  }

  /// Without samples every budget would be kept, whatever the program does.
  private static func nothingToCheck(_ loaded: LoadedProfile) -> CommandFailure {
    loaded.profile.samples.count > 0
      ? CommandFailure(.negative, "no sample is left by the filters: no budget can be checked")
      : CommandFailure(
        .badData,
        "\(loaded.listedNames): has no samples, so no budget can be checked; was "
          + "the profile taken, and the memory profiler on (runtime.MemProfileRate)?")
  }

  private static func select(
    _ loaded: LoadedProfile, _ command: CheckCommand, in session: Session, sampleType: String?
  ) throws(CommandFailure) -> Selection {
    var options = command.selection.request.options
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
          "\(loaded.listedNames): no sample type \(sampleType) to "
            + "compare with; it has \(known.joined(separator: ", "))")
      }
      throw session.selectionFailure(error, loaded)
    }
  }
}

/// Budgets of the command line and of files, each measured with the settings of its source.
struct CheckedBudgets {
  /// What came with the working tree must not affect the user's own budgets.
  var own: BudgetCheck
  private var tree: BudgetCheck
  private let ownNames: Set<String>

  init(_ inputs: CheckInputs, _ settings: Settings, _ accepted: AcceptedFindings) {
    let ownSettings = settings.withoutFoundFile
    own = inputs.check(ownSettings, isKnown: !settings.hasFoundFile, accepted: accepted)
    tree = inputs.check(settings, isKnown: true, accepted: accepted)
    ownNames = ownSettings.hotspotNames
  }

  /// Notes about source files that exist but were not read.
  var sourceNotes: [String] { own.sourceNotes + tree.sourceNotes }

  /// Measures a budget. If only the tree's file defines its name and the profile has such a
  /// function, the function is meant, so that the file cannot redefine a budget.
  mutating func outcome(
    of given: Settings.PlacedBudget
  ) throws(BudgetError) -> BudgetOutcome {
    if given.isFound { return try tree.outcome(of: given.budget) }
    guard case .hotspot(let name) = given.budget.subject, !ownNames.contains(name) else {
      return try own.outcome(of: given.budget)
    }
    var byFunction = given.budget
    byFunction.subject = .functions(name)
    let outcome = try own.outcome(of: byFunction)
    return outcome.isUnmatched ? try tree.outcome(of: given.budget) : outcome
  }
}
