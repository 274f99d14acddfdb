import ProfileModel

/// A set of rules, by their place in ``HotspotRule/all``.
struct RuleSet: OptionSet {
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
struct StackMarks: OptionSet {
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
    // Functions may share a name and file by the hundred thousand, and names
    // may be long, so each pair is looked at once.
    let pairs = NamePairs(profile.functions)
    let names = pairs.names.map { SymbolName(profile.strings[bytesOf: $0]) }
    let files = pairs.files.map { profile.strings[$0] }

    var classifier = OriginClassifier()
    for (name, file) in zip(names, files) { classifier.learnRoot(from: name, file: file) }
    origins = zip(names, files).map { classifier.origin(of: $0, file: $1) }
    modulePath =
      options.modulePrefix
      ?? Self.guessedModule(names: names, files: files, counts: pairs.counts, origins: origins)
    let tables = Tables(rules)

    for row in names.indices {
      let name = names[row]
      let origin = origins[row]
      let text = profile.strings[pairs.names[row]]
      let own = Self.isOwn(name, file: files[row], origin: origin, options: options, text: text)
      isOwn.append(own)
      blames.append(
        Self.blame(origin: origin, isOwn: own, name: name, text: text, file: files[row], options))

      var possible = [name]
      if origin == .standard, !OriginClassifier.isStandard(package: name.package),
        let package = classifier.standardPackage(ofFile: files[row])
      {
        possible = name.closureNames(in: package)
      }
      let isBlamed = blames[row] == .yes
      entries.append(isBlamed ? [] : tables.entries.rules(of: possible))
      throughs.append(tables.throughs.rules(of: possible))
      callees.append(tables.callees.rules(of: possible))
      callersOfCallees.append(tables.callersOfCallees.rules(of: possible))
      withouts.append(tables.withouts.rules(of: possible))
      bareCallers.append(tables.bareCallers.rules(of: possible))

      var marks = StackMarks()
      if origin == .standard {
        tables.marks.forEachPlace(of: name) { marks.insert(StackMarks(rawValue: UInt8($0))) }
      } else if Self.isInitializer(name.member) {
        marks.insert(.initialization)
      }
      self.marks.append(marks)
      isLogging.append(
        possible.contains { KnownLibraries.isLogging($0.package) }
          && (origin == .standard || origin == .library))
    }
    spread(pairs.rowOfFunction)
  }

  /// Gives each function the facts of its row.
  private mutating func spread(_ rows: [Int]) {
    func each<Fact>(_ facts: inout [Fact]) { facts = rows.map { facts[$0] } }
    each(&origins)
    each(&blames)
    each(&entries)
    each(&throughs)
    each(&callees)
    each(&callersOfCallees)
    each(&withouts)
    each(&bareCallers)
    each(&marks)
    each(&isLogging)
    each(&isOwn)
  }

  /// The different pairs of name and file among functions.
  private struct NamePairs {
    private struct Pair: Hashable {
      var name: StringID
      var file: StringID
    }

    var names: [StringID] = []
    var files: [StringID] = []

    /// How many functions have each pair.
    var counts: [Int] = []
    var rowOfFunction: [Int] = []

    init(_ functions: FunctionTable) {
      var rows: [Pair: Int] = [:]
      rowOfFunction.reserveCapacity(functions.count)
      for (name, file) in zip(functions.names, functions.files) {
        let row = rows[Pair(name: name, file: file)] ?? names.count
        if row == names.count {
          rows[Pair(name: name, file: file)] = row
          names.append(name)
          files.append(file)
          counts.append(0)
        }
        counts[row] += 1
        rowOfFunction.append(row)
      }
    }
  }

  /// `init` and `init.0`, but not `init.func1`: that is the value of a variable.
  private static func isInitializer(_ member: String) -> Bool {
    guard member.hasPrefix("init") else { return false }
    let rest = member.utf8.dropFirst(4)
    guard let dot = rest.first else { return true }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return dot == UInt8(ascii: ".") && rest.dropFirst().allSatisfy { digits.contains($0) }
  }

