import Foundations
import ProfileModel

/// A tagfocus or tagignore expression: `[key=]value`, where the value is a
/// numeric range or a list of regular expressions (docs/pprof-semantics.md,
/// section 8).
package struct TagFilter: Sendable {
  private enum Test {
    case range(TagRange)
    case patterns([Pattern])
  }

  private let key: String?
  private let test: Test

  /// The expression as written.
  package let source: String

  /// The text that was read as a range, for the note about it.
  let rangeText: String?

  package init(_ text: String) throws(PatternError) {
    source = text
    var value = text
    if let equals = text.firstIndex(of: "=") {
      key = String(text[..<equals])
      value = String(text[text.index(after: equals)...])
    } else {
      key = nil
    }
    if let range = TagRange(value) {
      test = .range(range)
      rangeText = value
    } else {
      var patterns: [Pattern] = []
      for part in value.split(separator: ",", omittingEmptySubsequences: false) {
        patterns.append(try Pattern(String(part)))
      }
      test = .patterns(patterns)
      rangeText = nil
    }
  }

  /// A text label, matched only once: many samples may have one long text.
  private struct LabelText: Hashable {
    var key: StringID
    var text: StringID
  }
  private var known: [LabelText: [Bool]] = [:]

  /// Whether the text of a label matches each expression; without a key, the text is `key:text`.
  private mutating func answers(
    _ label: Label, _ patterns: [Pattern], _ strings: StringTable
  ) -> [Bool] {
    let place = LabelText(key: label.key, text: label.string)
    if let answers = known[place] { return answers }
    let text = Array(strings[bytesOf: label.string])
    let whole = key == nil ? Array(strings[bytesOf: label.key]) + [UInt8(ascii: ":")] + text : text
    let answers = patterns.map { $0.matches(whole) }
    known[place] = answers
    return answers
  }

  /// Whether text labels match, as those of a sample would.
  package func matches(_ labels: [(key: String, value: String)]) -> Bool {
    guard case .patterns(let patterns) = test else { return false }
    func matches(_ pattern: Pattern, _ label: (key: String, value: String)) -> Bool {
      guard let key else { return pattern.matches(Array("\(label.key):\(label.value)".utf8)) }
      return label.key == key && pattern.matches(Array(label.value.utf8))
    }
    if key != nil { return labels.contains { label in patterns.contains { matches($0, label) } } }
    return patterns.allSatisfy { pattern in labels.contains { matches(pattern, $0) } }
  }

  /// - Throws: when an expression gave up on a label.
  package func checkEffort() throws(PatternEffortError) {
    guard case .patterns(let patterns) = test else { return }
    for pattern in patterns { try pattern.checkEffort() }
  }

  mutating func matches(sample: Int, of profile: Profile, units: LabelUnits) -> Bool {
    let labels = profile.samples.labels[profile.samples.labelRange(of: sample)]
    func hasKey(_ label: Label) -> Bool {
      key == nil || profile.strings[bytesOf: label.key].elementsEqual(key!.utf8)
    }
    switch test {
    case .range(let range):
      return labels.contains {
        $0.kind == .number && hasKey($0)
          && range.contains($0.number, unit: units.unit(of: $0.key))
      }
    case .patterns(let patterns):
      let answers = labels.filter { $0.kind == .text && hasKey($0) }.map {
        self.answers($0, patterns, profile.strings)
      }
      if key != nil { return answers.contains { $0.contains(true) } }
      // Without a key, every expression must match the `key:text` of some label.
      return patterns.indices.allSatisfy { pattern in answers.contains { $0[pattern] } }
    }
  }
}

/// `N[unit]`, `N[unit]:`, `:N[unit]` or `N[unit]:M[unit]`, including both ends.
struct TagRange: Sendable {
  private let unit: String
  private let lower: Double?
  private let upper: Double?

  /// Returns nil when the text is not a range.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(Substring.init)
    guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
    let bounds = parts.map { Self.bound($0) }
    for (part, bound) in zip(parts, bounds) where !part.isEmpty && bound == nil { return nil }
    guard let first = bounds.lazy.compactMap({ $0 }).first else { return nil }
    let scaled = ScaledValue(first.number, from: first.unit, to: first.unit)
    unit = scaled.unit
    if parts.count == 1 {
      lower = scaled.value
      upper = scaled.value
    } else if let second = bounds[1], bounds[0] != nil {
      let end = ScaledValue(second.number, from: second.unit, to: unit)
      if end.unit != unit { return nil }
      lower = scaled.value
      upper = end.value
    } else {
      lower = bounds[0] == nil ? nil : scaled.value
      upper = bounds[0] == nil ? scaled.value : nil
    }
  }

  private static func bound(_ text: Substring) -> (number: Int64, unit: String)? {
    var digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "+" || $0 == "-") }
    let unit = text.dropFirst(digits.count)
    guard unit.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
    if digits.first == "+" { digits.removeFirst() }
    guard let first = digits.last, first.isNumber, let number = Int64(digits) else { return nil }
    return (number, String(unit))
  }

  func contains(_ number: Int64, unit recorded: String) -> Bool {
    let scaled = ScaledValue(number, from: recorded, to: unit)
    guard scaled.unit == unit else { return false }
    return (lower.map { scaled.value >= $0 } ?? true) && (upper.map { scaled.value <= $0 } ?? true)
  }
}

extension Profile {
  /// Keeps the samples that match focus and not ignore.
  ///
  /// - Returns: whether any sample matched each.
  mutating func filterByTag(
    focus: TagFilter?, ignore: TagFilter?, units: LabelUnits
  ) -> (focus: Bool, ignore: Bool) {
    if focus == nil, ignore == nil { return (false, false) }
    var found = (focus: false, ignore: false)
    var focus = focus
    var ignore = ignore
    let rows = (0..<samples.count).filter { sample in
      let focused = focus?.matches(sample: sample, of: self, units: units) ?? true
      let ignored = ignore?.matches(sample: sample, of: self, units: units) ?? false
      found.focus = found.focus || focused
      found.ignore = found.ignore || ignored
      return focused && !ignored
    }
    if rows.count < samples.count { samples = samples.selecting(rows) }
    return found
  }

  /// Deletes the labels whose key does not match `show` or matches `hide`.
  ///
  /// - Returns: whether any label matched each.
  mutating func filterLabels(show: Pattern?, hide: Pattern?) -> (show: Bool, hide: Bool) {
    if show == nil, hide == nil { return (false, false) }
    var found = (show: false, hide: false)
    let strings = self.strings
    var show = show.map { NameMatcher($0, strings) }
    var hide = hide.map { NameMatcher($0, strings) }
    samples.keepLabels { label in
      let shown = show?.matches(label.key, in: strings) ?? true
      let hidden = hide?.matches(label.key, in: strings) ?? false
      found.show = found.show || shown
      found.hide = found.hide || hidden
      return shown && !hidden
    }
    return found
  }
}

extension SampleTable {
  /// Keeps the labels for which `isKept` is true.
  mutating func keepLabels(_ isKept: (Label) -> Bool) {
    var kept: [Label] = []
    kept.reserveCapacity(labels.count)
    var ends: [Int] = []
    for sample in 0..<labelEnds.count {
      for label in labels[labelRange(of: sample)] where isKept(label) { kept.append(label) }
      ends.append(kept.count)
    }
    labels = kept
    labelEnds = ends
  }
}
