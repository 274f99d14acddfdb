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
    let parts = Self.parts(functions.count)
    let names = concurrently(parts) { rows in
      rows.map { SymbolName(profile.strings[bytesOf: functions.names[$0]]) }
    }.flatMap { $0 }
    let classifier = OriginClassifier(
      names: names, files: functions.files, strings: profile.strings)
    let roles = RuleRoles(rules)
    for part in concurrently(
      parts,
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
    if count < 1 << 12 { return [0..<count] }
    return (0..<coreCount).map { count * $0 / coreCount..<count * ($0 + 1) / coreCount }
  }

  /// What some rules look for.
  private struct RuleRoles: Sendable {
    let table: FramePatternTable

    /// Rules whose entries are never blamed, and the packages of these.
    var transparent = RuleSet()
    var transparentPackages: Set<String> = []

    init(_ rules: [HotspotRule]) {
      table = FunctionFacts.table(rules)
      for (number, rule) in rules.enumerated() where rule.match.entriesAreTransparent {
        transparent.insert(.rule(number))
        transparentPackages.formUnion(rule.match.entries.map { FramePattern($0).package })
      }
    }
  }

  /// The facts of some functions.
  private init(
    _ rows: Range<Int>, of profile: Profile, _ names: [SymbolName], _ ruleRoles: RuleRoles,
    _ classifier: OriginClassifier, _ options: HotspotOptions
  ) {
    let functions = profile.functions
    var classifier = classifier
    for row in rows {
      let name = names[row]
      let origin = classifier.origin(of: name, file: functions.files[row])
      origins.append(origin)
      var (own, blame) = Self.blame(
        name, origin: origin, options: options,
        text: { (profile.strings[functions.names[row]], profile.strings[functions.files[row]]) })
      var possible = [name]
      if origin == .standard, !classifier.isStandard(package: name.package),
        let package = classifier.standardPackage(of: name, file: functions.files[row])
      {
        possible = name.closureNames(in: package)
      }
      var roles = Roles()
      for name in possible { ruleRoles.table.forEachPlace(of: name) { roles.add(place: $0) } }
      if !roles.entry.isDisjoint(with: ruleRoles.transparent)
        || origin == .thirdParty && ruleRoles.transparentPackages.contains(name.package)
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
      if origin != .standard, Self.isInitializer(name.member) { marks.insert(.initialization) }
      self.marks.append(marks)

      isLogging.append(
        (origin == .standard || origin == .library)
          && classifier.isLogging(package: possible.first?.package ?? name.package))
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

  /// `init` and `init.0`, but not `init.func1`: that is the value of a variable.
  private static func isInitializer(_ member: String) -> Bool {
    guard member.hasPrefix("init") else { return false }
    let rest = member.utf8.dropFirst(4)
    guard let dot = rest.first else { return true }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return dot == UInt8(ascii: ".") && rest.dropFirst().allSatisfy { digits.contains($0) }
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
    _ name: SymbolName, origin: FunctionOrigin, options: HotspotOptions,
    text: () -> (function: String, file: String)
  ) -> (isOwn: Bool, Blame) {
    if options.isOwn != nil || options.isNotOwn != nil {
      let (function, file) = text()
      if options.isNotOwn?(function, file) == true { return (false, .never) }
      if options.isOwn?(function, file) == true { return (true, .yes) }
    }
    switch origin {
    case .standard, .generated: return (false, .never)
    case .library, .thirdParty, .own: break
    }
    if let prefix = options.modulePrefix {
      let isOwn = name.package == "main" || SymbolName.path(name.package, isIn: prefix)
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
    names: [SymbolName], origins: [FunctionOrigin], file: (_ row: Int) -> String
  ) -> String {
    var groups: [String: (weight: Int, common: [Substring])] = [:]
    var counts: [String: Int] = [:]
    var firstRows: [String: Int] = [:]
    for (row, name) in names.enumerated() where origins[row] == .own && !name.member.isEmpty {
      counts[name.package, default: 0] += 1
      if firstRows[name.package] == nil { firstRows[name.package] = row }
    }
    for (package, row) in firstRows {
      var path = package
      var weight = counts[package] ?? 1
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
