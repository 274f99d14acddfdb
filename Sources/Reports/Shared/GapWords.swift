import Foundations
package import ProfileModel
package import StackGraph

/// The name of a sample without frames in reports.
package let noStackName = "<no stack>"

extension StackGaps {
  /// Says how much is on incomplete stacks; nil for nothing worth a note.
  package func text(_ measure: Measure) -> String? {
    let texts = [cutText(measure), withoutStackText(measure)].compactMap(\.self)
    return texts.isEmpty ? nil : texts.joined(separator: "; ")
  }

  package func cutText(_ measure: Measure) -> String? {
    stackLimit.map { cutStacksText(cutShare, measure, limit: $0) }
  }

  func withoutStackText(_ measure: Measure) -> String? {
    withoutStack == 0 ? nil : noStackText(withoutStackShare, measure)
  }
}

/// Says how much is on stacks that were cut.
func cutStacksText(_ share: Double, _ measure: Measure, limit: Int) -> String {
  "\(percentText(share)) of \(measure.noun) \(measure.isPlural ? "are" : "is") on stacks cut at "
    + "\(limit) frames: callers' figures are lower bounds (≥)"
}

/// Says how much has no stack at all.
func noStackText(_ share: Double, _ measure: Measure) -> String {
  // Go's goroutine and thread profiles have such samples in every build.
  let reason =
    measure == .goroutines || measure == .threads
    ? "" : ": the program was built without frame pointers, or the unwinder failed"
  return "\(percentText(share)) of \(measure.noun) \(measure.isPlural ? "have" : "has") no stack "
    + "(\(noStackName))" + reason
}
