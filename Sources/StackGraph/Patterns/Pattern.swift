import CPCRE2
import Foundations
import Synchronization

/// A regular expression in pprof's syntax (RE2), matched by PCRE2 with its JIT.
///
/// It matches anywhere in the text unless anchored, and is case-sensitive unless it says otherwise.
/// Texts are bytes; each byte that is not part of a UTF-8 character counts as U+FFFD, as in Go.
///
/// It is sendable because the compiled code and the limits never change after init, and no two
/// concurrent matches write to the same data.
package final class Pattern: @unchecked Sendable {
  private let code: OpaquePointer
  private let matchContext: OpaquePointer

  /// The address of match data that are not in use; 0 while they are.
  private let spareData = Atomic<UInt>(0)

  /// A match exceeded its step limit; since then, answers mean nothing.
  private let isGivenUp = Atomic<Bool>(false)

  /// The expression as written.
  package let source: String

  /// The longest expression, in bytes. PCRE2 compiles to at most 64 KiB.
  private static let longestSource = 32 << 10

  /// The result of a match.
  package enum MatchResult { case no, yes, tooExpensive }

  /// - Parameter effort: the most backtracking steps for one match. RE2 never takes exponential
  ///   time; an expression that would is stopped here.
  /// - Throws: ``PatternError`` when the expression is not in RE2 syntax.
  package init(_ source: String, effort: Int = 200_000) throws(PatternError) {
    self.source = source
    guard source.utf8.count <= Self.longestSource else {
      throw PatternError(
        reason: "longer than \(Self.longestSource) bytes", offset: Self.longestSource)
    }
    let bytes = try RE2Syntax.translated(source)
    var status: Int32 = 0
    var offset = 0
    // RE2: `$` matches only at the very end, `(?m)^` also after the last newline.
    let options =
      PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C
    guard
      let code = pcre2_compile_8(bytes, bytes.count, options, &status, &offset, nil)
    else {
      // The offset refers to the translation, so it would mislead.
      throw PatternError(reason: Self.message(status), offset: 0)
    }
    guard let matchContext = pcre2_match_context_create_8(nil) else {
      pcre2_code_free_8(code)
      throw PatternError(reason: "out of memory", offset: 0)
    }
    self.code = code
    self.matchContext = matchContext
    // Without JIT support this fails, and the interpreter matches instead.
    pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
    pcre2_set_match_limit_8(matchContext, UInt32(clamping: effort))
    pcre2_set_depth_limit_8(matchContext, 20_000)
  }

  /// Matches the text itself, in either case.
  ///
  /// - Throws: ``PatternError`` when the text is too long.
  package convenience init(literal text: String) throws(PatternError) {
    try self.init("(?i)" + Self.quoted(text))
  }

  /// Reads a word as commands take it: literal text, or an expression between slashes, `/…/`.
  package convenience init(word: String) throws(PatternError) {
    if word.count > 2, word.hasPrefix("/"), word.hasSuffix("/") {
      try self.init(String(word.dropFirst().dropLast()))
    } else {
      try self.init(literal: word)
    }
  }

  deinit {
    pcre2_match_context_free_8(matchContext)
    pcre2_match_data_free_8(OpaquePointer(bitPattern: spareData.load(ordering: .relaxed)))
    pcre2_code_free_8(code)
  }

  /// Returns the text with all characters escaped that have a meaning in a pattern.
  package static func quoted(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      if "\\.+*?()|[]{}^$".unicodeScalars.contains(character) { result += "\\" }
      result.unicodeScalars.append(character)
    }
    return result
  }

  /// Matches a text. After one match was too expensive, all are: asking sixty thousand names would
  /// take hours, for a result that is an error anyway.
  package func match(_ text: UnsafeBufferPointer<UInt8>) -> MatchResult {
    if isGivenUp.load(ordering: .relaxed) { return .tooExpensive }
    let result =
      if let repaired = repairedText(text) {
        repaired.withUnsafeBufferPointer { matchUTF8($0) }
      } else { matchUTF8(text) }
    if result == .tooExpensive { isGivenUp.store(true, ordering: .relaxed) }
    return result
  }

  /// Callers of ``matches(_:)`` call this before they use the answers.
  ///
  /// - Throws: when a match was given up, so that a negative answer may be wrong.
  package func checkEffort() throws(PatternEffortError) {
    if isGivenUp.load(ordering: .relaxed) { throw PatternEffortError(source: source) }
  }

  /// Takes the spare data, or makes new ones when another thread has them.
  private func takeMatchData() -> OpaquePointer? {
    OpaquePointer(bitPattern: spareData.exchange(0, ordering: .acquiring))
      ?? pcre2_match_data_create_8(1, nil)
  }

  private func giveBack(_ data: OpaquePointer) {
    let other = spareData.exchange(UInt(bitPattern: data), ordering: .acquiringAndReleasing)
    pcre2_match_data_free_8(OpaquePointer(bitPattern: other))
  }

  private func matchUTF8(_ text: UnsafeBufferPointer<UInt8>) -> MatchResult {
    guard let matchData = takeMatchData() else { return .tooExpensive }
    defer { giveBack(matchData) }
    // PCRE2 requires an address even for an empty text.
    var empty: UInt8 = 0
    let status = withUnsafePointer(to: &empty) { empty in
      let start = text.baseAddress ?? empty
      let status = pcre2_match_8(
        code, start, text.count, 0, PCRE2_NO_UTF_CHECK, matchData, matchContext)
      // The machine code has a stack of 32 KiB; the interpreter uses the heap.
      if status != PCRE2_ERROR_JIT_STACKLIMIT { return status }
      return pcre2_match_8(
        code, start, text.count, 0, PCRE2_NO_JIT | PCRE2_NO_UTF_CHECK, matchData, matchContext)
    }
    switch status {
    case 0...: return .yes
    case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT,
      PCRE2_ERROR_JIT_STACKLIMIT, PCRE2_ERROR_NOMEMORY:
      return .tooExpensive
    default: return .no
    }
  }

  /// A match that is too expensive counts as none, and ``checkEffort()`` throws.
  package func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool { match(text) == .yes }

  /// Returns where the first bracketed group of the first match lies, or nil.
  package func firstGroup(in text: [UInt8]) -> Range<Int>? {
    guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return nil }
    defer { pcre2_match_data_free_8(data) }
    let repaired = text.withUnsafeBufferPointer { repairedText($0) }
    let subject = repaired ?? text
    let count = pcre2_match_8(
      code, subject, subject.count, 0, PCRE2_NO_UTF_CHECK, data, matchContext)
    guard count >= 2, let ends = pcre2_get_ovector_pointer_8(data) else { return nil }
    // PCRE2_UNSET: the group took no part in the match.
    if ends[2] == .max { return nil }
    let range = Int(ends[2])..<Int(ends[3])
    if repaired == nil { return range }
    return text.withUnsafeBufferPointer {
      offset(range.lowerBound, beforeRepairOf: $0)..<offset(range.upperBound, beforeRepairOf: $0)
    }
  }

  package func matches(_ text: some Collection<UInt8>) -> Bool {
    if let result = text.withContiguousStorageIfAvailable({ matches($0) }) { return result }
    return Array(text).withUnsafeBufferPointer { matches($0) }
  }

  package func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches($0) }
  }

  private static func message(_ status: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(status, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
  }
}

/// A match exceeded the allowed number of steps.
package struct PatternEffortError: Error, Equatable, Sendable {
  package var source: String
}

/// Why a text is not a regular expression.
package struct PatternError: Error, Equatable, Sendable {
  package var reason: String

  /// The position, in bytes of the expression.
  package var offset: Int
}
