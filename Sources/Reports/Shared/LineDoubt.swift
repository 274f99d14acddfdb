import Foundations
import LogText

extension LineTally {
  /// The line that a report begins with when too much of its text was not understood; nil
  /// when it was.
  var doubt: String? {
    guard isDoubtful, let example else { return nil }
    return "\(groupedDigits(Int64(unknown))) of \(groupedDigits(Int64(filled))) lines were not "
      + "understood, as line \(example.number): \(shown(example.text))"
  }
}
