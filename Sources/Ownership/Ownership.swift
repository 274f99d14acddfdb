import Foundations
package import ProfileModel

/// Whose code the functions of a profile are, and how eagerly each is blamed.
///
/// It is made once a profile; all that blame lines, or tell own code from others', take it.
package struct Ownership: Sendable {
  /// By function: where it comes from.
  package private(set) var origins: [FunctionOrigin] = []

  /// How eagerly each function is blamed, and which are the user's own.
  package private(set) var blame = BlameRanks()

  /// The module of the user's code, given or guessed; empty when unknown.
  package private(set) var modulePath = ""

  /// What the classification is made from: rules ask for more of it.
  package let names: FunctionNames
  package let classifier: OriginClassifier

  /// Is called when one is made, so that tests can count.
  @TaskLocal package static var onCreation: (@Sendable () -> Void)?

  package init(_ profile: Profile, _ options: OwnershipOptions = OwnershipOptions()) {
    Self.onCreation?()
    let functions = profile.functions
    let names = FunctionNames(profile)
    let classifier = OriginClassifier(names, files: functions.files, strings: profile.strings)
    self.names = names
    self.classifier = classifier
    for part in concurrently(
      rangesPerCore(of: functions.count), { Rows($0, of: profile, names, classifier, options) })
    {
      origins += part.origins
      blame.append(part.blame)
    }
    modulePath =
      options.modulePrefix
      ?? Self.guessedModule(
        names: names, origins: origins, file: { profile.strings[functions.files[$0]] })
  }

  /// Some functions.
  private struct Rows: Sendable {
    var origins: [FunctionOrigin] = []
    var blame = BlameRanks()

    init(
      _ rows: Range<Int>, of profile: Profile, _ names: FunctionNames,
      _ classifier: OriginClassifier, _ options: OwnershipOptions
    ) {
      let functions = profile.functions
      var classifier = classifier
      var isOwnText = TextAnswers(options.isOwn, profile.strings)
      var isNotOwnText = TextAnswers(options.isNotOwn, profile.strings)
      for row in rows {
        let origin = classifier.origin(of: row)
        origins.append(origin)
        let texts = [functions.names[row], functions.files[row]]
        let (isOwn, rank) =
          texts.contains { isNotOwnText[$0] }
          ? (false, BlameRank.never)
          : texts.contains { isOwnText[$0] }
            ? (true, BlameRank.surest)
            : Ownership.rank(
              package: names.package(of: row), origin: origin, prefix: options.modulePrefix)
        blame.append(rank, isOwn: isOwn)
      }
    }
  }

  private static func rank(
    package: String, origin: FunctionOrigin, prefix: String?
  ) -> (isOwn: Bool, BlameRank) {
    switch origin {
    case .standard, .generated: return (false, .never)
    case .library, .thirdParty, .own: break
    }
    if let prefix {
      let isOwn = package == "main" || SymbolName.path(package, isIn: prefix)
      return (isOwn, isOwn ? .surest : .ifNothingElse)
    }
    switch origin {
    case .own: return (true, .surest)
    case .thirdParty: return (false, .surest)
    case .library, .standard, .generated: return (false, .ifNothingElse)
    }
  }
}

/// The rows of a table, in one range a core where they are many.
package func rangesPerCore(of count: Int) -> [Range<Int>] {
  if !isWorthSplitting(count, from: 1 << 12) { return [0..<count] }
  return (0..<coreCount).map { count * $0 / coreCount..<count * ($0 + 1) / coreCount }
}

/// What the user says of texts, asked once for each: many functions may share a long file.
private struct TextAnswers {
  private let predicate: OwnershipOptions.TextPredicate?
  private let strings: StringTable
  private var known: [StringID: Bool] = [:]

  init(_ predicate: OwnershipOptions.TextPredicate?, _ strings: StringTable) {
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
