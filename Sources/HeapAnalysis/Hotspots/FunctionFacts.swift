import Foundations
import ProfileModel

/// A set of rules, by their place in ``HotspotRule/all``.
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

/// What the stack above and below says about every sample, whichever rule.
struct StackMarks: OptionSet, Sendable {
  var rawValue: UInt8

  /// The profiler's own work: never a finding.
  static let profiler = StackMarks(rawValue: 1)

  /// Initialisation of a package: happens once.
  static let initialization = StackMarks(rawValue: 2)
}

/// What the user says of texts, asked once for each: many functions may share a long file.
private struct TextAnswers {
  private let predicate: HotspotOptions.TextPredicate?
  private let strings: StringTable
  private var known: [StringID: Bool] = [:]

  init(_ predicate: HotspotOptions.TextPredicate?, _ strings: StringTable) {
    self.predicate = predicate
    self.strings = strings
  }

  subscript(text: StringID) -> Bool {
    mutating get {
      guard let predicate else { return false }
      if let answer = known[text] { return answer }
      let answer = predicate(strings[text])
      known[text] = answer
      return answer
    }
  }
}

/// What the rules need to know of each function, found out once.
///
/// One array a fact, indexed by function row: names are compared here, and
/// stacks are read as integers only.
struct FunctionFacts {
  /// How eagerly a frame is blamed; higher wins, ties go to the leaf-most.
  enum Blame: UInt8, Sendable {
    case never
    case ifNothingElse
    case yes
  }

  var origins: [FunctionOrigin] = []
  var blames: [Blame] = []

  /// The function is an entry of these rules.
  var entries: [RuleSet] = []

  /// The function is what these rules look for between leaf and blame.
  var throughs: [RuleSet] = []
  var callees: [RuleSet] = []
  var callersOfCallees: [RuleSet] = []
  var withouts: [RuleSet] = []
  var bareCallers: [RuleSet] = []
  var marks: [StackMarks] = []
  var isLogging: [Bool] = []
  var isOwn: [Bool] = []

  /// The module of the user's code, given or guessed; empty when unknown.
  var modulePath = ""

  private static let profiler = ["runtime/pprof.*", "net/http/pprof.*", "internal/profile.*"]
  private static let initialization = ["runtime.doInit*"]

  init(_ profile: Profile, rules: [HotspotRule], options: HotspotOptions) {
    let functions = profile.functions
    let names = FunctionNames(profile)
    let classifier = OriginClassifier(names, files: functions.files, strings: profile.strings)
    let roles = RuleRoles(rules, packages: names.packages)
    for part in concurrently(
      Self.parts(functions.count),
      { rows in
        FunctionFacts(rows, of: profile, names, roles, classifier, options)
      })
    {
      append(part)
    }
    modulePath =
      options.modulePrefix
      ?? Self.guessedModule(
        names: names, origins: origins, file: { profile.strings[functions.files[$0]] })
  }

  /// The rows of the functions, in one range a core where they are many.
  private static func parts(_ count: Int) -> [Range<Int>] {
    if !isWorthSplitting(count, from: 1 << 12) { return [0..<count] }
    return (0..<coreCount).map { count * $0 / coreCount..<count * ($0 + 1) / coreCount }
  }

  /// What some rules look for.
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

