import Foundations
import Ownership
import ProfileModel

/// A set of rules, by their position in ``HotspotRule/all``.
struct RuleSet: OptionSet, Hashable, Sendable {
  var rawValue: UInt64

  /// Rule numbers in the order of precedence.
  struct Numbers: Sequence, IteratorProtocol {
    var rest: UInt64

    mutating func next() -> Int? {
      guard rest != 0 else { return nil }
      let number = rest.trailingZeroBitCount
      rest &= rest - 1
      return number
    }
  }

  static func rule(_ number: Int) -> RuleSet { RuleSet(rawValue: 1 << UInt64(number)) }

  var numbers: Numbers { Numbers(rest: rawValue) }
}

/// What functions above and below say about every sample, for all rules.
struct StackMarks: OptionSet, Sendable {
  var rawValue: UInt8

  /// The profiler's own work: never a finding.
  static let profiler = StackMarks(rawValue: 1)

  /// Initialization of a package: happens once.
  static let initialization = StackMarks(rawValue: 2)
}

/// What the rules need to know about each function, computed once.
///
/// Each fact is an array by function row: names are compared here, and stacks are then read as
/// integers only.
struct FunctionFacts {
  /// The profile's ownership, except that functions which rules see through are not blamed.
  var blame = BlameRanks()

  /// The function is an entry of these rules.
  var entries: [RuleSet] = []

  /// These rules look for the function between leaf and blame.
  var throughs: [RuleSet] = []
  var callees: [RuleSet] = []
  var callersOfCallees: [RuleSet] = []
  var withouts: [RuleSet] = []
  var bareCallers: [RuleSet] = []
  var leaves: [RuleSet] = []
  var marks: [StackMarks] = []
  var isLogging: [Bool] = []

  private static let profiler = ["runtime/pprof.*", "net/http/pprof.*", "internal/profile.*"]
  private static let initialization = ["runtime.doInit*"]

  init(_ ownership: Ownership, rules: [HotspotRule]) {
    let roles = RuleRoles(rules, packages: ownership.names.packages)
    for part in concurrently(
      rangesPerCore(of: ownership.names.count), { FunctionFacts($0, ownership, roles) })
    {
      append(part)
    }
  }

  /// What a set of rules looks for.
  private struct RuleRoles: Sendable {
    let table: FramePatternTable

    /// Rules whose entries are never blamed.
    var transparent = RuleSet()

    /// By package: a rule has patterns in it.
    let hasPatterns: [Bool]

    /// By package: entries in it are never blamed.
    let isTransparent: [Bool]

    init(_ rules: [HotspotRule], packages: [String]) {
      let table = FunctionFacts.table(rules)
      self.table = table
      var transparentPackages: Set<String> = []
      for (number, rule) in rules.enumerated() where rule.match.entriesAreTransparent {
        transparent.insert(.rule(number))
        transparentPackages.formUnion(rule.match.entries.map { SymbolName($0.utf8).package })
      }
      hasPatterns = packages.map { table.hasPatterns(of: $0) }
      isTransparent = packages.map { transparentPackages.contains($0) }
    }
  }

