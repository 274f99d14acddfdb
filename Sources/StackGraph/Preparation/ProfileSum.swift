import Foundations
package import ProfileModel

/// The sum of profiles that are added one after the other, as pprof merges them
/// (docs/pprof-semantics.md, section 3).
///
/// Each is converted into rows of the sum and can be dropped then. A single profile is its own sum,
/// unchanged.
package struct ProfileSum {
  private let plan: MergePlan?
  private let program: String?

  /// The first profile is converted immediately, not kept until another one comes.
  private let expectsSeveral: Bool
  private var head: ProfileHead?
  private var only: Profile?
  private var merger: ProfileMerger?

  /// - Parameters:
  ///   - plan: what the profiles have in common; without one, all must count the same in the same
  ///     units.
  ///   - program: the program that the profiles are of, if the user names it: the file of their
  ///     first mapping.
  ///   - expectsSeveral: more than one profile will be added, so the first need not be kept.
  package init(plan: MergePlan? = nil, program: String? = nil, expectsSeveral: Bool = false) {
    self.plan = plan
    self.program = program
    self.expectsSeveral = expectsSeveral
  }

  /// Adds a profile.
  ///
  /// - Parameter isApart: it shares no samples with those already added.
  /// - Returns: false when it counts something else than the profiles before it, or in other units.
  ///   Then a plan is needed, and nothing was added.
  package mutating func add(_ given: consuming Profile, isApart: Bool = false) throws(MergeError)
    -> Bool
  {
    var profile = given
    if let plan {
      plan.fit(&profile)
      head = plan.head
    } else {
      let head = ProfileHead(profile)
      if let known = self.head, known != head { return false }
      self.head = head
    }
    profile.addMissingMapping()
    if let program { profile.mappings[0].file = profile.strings.intern(program) }
    if merger == nil, only == nil, !expectsSeveral {
      only = profile
      return true
    }
    if merger == nil {
      merger = ProfileMerger(only ?? profile)
      if let only { try merger?.add(only) }
      only = nil
    }
    try merger?.add(profile, isApart: isApart)
    return true
  }

  /// Returns the sum, and resets it.
  ///
  /// - Precondition: something was added.
  package mutating func finish() throws(MergeError) -> Profile {
    if let only {
      self.only = nil
      return only
    }
    guard let sum = merger?.finish() else { preconditionFailure("a sum of nothing") }
    merger = nil
    guard sum.hasZeroSample else { return sum }
    // Samples that cancelled out are removed, with everything that only they used.
    var again = ProfileMerger(sum)
    try again.add(sum)
    return again.finish()
  }
}

/// What a profile counts, and in which units.
package struct ProfileHead: Equatable, Sendable {
  var types: [TypeNames]
  var periodType: TypeNames?

  init(_ profile: Profile) {
    types = profile.sampleTypes.map(profile.names)
    periodType = profile.periodType.map(profile.names)
  }

  fileprivate init(types: [TypeNames], periodType: TypeNames?) {
    self.types = types
    self.periodType = periodType
  }
}

/// What several profiles count: each combination once, in the order of the profiles.
package struct ProfileHeads {
  private var heads: [ProfileHead] = []

  package init() {}

  package mutating func add(_ profile: Profile) {
    let head = ProfileHead(profile)
    if !heads.contains(head) { heads.append(head) }
  }

  /// Whether a profile counts what one of those added counts.
  package func contains(_ profile: Profile) -> Bool { heads.contains(ProfileHead(profile)) }

  /// Returns what all profiles have in common: the sample types in the order of the first, in the
  /// finest units that any of them has. Nil when all are alike.
  package func plan() throws(MergeError) -> MergePlan? {
    if heads.count < 2 { return nil }
    let names = heads.map { $0.types.map(\.name) }
    let common = names[0].filter { name in names.allSatisfy { $0.contains(name) } }
    if common.isEmpty { throw .noCommonSampleTypes }
    let periodTypes = heads.compactMap(\.periodType)
    var period = periodTypes.first
    for type in periodTypes.dropFirst() {
      guard let unit = period.flatMap({ finerUnit($0, type) }) else {
        throw .periodTypes(period ?? type, type)
      }
      period?.unit = unit
    }
    var types: [TypeNames] = []
    for (column, name) in common.enumerated() {
      // If a profile has a type twice, the first one counts.
      let all = heads.map { head -> TypeNames in
        head.types.map(\.name) == common
          ? head.types[column] : head.types.first { $0.name == name } ?? head.types[0]
      }
      var finest = all[0]
      for type in all.dropFirst() {
        guard let unit = finerUnit(finest, type) else {
          throw .units(sampleType: finest.name, finest.unit, type.unit)
        }
        finest.unit = unit
      }
      types.append(finest)
    }
    return MergePlan(head: ProfileHead(types: types, periodType: period))
  }
}

/// What the profiles of a sum have in common.
package struct MergePlan: Sendable {
  /// The types that all profiles have. Their names are those of the first profile.
  let head: ProfileHead

  /// Removes the types that other profiles lack, and converts the values and the period to the
  /// common units.
  func fit(_ profile: inout Profile) {
    let common = head.types.map(\.name)
    let names = profile.sampleTypes.map { profile.strings[$0.name] }
    if names != common {
      // If no common type is the default, the first one becomes it: the last one, the usual
      // default, may have been removed.
      if !common.contains(profile.strings[profile.defaultSampleType]) {
        profile.defaultSampleType = profile.strings.intern(common[0])
      }
      let columns = common.compactMap { names.firstIndex(of: $0) }
      let types = profile.sampleTypes
      let values = profile.samples.values
      profile.sampleTypes = columns.map { types[$0] }
      profile.samples.values = columns.map { values[$0] }
    }
    if let type = profile.periodType.map(profile.names), let finest = head.periodType {
      let scaled = ScaledValue(profile.period, from: type.unit, to: finest.unit).value
      profile.period = Int64(clamping: scaled)
      profile.periodType?.unit = profile.strings.intern(finest.unit)
    }
    for (column, finest) in head.types.enumerated() {
      let type = profile.names(of: profile.sampleTypes[column])
      if type.unit == finest.unit { continue }
      var factors = profile.sampleTypes.map { _ in 1.0 }
      factors[column] = ScaledValue(1, from: type.unit, to: finest.unit).value
      profile.scale(factors)
      profile.sampleTypes[column].unit = profile.strings.intern(finest.unit)
    }
  }
}
