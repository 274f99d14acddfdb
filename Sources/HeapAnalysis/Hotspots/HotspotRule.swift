/// One pattern: how it shows on a stack, why it costs memory, and what to write instead.
package struct HotspotRule: Sendable {
  /// The rule's own name; several rules may have one kind.
  package var id: String
  package var kind: HotspotKind

  /// The rule comes from a rules file. Such a rule takes only samples that a visible finding shows.
  package var isUsers = false

  /// A few words for a heading, such as `map formatted by fmt`.
  package var title: String
  package var match: StackMatch

  /// Why the pattern allocates, in a sentence or two.
  package var cost: String

  /// What to do, in one line.
  package var advice: String

  /// Go code with the pattern, and the same without it.
  package var before: String
  package var after: String
  package var links: [String]

  package init(
    _ id: String, _ kind: HotspotKind, title: String, match: StackMatch, cost: String,
    advice: String, before: String, after: String, links: [String] = []
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.match = match
    self.cost = cost
    self.advice = advice
    self.before = before
    self.after = after
    self.links = links
  }
}

/// What a rule looks for on a stack.
///
/// A stack is read from its leaf to the blamed frame, the leaf-most frame of the user's own code.
/// The *entry* is the function that this frame calls. The entry decides; functions below it only
/// refine the match. ``FramePattern`` says how functions are named.
package struct StackMatch: Sendable {
  /// What must be between the leaf and the blamed frame.
  package enum Through: Sendable {
    case anything
    case function([String])

    /// One of the first, called directly by one of the second.
    case call([String], by: [String])

    /// One of these allocates: no frame is below it.
    case leaf([String])
  }

  /// Functions that the blamed frame calls.
  package var entries: [String] = []
  package var through = Through.anything

  /// Functions that must not be between the leaf and the blamed frame.
  package var without: [String] = []

  /// What the writer allocates that the text goes to is no part of the pattern.
  package var leavesOutWriters = false

  /// The entry itself allocates: no frame is below it.
  package var entryIsLeaf = false

  /// The share of a call site's allocated bytes that must show ``through`` for the whole site to
  /// match. Nil: each sample is matched by itself.
  ///
  /// Whether a call prints a map, for example, is a fact of the line, although only a part of what
  /// the line allocates has the telling frames.
  package var siteEvidence: Double?

  /// Functions that begin work on one value. For the whole site to match, most of the bytes below
  /// them must show ``through``. If they do not, or if the share is below ``siteEvidence``, only
  /// the samples that show it match.
  package var work: [String] = []

  /// Does not match when the blamed frame is a writer itself, which passes on what others write.
  package var isNotOfWriters = false

  /// The blamed frame itself allocates, in the block sizes that only `append` leaves.
  package var isLadder = false

  /// Another rule that must match at the same site, because what ``through`` shows may also have
  /// another cause.
  package var confirmation: Confirmation?

  package struct Confirmation: Sendable {
    /// The id of the other rule.
    package var rule: String

    /// The share of the site's bytes, 0 to 1, from which no further evidence is needed.
    package var sufficientShare: Double

    package init(rule: String, sufficientShare: Double) {
      self.rule = rule
      self.sufficientShare = sufficientShare
    }
  }

  /// Bytes that the blamed frame itself allocates on a matching line belong to the match: the
  /// caller boxes the arguments of a variadic call.
  package var takesOwnBytes = false

  /// The same call also counts when a logging or encoding library makes it.
  package var throughLibraries = false

  /// Neither the entries nor other functions of a third-party package with an entry are blamed,
  /// whoever owns them.
  package var entriesAreTransparent = false

  /// The blamed frame itself allocates, and one of these calls it.
  package var callers: [String] = []

  /// How many distinct block sizes a site must show: a slice that grows has many.
  package var minimumSizes = 0

  /// Small blocks of one size do not match when enough were sampled to have shown another size:
  /// every map begins with such a block.
  package var mustHaveGrown = false

  /// The number of objects that the blamed function must certainly have allocated in this way, for
  /// patterns that are harmless when they happen once.
  package var minimumObjects: Int64 = 0

  /// Package initialization does not count.
  package var ignoresInitialization = false

  /// The stack has no frame of the user's, and shows ``through``.
  package var isBlameless = false

  /// What the line does, if the user's frame is the leaf and the source is available.
  package var source: SourcePattern?

  package init() {}

  /// A line of source.
  package static func reads(_ source: SourcePattern) -> StackMatch {
    var match = StackMatch()
    match.source = source
    return match
  }

  /// A call of one of the functions.
  package static func calls(_ entries: [String], through: Through = .anything) -> StackMatch {
    var match = StackMatch()
    match.entries = entries
    match.through = through
    return match
  }

  package func with(_ change: (inout StackMatch) -> Void) -> StackMatch {
    var copy = self
    change(&copy)
    return copy
  }
}