  /// Computes the facts of some functions.
  private init(_ rows: Range<Int>, _ ownership: Ownership, _ ruleRoles: RuleRoles) {
    let names = ownership.names
    var classifier = ownership.classifier
    for row in rows {
      let packageRow = Int(names.packageRows[row])
      let package = classifier.package(of: row)
      let origin = ownership.origins[row]
      var (own, rank) = (ownership.blame.isOwn[row], ownership.blame.ranks[row])
      var roles = Roles()
      var isLogging = package.isLogging
      if origin == .standard, !package.isStandard, let meant = classifier.standardPackage(of: row) {
        let possible = names[row].closureNames(in: meant)
        for name in possible { ruleRoles.table.forEachPlace(of: name) { roles.add(place: $0) } }
        if !possible.isEmpty { isLogging = OriginClassifier.Package(meant).isLogging }
      } else if ruleRoles.hasPatterns[packageRow] {
        ruleRoles.table.forEachPlace(of: names[row]) { roles.add(place: $0) }
      }
      if !roles.entry.isDisjoint(with: ruleRoles.transparent)
        || origin == .thirdParty && ruleRoles.isTransparent[packageRow]
      {
        (own, rank) = (false, .never)
      }
      blame.append(rank, isOwn: own)
      entries.append(rank == .surest ? [] : roles.entry)
      throughs.append(roles.through)
      callees.append(roles.callee)
      callersOfCallees.append(roles.callerOfCallee)
      withouts.append(roles.without)
      bareCallers.append(roles.bareCaller)
      leaves.append(roles.leaf)
      var marks = origin == .standard ? roles.marks : []
      // It calls a function of the user's, with labels.
      if marks.contains(.profiler), names[row].package == "runtime/pprof",
        names[row].member.hasPrefix("Do")
      {
        marks.remove(.profiler)
      }
      if origin != .standard, names.isInitializer(row) { marks.insert(.initialization) }
      self.marks.append(marks)
      self.isLogging.append((origin == .standard || origin == .library) && isLogging)
    }
  }

  private mutating func append(_ part: FunctionFacts) {
    blame.append(part.blame)
    entries += part.entries
    throughs += part.throughs
    callees += part.callees
    callersOfCallees += part.callersOfCallees
    withouts += part.withouts
    bareCallers += part.bareCallers
    leaves += part.leaves
    marks += part.marks
    isLogging += part.isLogging
  }

  /// The roles of a function in the rules whose patterns match it.
  private struct Roles {
    var entry = RuleSet()
    var through = RuleSet()
    var callee = RuleSet()
    var callerOfCallee = RuleSet()
    var without = RuleSet()
    var bareCaller = RuleSet()
    var leaf = RuleSet()
    var marks = StackMarks()

    /// The table's number for a role of a rule.
    static func place(_ role: WritableKeyPath<Roles, RuleSet>, _ rule: Int) -> Int {
      (order.firstIndex(of: role) ?? 0) * HotspotRule.limit + rule
    }

    static let marks = 7 * HotspotRule.limit

    private static var order: [WritableKeyPath<Roles, RuleSet>] {
      [\.entry, \.through, \.callee, \.callerOfCallee, \.without, \.bareCaller, \.leaf]
    }

    mutating func add(place: Int) {
      let rule = RuleSet.rule(place % HotspotRule.limit)
      switch place / HotspotRule.limit {
      case 0: entry.insert(rule)
      case 1: through.insert(rule)
      case 2: callee.insert(rule)
      case 3: callerOfCallee.insert(rule)
      case 4: without.insert(rule)
      case 5: bareCaller.insert(rule)
      case 6: leaf.insert(rule)
      default: marks.insert(StackMarks(rawValue: UInt8(place - Self.marks)))
      }
    }
  }

  /// The patterns of all rules in all roles, so that each name is looked up once.
  private static func table(_ rules: [HotspotRule]) -> FramePatternTable {
    var table = FramePatternTable()
    for (number, rule) in rules.enumerated() {
      table.add(rule.match.entries, at: Roles.place(\.entry, number))
      let writers = rule.match.leavesOutWriters ? HotspotRule.writers : []
      table.add(rule.match.without + writers, at: Roles.place(\.without, number))
      table.add(rule.match.callers, at: Roles.place(\.bareCaller, number))
      switch rule.match.through {
      case .anything: break
      case .function(let functions):
        table.add(functions, at: Roles.place(\.through, number))
      case .call(let functions, let by):
        table.add(functions, at: Roles.place(\.callee, number))
        table.add(by, at: Roles.place(\.callerOfCallee, number))
      case .leaf(let functions): table.add(functions, at: Roles.place(\.leaf, number))
      }
    }
    table.add(profiler, at: Roles.marks + Int(StackMarks.profiler.rawValue))
    table.add(initialization, at: Roles.marks + Int(StackMarks.initialization.rawValue))
    return table
  }
}
