import Foundations
package import ProfileModel

/// How much of a column is on incomplete stacks, whose callers therefore add up to less than the
/// truth.
package struct StackGaps: Sendable, Equatable {
  /// Σ|value| of all samples.
  package private(set) var total: Int64 = 0

  /// The depth at which stacks were cut; nil when none was.
  package private(set) var stackLimit: Int?

  /// Σ|value| on stacks that were cut, and of samples without a frame.
  package private(set) var cut: Int64 = 0
  package private(set) var withoutStack: Int64 = 0

  /// The sum of the values of samples without a frame.
  package private(set) var sumWithoutStack = SignedSum()

  /// A smaller share on cut stacks changes no displayed figure.
  private static let leastShare = 0.001

  package init() {}

  package init(_ profile: Profile, column: Int) {
    let samples = profile.samples
    let values = samples.values[column]
    total = values.reduce(0) { saturatingSum($0, saturatingMagnitude($1)) }
    for (sample, isCut) in samples.isCut.enumerated() where isCut {
      cut = saturatingSum(cut, saturatingMagnitude(values[sample]))
    }
    if cutShare < Self.leastShare { cut = 0 }
    if cut > 0 { stackLimit = profile.stackLimit }
    // Few profiles have any, and none does when even the shallowest stack has frames.
    for sample in samples.withoutStack {
      sumWithoutStack.add(values[sample])
    }
    withoutStack = sumWithoutStack.magnitude
  }

  package var cutShare: Double { share(cut) }
  package var withoutStackShare: Double { share(withoutStack) }

  private func share(_ part: Int64) -> Double {
    total == 0 ? 0 : Double(part) / Double(total)
  }
}

extension SampleTable {
  /// The samples without a frame.
  fileprivate var withoutStack: [Int] {
    if count == 0 { return [] }
    return withStackCursor { cursor in
      cursor.begin(at: 0)
      return (0..<count).filter { cursor.stack(of: $0).depth == 0 }
    }
  }
}

extension Selection {
  /// How much of the selected values is on incomplete stacks.
  package var gaps: StackGaps { StackGaps(profile, column: column) }

  /// The selected values, with gains and losses apart.
  package var sum: SignedSum { profile.signedSum(ofColumn: column) }
}
