import Foundations
import Reports

/// Reads the names of files by a template, and counts those that do not match.
///
/// It is sendable because the lock guards its mutable state.
final class NameMisfits: @unchecked Sendable {
  private let template: NameTemplate?
  private let lock = Monitor()
  private var count = 0
  private var all = 0
  private var first = ""

  init(_ template: NameTemplate?) { self.template = template }

  /// Returns where a profile comes from.
  func source(_ name: String) -> ExportSource {
    guard let template else { return ExportSource(file: name) }
    let source = template.source(name)
    lock.locked {
      all += 1
      guard source == nil else { return }
      count += 1
      // With several threads, the first to arrive is not always the same.
      if first.isEmpty || name < first { first = name }
    }
    return source ?? ExportSource(file: name)
  }

  func tell(in session: Session) {
    guard count > 0, let template else { return }
    session.message(
      "--name-from: \(count) of \(all) names do not fit and tell nothing of "
        + "\(listed(template.words)), such as \(first)")
  }
}
