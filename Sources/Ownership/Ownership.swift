import Foundations
package import ProfileModel

/// Whose code the functions of a profile are, and the priority of each for blame.
///
/// It is created once per profile; everything that blames lines, or distinguishes own code, uses
/// it.
package struct Ownership: Sendable {
  /// By function: where it comes from.
  package private(set) var origins: [FunctionOrigin] = []

  /// The priority of each function for blame, and which are the user's own.
  package private(set) var blame = BlameRanks()

  /// The module of the user's code, given or guessed; empty when unknown.
  package private(set) var modulePath = ""

  /// The only code is the standard library's, and the module is a part of it, as in the library's
  /// own benchmarks.
  package private(set) var judgesStandard = false

  /// The input of the classification, which rules need as well.
  package let names: FunctionNames
  package let classifier: OriginClassifier

  /// Called at each creation, so that tests can count.
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

  /// What the user's options say about a function, by its name or file.
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

  /// Assigns each function its priority for blame, in the same way for given and guessed modules.
  ///
  /// If a function's path does not show whose it is, as below GOPATH, in vendored trees and in
  /// Bazel's, the module does.
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

/// The rows of a table, in one range per core if there are many.
package func rangesPerCore(of count: Int) -> [Range<Int>] {
  if !isWorthSplitting(count, from: 1 << 12) { return [0..<count] }
  return (0..<coreCount).map { count * $0 / coreCount..<count * ($0 + 1) / coreCount }
}

/// What the user's options say about texts, asked once for each: many functions may share a long
/// file name.
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
