import Foundations
package import ProfileModel

/// Why profiles cannot be combined.
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

/// Returns the sum of several profiles, as pprof merges them (docs/pprof-semantics.md, section 3).
/// A single profile is returned as it is.
///
/// Profiles without another owner are freed as soon as they have been added.
///
/// - Parameter areApart: no two profiles have the same samples, which saves memory.
package func merged(
  _ sources: consuming [Profile], areApart: Bool = false
) throws(MergeError) -> Profile {
  var profiles = consume sources
  var heads = ProfileHeads()
  for profile in profiles { heads.add(profile) }
  var sum = ProfileSum(plan: try heads.plan(), expectsSeveral: profiles.count > 1)
  for index in profiles.indices {
    // Frees each profile's memory for the next one.
    var profile = Profile()
    swap(&profile, &profiles[index])
    _ = try sum.add(consume profile, isApart: areApart)
  }
  return try sum.finish()
}

extension Profile {
  var hasZeroSample: Bool { (0..<samples.count).contains { samples.hasOnlyZeros($0) } }

  /// Appends strings to those of the header.
  ///
  /// - Parameter texts: the strings that the ids in mappings, functions and labels refer to so far.
  mutating func addStrings(_ texts: StringTable) {
    let rows = (0..<texts.count).map { strings.intern(texts[bytesOf: StringID($0)]) }
    for row in mappings.indices {
      mappings[row].file = rows[mappings[row].file.index]
      mappings[row].buildID = rows[mappings[row].buildID.index]
    }
    functions.names = functions.names.map { rows[$0.index] }
    functions.systemNames = functions.systemNames.map { rows[$0.index] }
    functions.files = functions.files.map { rows[$0.index] }
    for index in samples.labels.indices {
      samples.labels[index].key = rows[samples.labels[index].key.index]
      samples.labels[index].string = rows[samples.labels[index].string.index]
    }
  }

  /// The names of a sample type and its unit.
  func names(of type: SampleType) -> TypeNames {
    TypeNames(name: strings[type.name], unit: strings[type.unit])
  }

  /// Multiplies each column, rounding half away from zero. A sample stays only if one of its
  /// multiplied values is not 0 afterwards.
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

/// Returns the finer of two types' units, or nil when they are incompatible.
func finerUnit(_ left: TypeNames, _ right: TypeNames) -> String? {
  func singular(_ name: String) -> Substring { name.hasSuffix("s") ? name.dropLast() : name[...] }
  guard singular(left.name) == singular(right.name) else { return nil }
  if left.unit == right.unit { return left.unit }
  let related = UnitFamily.all.contains {
    $0.unit(named: left.unit) != nil && $0.unit(named: right.unit) != nil
  }
  guard related else { return nil }
  return ScaledValue(1, from: right.unit, to: left.unit).value < 1 ? right.unit : left.unit
}
