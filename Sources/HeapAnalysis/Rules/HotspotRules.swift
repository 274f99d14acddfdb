extension HotspotRule {
  /// All rules, the most specific first.
  ///
  /// A stack that several rules match belongs to the first of them.
  package static let all: [HotspotRule] =
    templateRules + jsonRules + dynamicDecodeRules + mapFormattingRules + reflectionRules + mapRules
    + errorRules
    + textRules + inputRules + regexpRules + timerRules + runtimeRules + formattingRules
    + libraryCallRules + allocationRules

  /// The most rules that can examine a profile together, since each is a bit of a word. The user's
  /// rules run separately.
  package static let limit = 64

  /// The most rules that a user may have; together with ``limit``, a rule's number fits in a byte.
  package static let usersLimit = 25

  /// Returns the rule with this id, or the first of the kind with this name.
  package static func named(_ name: String) -> HotspotRule? {
    all.first { $0.id == name } ?? all.first { $0.kind.rawValue == name }
  }
}