  /// The rules' patterns, one table a role.
  private struct Tables {
    var entries = FramePatternTable()
    var throughs = FramePatternTable()
    var callees = FramePatternTable()
    var callersOfCallees = FramePatternTable()
    var withouts = FramePatternTable()
    var bareCallers = FramePatternTable()
    var marks = FramePatternTable()

    init(_ rules: [HotspotRule]) {
      for (number, rule) in rules.enumerated() {
        entries.add(rule.match.entries, at: number)
        withouts.add(rule.match.without, at: number)
        bareCallers.add(rule.match.callers, at: number)
        switch rule.match.through {
        case .anything: break
        case .function(let functions): throughs.add(functions, at: number)
        case .call(let functions, let by):
          callees.add(functions, at: number)
          callersOfCallees.add(by, at: number)
        }
      }
      marks.add(FunctionFacts.profiler, at: Int(StackMarks.profiler.rawValue))
      marks.add(FunctionFacts.initialization, at: Int(StackMarks.initialization.rawValue))
    }
  }

  private static func isOwn(
    _ name: SymbolName, file: String, origin: FunctionOrigin, options: HotspotOptions, text: String
  ) -> Bool {
    if let isNotOwn = options.isNotOwn, isNotOwn(text, file) { return false }
    if let isOwn = options.isOwn, isOwn(text, file) { return true }
    switch origin {
    case .standard, .generated: return false
    case .library, .thirdParty, .own: break
    }
    if let prefix = options.modulePrefix {
      return name.package == "main" || SymbolName.path(name.package, isIn: prefix)
    }
    return origin == .own
  }

  private static func blame(
    origin: FunctionOrigin, isOwn: Bool, name: SymbolName, text: String, file: String,
    _ options: HotspotOptions
  ) -> Blame {
    if isOwn { return .yes }
    if let isNotOwn = options.isNotOwn, isNotOwn(text, file) { return .never }
    switch origin {
    case .standard, .generated: return .never
    case .library: return .ifNothingElse
    case .thirdParty, .own: return options.modulePrefix == nil ? .yes : .ifNothingElse
    }
  }

  /// The module that most of the user's functions belong to.
  ///
  /// Its path is a guess from package paths: host, owner and repository on the
  /// code hosts that name them so, the first two elements elsewhere, and what
  /// all of these packages have in common beyond that.
  private static func guessedModule(
    names: [SymbolName], files: [String], counts: [Int], origins: [FunctionOrigin]
  ) -> String {
    var groups: [String: (count: Int, common: [Substring])] = [:]
    for (row, name) in names.enumerated() where origins[row] == .own {
      var path = name.package
      if path == "main" {
        // Built with -trimpath, the file tells what the name does not.
        guard let first = files[row].utf8.first, first != UInt8(ascii: "/"),
          let slash = files[row].lastIndex(of: "/")
        else { continue }
        path = String(files[row][..<slash])
      }
      let elements = path.split(separator: "/")
      guard let host = elements.first, host.contains(".") else { continue }
      let depth = ["github.com", "gitlab.com", "bitbucket.org"].contains(String(host)) ? 3 : 2
      let key = elements.prefix(depth).joined(separator: "/")
      var group = groups[key] ?? (0, elements)
      group.count += counts[row]
      group.common = Array(zip(group.common, elements).prefix { $0 == $1 }.map(\.0))
      groups[key] = group
    }
    let best = groups.min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    guard var common = best?.value.common else { return "" }
    // A program with nothing but its main package: the module is above cmd/.
    if let command = common.firstIndex(of: "cmd") { common = Array(common[..<command]) }
    if let inner = common.firstIndex(of: "internal") { common = Array(common[..<inner]) }
    return common.joined(separator: "/")
  }
}

extension FramePatternTable {
  fileprivate func rules(of names: [SymbolName]) -> RuleSet {
    var rules = RuleSet()
    for name in names { forEachPlace(of: name) { rules.insert(.rule($0)) } }
    return rules
  }
}
