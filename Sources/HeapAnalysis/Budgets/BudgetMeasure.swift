import Foundations
import Ownership
import ProfileModel
import StackGraph

/// What a budget's subject takes in one profile.
struct BudgetAmount {
  var value: Int64 = 0

  /// What the samples say of it; nil when the sampling is unknown.
  var sum: SampledSum?
  var blame: [BlamedLine] = []
  var title: String?
  var advice: String?
  var isWeak = false

  /// The budget names a function that the profile does not have.
  var isUnmatched = false

  /// Σ|value| on stacks that were cut where the function may have stood: the true figure may be
  /// larger by this much.
  var hidden: Int64 = 0

  /// How much larger the figure may be, which only source that is not available could tell.
  var unread: Int64 = 0
}

/// Measures the subjects of budgets in one profile.
struct BudgetMeasure {
  let profile: Profile
  private let ownCode: OwnershipOptions
  private let rules: [HotspotRule]
  private let sampling: HeapSampling?
  private var ownership: Ownership?

  /// The source lookup for findings; nil to read no source.
  private var source: SourceLookup?

  private struct SearchKey: Hashable {
    var column: Int
    var byRule: Bool
  }

  private var reports: [SearchKey: HotspotReport] = [:]
  private var totals: [Int: BudgetAmount] = [:]

  init(
    _ profile: Profile, ownCode: OwnershipOptions, ownership: Ownership?, rules: [HotspotRule],
    source: SourceLookup? = nil
  ) {
    self.source = source
    self.profile = profile
    self.ownCode = ownCode
    self.ownership = ownership
    self.rules = rules
    sampling = HeapSampling(profile)
  }

  /// Every object is in the profile.
  var isExact: Bool { sampling.map { $0.period <= 1 } ?? false }

  func unit(ofColumn column: Int) -> String { profile.strings[profile.sampleTypes[column].unit] }

  /// Notes about source files that exist but were not read.
  mutating func sourceNotes(column: Int, byRule: Bool) -> [String] {
    source == nil ? [] : report(SearchKey(column: column, byRule: byRule)).sourceNotes
  }

  /// Stops using source.
  mutating func leaveSources() {
    source = nil
    reports = [:]
  }

  /// - Parameter isBase: the profile is the base's, for the error message.
  func column(_ type: String, isBase: Bool = false) throws(BudgetError) -> Int {
    if let column = profile.column(named: type) { return column }
    let known = profile.sampleTypes.indices.map(profile.sampleTypeName).joined(separator: ", ")
    throw BudgetError(
      isBase
        ? "no sample type \(type) to compare with; it has \(known)"
        : "the profile has no sample type \(type); give one of \(known)", isAboutBase: isBase)
  }

  /// Returns Σ|value|.
  ///
  /// - Throws: when the sum exceeds 64 bits; then no budget on it can be checked.
  func magnitude(column: Int, isBase: Bool = false) throws(BudgetError) -> Int64 {
    if let magnitude = profile.magnitude(ofColumn: column) { return magnitude }
    throw BudgetError(
      "the sum of \(profile.sampleTypeName(column)) does not fit 64 bits", isAboutBase: isBase)
  }

  mutating func amount(
    _ subject: Budget.Subject, column: Int
  ) throws(BudgetError) -> BudgetAmount {
    switch subject {
    case .total: return total(column: column)
    case .hotspot(let name):
      let isKind = rules.contains { $0.kind.rawValue == name }
      let report = report(SearchKey(column: column, byRule: !isKind))
      let named = rules.filter { $0.kind.rawValue == name || $0.id == name }
      var amount = BudgetAmount(
        sum: sampling?.emptySum(ofColumn: column), title: named.first?.title,
        advice: named.first?.advice)
      // Source that was not read may hide more of it, if the rule that the kind is named after
      // reads source. Other rules of the kind may have found a part.
      if (named.first { $0.id == name } ?? named.first)?.match.source != nil {
        amount.unread = Int64(clamping: report.unreadShare * Double(report.total))
      }
      guard let finding = report.findings.first(where: { $0.kind.rawValue == name }) else {
        return amount
      }
      amount.value = finding.value
      amount.sum = finding.error?.value
      amount.blame = finding.blame
      amount.title = finding.title
      amount.advice = finding.advice
      amount.isWeak = finding.isWeak
      return amount
    case .functions(let word), .anyFunction(let word):
      return amount(ofFunctions: try matching(word), column: column)
    }
  }

  /// The signed sum: in a difference, gains minus losses.
  mutating func total(column: Int) -> BudgetAmount {
    if let known = totals[column] { return known }
    let amount = BudgetAmount(
      value: profile.signedSum(ofColumn: column).net,
      sum: sampling?.sum(of: 0..<profile.samples.count, column: column, in: profile))
    totals[column] = amount
    return amount
  }

