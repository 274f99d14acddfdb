/// One pattern: how a stack shows it, why it costs, and what to write instead.
package struct HotspotRule: Sendable {
  /// The rule's own name; several rules may share a kind.
  package var id: String
  package var kind: HotspotKind

  /// It comes from a rules file. Such a rule takes no sample that its finding does not show.
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
/// A stack is read from its leaf to the blamed frame: the leaf-most frame of
/// the user's own code. The *entry* is the function that this frame calls; it
/// decides, and what lies further down only refines. Functions are named as
/// ``FramePattern`` says.
package struct StackMatch: Sendable {
  /// What must lie between the leaf and the blamed frame.
  package enum Through: Sendable {
    case anything
    case function([String])

    /// One of the first, called directly by one of the second.
    case call([String], by: [String])

    /// One of these allocates: nothing lies below it.
    case leaf([String])
  }

  /// Functions that the blamed frame calls.
  package var entries: [String] = []
  package var through = Through.anything

  /// Functions that must not lie between the leaf and the blamed frame.
  package var without: [String] = []

  /// What the writer allocates that the text goes to is no part of the pattern.
  package var leavesOutWriters = false

  /// The entry itself allocates: nothing lies below it.
  package var entryIsLeaf = false

  /// The share of a call site's bytes that must show ``through`` for the whole
  /// site to match, by allocated bytes. Nil: each sample speaks for itself.
  ///
  /// What a call does (print a map) is a fact of the line, while only some of
  /// what it allocates has the tell-tale frames.
  package var siteEvidence: Double?

  /// Functions with which work on any value begins: most of the bytes below them must show
  /// ``through`` for the whole site to match. Where they do not, or less than ``siteEvidence``
  /// does, the samples that show it match alone.
  package var work: [String] = []

  /// Not where the blamed frame is a writer itself, which hands on what others write.
  package var isNotOfWriters = false

  /// The blamed frame allocates itself, in blocks as only `append` leaves them.
  package var isLadder = false

  /// Another rule that must match something at the same site, where what
  /// ``through`` shows may mean something else as well.
  package var confirmation: Confirmation?

  package struct Confirmation: Sendable {
    /// The id of the other rule.
    package var rule: String

    /// The share of the site's bytes that needs no further evidence, 0 to 1.
    package var sufficientShare: Double

    package init(rule: String, sufficientShare: Double) {
      self.rule = rule
      self.sufficientShare = sufficientShare
    }
  }

  /// Bytes that the blamed frame allocates itself on the line of a match are
  /// the match's: arguments of a variadic call are boxed by the caller.
  package var takesOwnBytes = false

  /// The same call made by a logging or encoding library counts.
  package var throughLibraries = false

  /// The entries are the way in, whoever's they are: neither they nor other
  /// functions of a third party's package with one of them are blamed.
  package var entriesAreTransparent = false

  /// The blamed frame allocates itself and is called by one of these.
  package var callers: [String] = []

  /// Distinct block sizes that a site must show: a slice that grows has many.
  package var minimumSizes = 0

  /// Small blocks of a single size, of which enough were sampled to show another one,
  /// do not match: they are what each map begins with.
  package var mustHaveGrown = false

  /// Objects that the blamed function must have allocated in this way beyond doubt, for
  /// patterns that are harmless when they happen once.
  package var minimumObjects: Int64 = 0

  /// Package initialisation does not count.
  package var ignoresInitialization = false

  /// The stack has no frame of the user's at all, and shows ``through``.
  package var isBlameless = false

  /// What the line itself says, where the user's frame is the leaf and the
  /// source is at hand.
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
