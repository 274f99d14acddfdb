extension HotspotRule {
  /// All rules, the most specific first.
  ///
  /// A stack that several match belongs to the first of them.
  package static let all: [HotspotRule] =
    templateRules + jsonRules + dynamicDecodeRules + mapFormattingRules + reflectionRules + mapRules
    + errorRules
    + textRules + inputRules + regexpRules + timerRules + runtimeRules + formattingRules
    + libraryCallRules + allocationRules

  /// How many rules can look at a profile together: each is a bit of a word. The user's look
  /// by themselves.
  package static let limit = 64

  /// How many rules a user may have; with ``limit`` of our own, a rule's number fits a byte.
  package static let usersLimit = 25

  /// Returns the rule with this id, or the first of the kind with this name.
  package static func named(_ name: String) -> HotspotRule? {
    all.first { $0.id == name } ?? all.first { $0.kind.rawValue == name }
  }
}