  /// The kinds of findings with at least this share of the total.
  mutating func kinds(column: Int, minimumShare: Double) -> [String] {
    report(SearchKey(column: column, byRule: false)).findings
      .filter { $0.share >= minimumShare }.map(\.kind.rawValue)
  }

  private mutating func report(_ key: SearchKey) -> HotspotReport {
    if let known = reports[key] { return known }
    var rules = rules
    if key.byRule {
      for index in rules.indices { rules[index].kind = HotspotKind(rules[index].id) }
    }
    // Findings too small for reports still count against a budget.
    var options = HotspotOptions()
    options.minimumShare = 0
    options.source = source
    let known = ownership ?? Ownership(profile, ownCode)
    ownership = known
    let report = findHotspots(
      in: profile, column: key.column, ownership: known, options: options, rules: rules)
    reports[key] = report
    return report
  }

  // MARK: Functions

  /// By function: whether its name matches.
  func matching(_ word: String) throws(BudgetError) -> [Bool] {
    let pattern: Pattern
    do { pattern = try Budget.pattern(word) } catch { throw BudgetError(error) }
    var matcher = NameMatcher(pattern, profile.strings)
    let matching = profile.functions.names.map { matcher.matches($0, in: profile.strings) }
    do { try pattern.checkEffort() } catch {
      throw BudgetError(
        "takes too many steps to match; write it without repetition of what repeats, as in (a+)+")
    }
    return matching
  }

  func functions(named name: String) -> [Bool] {
    guard let id = profile.strings.find(name) else {
      return [Bool](repeating: false, count: profile.functions.count)
    }
    return profile.functions.names.map { $0 == id }
  }

  /// What each function and everything it calls take, by name.
  func amounts(ofEach matching: [Bool], column: Int) -> [String: Int64] {
    let functions = profile.functions
    let samples = profile.samples
    let values = samples.values[column]
    var sums = [Int64](repeating: 0, count: profile.strings.count)
    var counted = [Int](repeating: -1, count: profile.strings.count)
    for sample in 0..<samples.count where values[sample] != 0 {
      for frame in samples.frames[samples.frameRange(of: sample)] {
        for line in profile.locations.lines[profile.locations.lineRange(of: frame.index)]
        where matching[line.function.index] {
          let name = functions.names[line.function.index].index
          if counted[name] == sample { continue }
          counted[name] = sample
          sums[name] = saturatingSum(sums[name], values[sample])
        }
      }
    }
    var result: [String: Int64] = [:]
    for (name, sum) in sums.enumerated() where counted[name] >= 0 {
      result[profile.strings[StringID(name)]] = sum
    }
    return result
  }

  /// Sums the stacks with a matching function, each once, and blames the leaf-most matching line.
  func amount(ofFunctions matching: [Bool], column: Int) -> BudgetAmount {
    var amount = BudgetAmount()
    amount.isUnmatched = !matching.contains(true)
    amount.sum = sampling?.emptySum(ofColumn: column)
    let samples = profile.samples
    let values = samples.values[column]
    var lines: [SourceLine: Int64] = [:]
    for sample in 0..<samples.count where values[sample] != 0 {
      guard let line = profile.leafmostLine(ofSample: sample, where: matching) else {
        if !samples.isCut.isEmpty, samples.isCut[sample] {
          amount.hidden = saturatingSum(amount.hidden, saturatingMagnitude(values[sample]))
        }
        continue
      }
      amount.value = saturatingSum(amount.value, values[sample])
      lines[line] = saturatingSum(lines[line] ?? 0, values[sample])
      if var sum = amount.sum {
        amount.sum =
          sampling?.add(sample: sample, ofColumn: column, in: profile, to: &sum) == true
          ? sum : nil
      }
    }
    amount.isWeak = amount.value != 0 && amount.sum?.isWeak == true
    let total = values.reduce(0) { $0 + Double($1.magnitude) }
    var texts = SharedTexts(profile.strings)
    let functions = profile.functions
    amount.blame = lines.map { line, value in
      BlamedLine(
        function: texts[functions.names[line.function.index]],
        file: texts[functions.files[line.function.index]], line: line.line,
        share: total == 0 ? 0 : Double(value) / total, value: value)
    }.sorted { ($1.value, $0.function, $0.line) < ($0.value, $1.function, $1.line) }
    return amount
  }
}

extension Profile {
  /// The marked line closest to the leaf.
  fileprivate func leafmostLine(ofSample sample: Int, where matching: [Bool]) -> SourceLine? {
    for frame in samples.frameRange(of: sample) {
      let rows = locations.lineRange(of: samples.frames[frame].index)
      if let line = locations.lines[rows].first(where: { matching[$0.function.index] }) {
        return line
      }
    }
    return nil
  }
}
