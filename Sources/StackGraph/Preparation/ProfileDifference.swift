import Foundations
package import ProfileModel

/// Returns the difference of two profiles: the source plus the base times -1.
///
/// - Parameters:
///   - marksBase: labels the base's samples `pprof::base`, which keeps them separate.
///   - normalizes: first scales the source to the base's sums.
package func difference(
  _ givenSource: consuming Profile, base givenBase: consuming Profile, marksBase: Bool,
  normalizes: Bool
) throws(MergeError) -> Profile {
  var source = consume givenSource
  var base = consume givenBase
  if marksBase { base.markAsBase() }
  if normalizes {
    try checkSameTypes(source, base)
    var factors: [Double] = []
    for column in source.sampleTypes.indices {
      for profile in [source, base] where profile.magnitude(ofColumn: column) == nil {
        throw .overflow(sampleType: profile.sampleTypeName(column))
      }
      let sourceSum = source.samples.values[column].reduce(0, +)
      let baseSum = base.samples.values[column].reduce(0, +)
      factors.append(sourceSum == 0 ? 0 : Double(baseSum) / Double(sourceSum))
    }
    source.scale(factors)
  }
  for column in base.samples.values.indices {
    base.samples.values[column] = base.samples.values[column].map { 0 &- $0 }
  }
  let time = source.figuresNanoseconds
  var result = try merged([consume source, consume base], areApart: marksBase)
  // pprof takes the earlier time, which is the base's.
  result.betterTimeNanoseconds = time
  return result
}

/// Rejects profiles whose values cannot be scaled to each other: units must be equal here, since
/// nothing has been converted yet.
private func checkSameTypes(_ source: Profile, _ base: Profile) throws(MergeError) {
  if let left = source.periodType, let right = base.periodType {
    let types = (source.names(of: left), base.names(of: right))
    if types.0 != types.1 { throw .periodTypes(types.0, types.1) }
  }
  guard source.sampleTypes.count == base.sampleTypes.count else { throw .noCommonSampleTypes }
  for (left, right) in zip(source.sampleTypes, base.sampleTypes) {
    let name = source.strings[left.name]
    if name != base.strings[right.name] { throw .noCommonSampleTypes }
    let units = (source.strings[left.unit], base.strings[right.unit])
    if units.0 != units.1 { throw .units(sampleType: name, units.0, units.1) }
  }
}

/// The label that identifies the base's samples in a difference.
package let baseLabelKey = "pprof::base"

extension Profile {
  fileprivate mutating func markAsBase() {
    let key = strings.intern(baseLabelKey)
    let label = Label.text(key, strings.intern("true"))
    var labels: [Label] = []
    labels.reserveCapacity(samples.labels.count + samples.count)
    var ends: [Int] = []
    ends.reserveCapacity(samples.count)
    for sample in 0..<samples.count {
      for index in samples.labelRange(of: sample) {
        let old = samples.labels[index]
        if old.key != key || old.kind != .text { labels.append(old) }
      }
      labels.append(label)
      ends.append(labels.count)
    }
    samples.labels = labels
    samples.labelEnds = ends
  }
}