  /// The facts of some functions.
  private init(
    _ rows: Range<Int>, of profile: Profile, _ names: FunctionNames, _ ruleRoles: RuleRoles,
    _ classifier: OriginClassifier, _ options: HotspotOptions
  ) {
    let functions = profile.functions
    var classifier = classifier
    var isOwnText = TextAnswers(options.isOwn, profile.strings)
    var isNotOwnText = TextAnswers(options.isNotOwn, profile.strings)
    for row in rows {
      let packageRow = Int(names.packageRows[row])
      let package = classifier.package(of: row)
      let origin = classifier.origin(of: row)
      origins.append(origin)
      let texts = [functions.names[row], functions.files[row]]
      var (own, blame) =
        texts.contains { isNotOwnText[$0] }
        ? (false, Blame.never)
        : texts.contains { isOwnText[$0] }
          ? (true, Blame.yes)
          : Self.blame(
            package: names.packages[packageRow], origin: origin, prefix: options.modulePrefix)
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
        (own, blame) = (false, .never)
      }
      isOwn.append(own)
      blames.append(blame)
      entries.append(blame == .yes ? [] : roles.entry)
      throughs.append(roles.through)
      callees.append(roles.callee)
      callersOfCallees.append(roles.callerOfCallee)
      withouts.append(roles.without)
      bareCallers.append(roles.bareCaller)
      var marks = origin == .standard ? roles.marks : []
      if origin != .standard, names.isInitializer(row) { marks.insert(.initialization) }
      self.marks.append(marks)
      self.isLogging.append((origin == .standard || origin == .library) && isLogging)
    }
  }

  private mutating func append(_ part: FunctionFacts) {
    origins += part.origins
    blames += part.blames
    entries += part.entries
    throughs += part.throughs
    callees += part.callees
    callersOfCallees += part.callersOfCallees
    withouts += part.withouts
    bareCallers += part.bareCallers
    marks += part.marks
    isLogging += part.isLogging
    isOwn += part.isOwn
  }

  /// What a function is to the rules whose patterns match it.
  private struct Roles {
    var entry = RuleSet()
    var through = RuleSet()
    var callee = RuleSet()
    var callerOfCallee = RuleSet()
    var without = RuleSet()
    var bareCaller = RuleSet()
    var marks = StackMarks()

    /// A place in the table: a role, and in it a rule.
    static func place(_ role: WritableKeyPath<Roles, RuleSet>, _ rule: Int) -> Int {
      (order.firstIndex(of: role) ?? 0) * HotspotRule.limit + rule
    }

    static let marks = 6 * HotspotRule.limit

    private static var order: [WritableKeyPath<Roles, RuleSet>] {
      [\.entry, \.through, \.callee, \.callerOfCallee, \.without, \.bareCaller]
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
      default: marks.insert(StackMarks(rawValue: UInt8(place - Self.marks)))
      }
    }
  }

  /// The patterns of all rules in all roles, so that a name is looked up once.
  private static func table(_ rules: [HotspotRule]) -> FramePatternTable {
    var table = FramePatternTable()
    for (number, rule) in rules.enumerated() {
      table.add(rule.match.entries, at: Roles.place(\.entry, number))
      table.add(rule.match.without, at: Roles.place(\.without, number))
      table.add(rule.match.callers, at: Roles.place(\.bareCaller, number))
      switch rule.match.through {
      case .anything: break
      case .function(let functions):
        table.add(functions, at: Roles.place(\.through, number))
      case .call(let functions, let by):
        table.add(functions, at: Roles.place(\.callee, number))
        table.add(by, at: Roles.place(\.callerOfCallee, number))
      }
    }
    table.add(profiler, at: Roles.marks + Int(StackMarks.profiler.rawValue))
    table.add(initialization, at: Roles.marks + Int(StackMarks.initialization.rawValue))
    return table
  }

  private static func blame(
    package: String, origin: FunctionOrigin, prefix: String?
  ) -> (isOwn: Bool, Blame) {
    switch origin {
    case .standard, .generated: return (false, .never)
    case .library, .thirdParty, .own: break
    }
    if let prefix {
      let isOwn = package == "main" || SymbolName.path(package, isIn: prefix)
      return (isOwn, isOwn ? .yes : .ifNothingElse)
    }
    switch origin {
    case .own: return (true, .yes)
    case .thirdParty: return (false, .yes)
    case .library, .standard, .generated: return (false, .ifNothingElse)
    }
  }

  /// The module that holds package `main`, or else most of the user's functions.
  ///
  /// Its path is a guess from package paths: host, owner and repository on the
  /// code hosts that name them so, the first two elements elsewhere (one, if it
  /// is no host), and what all of these packages have in common beyond that.
  private static func guessedModule(
    names: FunctionNames, origins: [FunctionOrigin], file: (_ row: Int) -> String
  ) -> String {
    var groups: [String: (weight: Int, common: [Substring])] = [:]
    var counts = [Int](repeating: 0, count: names.packages.count)
    var firstRows: [(package: Int, function: Int)] = []
    for row in 0..<names.count where origins[row] == .own && names.hasMember(row) {
      let package = Int(names.packageRows[row])
      if counts[package] == 0 { firstRows.append((package, row)) }
      counts[package] += 1
    }
    for (package, row) in firstRows {
      var path = names.packages[package]
      var weight = counts[package]
      if path == "main" {
        // Built with -trimpath, the file tells what the name does not.
        let file = file(row)
        guard let first = file.utf8.first, first != UInt8(ascii: "/"),
          let slash = file.lastIndex(of: "/")
        else { continue }
        path = String(file[..<slash])
        weight = names.count
      }
      let elements = path.split(separator: "/")
      guard let host = elements.first, path.utf8.allSatisfy(isPathByte) else { continue }
      let isShared = ["github.com", "gitlab.com", "bitbucket.org"].contains(String(host))
      let depth = isShared ? 3 : host.contains(".") ? 2 : 1
      let key = elements.prefix(depth).joined(separator: "/")
      var group = groups[key] ?? (0, elements)
      group.weight += weight
      group.common = Array(zip(group.common, elements).prefix { $0 == $1 }.map(\.0))
      if !host.contains(".") { group.common = Array(group.common.prefix(1)) }
      groups[key] = group
    }
    let best = groups.min { ($1.value.weight, $0.key) < ($0.value.weight, $1.key) }
    guard var common = best?.value.common else { return "" }
    // A program with nothing but its main package: the module is above cmd/.
    if let end = common.firstIndex(where: { $0 == "cmd" || $0 == "internal" }) {
      common = Array(common[..<end])
    }
    return common.joined(separator: "/")
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
}
