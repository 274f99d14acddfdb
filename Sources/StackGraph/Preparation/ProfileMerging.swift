import Foundations
package import ProfileModel

/// Why profiles cannot be put together.
package enum MergeError: Error, Equatable, Sendable {
  case noCommonSampleTypes
  case periodTypes(TypeNames, TypeNames)
  case units(sampleType: String, String, String)
  case overflow(sampleType: String)
}

/// What a sample type, or a period, counts and in what unit; either may be empty.
package struct TypeNames: Equatable, Sendable {
  package var name: String
  package var unit: String
}

/// Returns the sum of several profiles, as pprof merges them
/// (docs/pprof-semantics.md, section 3). One profile is returned as it is.
///
/// Profiles that nobody else holds go as soon as they were added.
package func merged(_ sources: consuming [Profile]) throws(MergeError) -> Profile {
  var profiles = consume sources
  guard profiles.count != 1 else { return profiles[0] }
  try keepCommonSampleTypes(&profiles)
  try convertUnits(&profiles)
  var merger = ProfileMerger(profiles)
  for index in profiles.indices {
    try merger.add(profiles[index])
    // Its memory is the next one's.
    profiles[index] = Profile()
  }
  // Samples that cancelled out go, and what only they used.
  if merger.result.hasZeroSample {
    let first = merger.result
    merger = ProfileMerger([first])
    try merger.add(first)
  }
  return merger.result
}

extension Profile {
  var hasZeroSample: Bool { (0..<samples.count).contains { samples.hasOnlyZeros($0) } }

  /// The names of a sample type and its unit.
  func names(of type: SampleType) -> TypeNames {
    TypeNames(name: strings[type.name], unit: strings[type.unit])
  }

  /// Multiplies each column, rounding half away from zero. A sample stays only
  /// if one of the values that were multiplied is not 0 afterwards.
  mutating func scale(_ factors: [Double]) {
    if factors.allSatisfy({ $0 == 1 }) { return }
    var keeps = [Bool](repeating: false, count: samples.count)
    for (column, factor) in factors.enumerated() where factor != 1 {
      for row in 0..<samples.count {
        let scaled = (Double(samples.values[column][row]) * factor).rounded(
          .toNearestOrAwayFromZero)
        samples.values[column][row] = Int64(clamping: scaled)
        if samples.values[column][row] != 0 { keeps[row] = true }
      }
    }
    samples = samples.selecting(keeps.indices.filter { keeps[$0] })
  }
}

/// Keeps, of several profiles, the sample types that all have, in the first one's order.
private func keepCommonSampleTypes(_ profiles: inout [Profile]) throws(MergeError) {
  let names = profiles.map { profile in profile.sampleTypes.map { profile.strings[$0.name] } }
  let common = names[0].filter { name in names.allSatisfy { $0.contains(name) } }
  if common.isEmpty { throw .noCommonSampleTypes }
  for index in profiles.indices where names[index] != common {
    // What is shown of profiles whose last types may have gone is what they say, or the first.
    if !common.contains(profiles[index].strings[profiles[index].defaultSampleType]) {
      profiles[index].defaultSampleType = profiles[index].strings.intern(common[0])
    }
    let columns = common.compactMap { names[index].firstIndex(of: $0) }
    let types = profiles[index].sampleTypes
    let values = profiles[index].samples.values
    profiles[index].sampleTypes = columns.map { types[$0] }
    profiles[index].samples.values = columns.map { values[$0] }
  }
}

/// Converts all values, and the periods, to the finest unit of their type.
private func convertUnits(_ profiles: inout [Profile]) throws(MergeError) {
  let periodTypes = profiles.map { profile in
    profile.periodType.map(profile.names)
  }
  let known = periodTypes.compactMap { $0 }
  if known.count > 1 {
    var finest = known[0]
    for type in known.dropFirst() {
      guard let unit = finerUnit(finest, type) else { throw .periodTypes(finest, type) }
      finest.unit = unit
    }
    for index in profiles.indices {
      guard let type = periodTypes[index] else { continue }
      let scaled = ScaledValue(profiles[index].period, from: type.unit, to: finest.unit).value
      profiles[index].period = Int64(clamping: scaled)
      let unit = profiles[index].strings.intern(finest.unit)
      profiles[index].periodType?.unit = unit
    }
  }
  for column in profiles[0].sampleTypes.indices {
    let types = profiles.map { $0.names(of: $0.sampleTypes[column]) }
    var finest = types[0]
    for type in types.dropFirst() {
      guard let unit = finerUnit(finest, type) else {
        throw .units(sampleType: finest.name, finest.unit, type.unit)
      }
      finest.unit = unit
    }
    for index in profiles.indices where types[index].unit != finest.unit {
      let factor = ScaledValue(1, from: types[index].unit, to: finest.unit).value
      var factors = profiles[index].sampleTypes.map { _ in 1.0 }
      factors[column] = factor
      profiles[index].scale(factors)
      let unit = profiles[index].strings.intern(finest.unit)
      profiles[index].sampleTypes[column].unit = unit
    }
  }
}

/// Returns the finer of two types' units, or nil when they do not go together.
private func finerUnit(_ left: TypeNames, _ right: TypeNames) -> String? {
  func singular(_ name: String) -> Substring { name.hasSuffix("s") ? name.dropLast() : name[...] }
  guard singular(left.name) == singular(right.name) else { return nil }
  if left.unit == right.unit { return left.unit }
  let related = UnitFamily.all.contains {
    $0.unit(named: left.unit) != nil && $0.unit(named: right.unit) != nil
  }
  guard related else { return nil }
  return ScaledValue(1, from: right.unit, to: left.unit).value < 1 ? right.unit : left.unit
}
