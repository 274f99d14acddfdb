import ArgumentParser
import GoroutineDump
import StackGraph
import Synchronization

/// Which goroutines to show; the names are pprof's.
struct GoroutineSelectionArguments: ParsableArguments {
  @Option("Only goroutines with a function on the stack that matches.")
  var focus: Text<Expression>?
  @Option("No goroutines with a function on the stack that matches.")
  var ignore: Text<Expression>?
  @Option("Only goroutines with this label: key=regex.")
  var tagfocus: Text<LabelFilter>?
  @Option("No goroutines with this label.")
  var tagignore: Text<LabelFilter>?
  @Option("Tell groups apart by the value of this label.")
  var tagroot: Text<LabelKeys>?

  /// - Returns: nil when all goroutines count.
  func compiled() throws -> GoroutineSelection? {
    if focus == nil, ignore == nil, tagfocus == nil, tagignore == nil, tagroot == nil { return nil }
    return GoroutineSelection(
      focus: try pattern("focus", focus?.text), ignore: try pattern("ignore", ignore?.text),
      tagFocus: try tagFilter("tagfocus", tagfocus?.text),
      tagIgnore: try tagFilter("tagignore", tagignore?.text), rootLabel: tagroot?.text)
  }

  private func pattern(_ option: String, _ text: String?) throws -> Pattern? {
    guard let text else { return nil }
    do throws(PatternError) { return try Pattern(text) } catch {
      throw failure(.pattern(option: option, value: text, error))
    }
  }

  private func tagFilter(_ option: String, _ text: String?) throws -> TagFilter? {
    guard let text else { return nil }
    do throws(PatternError) { return try TagFilter(text) } catch {
      throw failure(.pattern(option: option, value: text, error))
    }
  }
}

/// The filters, and whether they matched anything.
final class GoroutineSelection: Sendable {
  private let focus: Pattern?
  private let ignore: Pattern?
  private let tagFocus: TagFilter?
  private let tagIgnore: TagFilter?
  private let rootLabel: String?

  private let focusMatched = Atomic<Bool>(false)
  private let tagFocusMatched = Atomic<Bool>(false)

  init(
    focus: Pattern?, ignore: Pattern?, tagFocus: TagFilter?, tagIgnore: TagFilter?,
    rootLabel: String?
  ) {
    self.focus = focus
    self.ignore = ignore
    self.tagFocus = tagFocus
    self.tagIgnore = tagIgnore
    self.rootLabel = rootLabel
  }

  var filter: GoroutineFilter {
    GoroutineFilter(rootLabel: rootLabel) { [self] in accepts($0, $1) }
  }

  private func accepts(_ labels: [GoroutineLabel], _ names: [ArraySlice<UInt8>]) -> Bool {
    let labels = labels.map { (key: $0.key, value: $0.value) }
    func stands(_ pattern: Pattern) -> Bool { names.contains { pattern.matches(Array($0)) } }
    if let focus {
      guard stands(focus) else { return false }
      focusMatched.store(true, ordering: .relaxed)
    }
    if let tagFocus {
      guard tagFocus.matches(labels) else { return false }
      tagFocusMatched.store(true, ordering: .relaxed)
    }
    return !(ignore.map(stands) ?? false) && !(tagIgnore?.matches(labels) ?? false)
  }

  /// - Throws: when an expression took too many steps.
  func check() throws(CommandFailure) {
    for (option, pattern) in [("focus", focus), ("ignore", ignore)] {
      guard let pattern else { continue }
      do throws(PatternEffortError) { try pattern.checkEffort() } catch {
        throw patternEffortFailure("--\(option) '\(pattern.source)'")
      }
    }
    for (option, filter) in [("tagfocus", tagFocus), ("tagignore", tagIgnore)] {
      guard let filter else { continue }
      do throws(PatternEffortError) { try filter.checkEffort() } catch {
        throw patternEffortFailure("--\(option) '\(filter.source)'")
      }
    }
  }

  /// Notes about filters that matched nothing.
  var unmatched: [String] {
    [
      focus != nil && !focusMatched.load(ordering: .relaxed) ? "Focus" : nil,
      tagFocus != nil && !tagFocusMatched.load(ordering: .relaxed) ? "TagFocus" : nil,
    ].compactMap { $0.map { describe(.noMatch(filter: $0)) } }
  }
}
