import Foundations
import LogText

extension LineTally {
  /// A report's first line when too much of its text was not understood; nil otherwise.
  var doubt: String? {
    guard isDoubtful, let example else { return nil }
    return "\(groupedDigits(Int64(unknown))) of \(groupedDigits(Int64(filled))) lines were not "
      + "understood, as line \(example.number): \(shown(example.text))"
  }
}
