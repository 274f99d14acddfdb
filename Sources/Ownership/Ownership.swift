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

  /// There is no code but the standard library's, of which the module is a part: as in the
  /// library's own benchmarks.
  package private(set) var judgesStandard = false

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
    var said: [Said] = []
    for part in concurrently(
      rangesPerCore(of: functions.count), { Rows($0, of: profile, classifier, options) })
    {
      origins += part.origins
      said += part.said
    }
    modulePath = options.modulePrefix ?? ModuleGuess(profile, names, origins).path
    assignBlame(said)
  }

  /// What the user says of a function by its name or file.
  private enum Said {
    case nothing
    case own
    case notOwn
  }

  /// Some functions, before the module is known.
  private struct Rows: Sendable {
    var origins: [FunctionOrigin] = []
    var said: [Said] = []

    init(
      _ rows: Range<Int>, of profile: Profile, _ classifier: OriginClassifier,
      _ options: OwnershipOptions
    ) {
      let functions = profile.functions
      var classifier = classifier
      var isOwnText = TextAnswers(options.isOwn, profile.strings)
      var isNotOwnText = TextAnswers(options.isNotOwn, profile.strings)
      for row in rows {
        origins.append(classifier.origin(of: row))
        let texts = [functions.names[row], functions.files[row]]
        said.append(
          texts.contains { isNotOwnText[$0] }
            ? .notOwn : texts.contains { isOwnText[$0] } ? .own : .nothing)
      }
    }
  }

  /// Says of each function how eagerly it is blamed, given or guessed modules alike.
  ///
  /// Whose a function is that its path does not tell, as below GOPATH, in vendored trees and
  /// in Bazel's, the module tells.
  private mutating func assignBlame(_ said: [Said]) {
    let isInModule = names.packages.map {
      $0 == "main" || !modulePath.isEmpty && SymbolName.path($0, isInModule: modulePath)
    }
    judgesStandard =
      OriginClassifier.isStandardPackage(modulePath)
      && !origins.indices.contains {
        origins[$0] == .own && isInModule[Int(names.packageRows[$0])]
      }
    for row in origins.indices {
      let isIn = isInModule[Int(names.packageRows[row])]
      switch origins[row] {
      case .standard, .generated: break
      case .library, .thirdParty: if isIn { origins[row] = .own }
      case .own: if !isIn, !modulePath.isEmpty { origins[row] = .thirdParty }
      }
      let (isOwn, rank): (Bool, BlameRank) =
        switch (said[row], origins[row]) {
        case (.notOwn, _), (.nothing, .generated): (false, .never)
        case (.own, _), (.nothing, .own): (true, .surest)
        case (.nothing, .standard): isIn && judgesStandard ? (true, .surest) : (false, .never)
        case (.nothing, .thirdParty): (false, .surest)
        case (.nothing, .library): (false, .ifNothingElse)
        }
      blame.append(rank, isOwn: isOwn)
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
