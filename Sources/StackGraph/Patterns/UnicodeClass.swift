import CPCRE2

/// A character class by Unicode property, as Go's regexp reads `\p{…}`.
struct UnicodeClass {
  /// The set in PCRE2's syntax for use between brackets.
  private let members: [UInt8]
  private(set) var isNegated = false

  /// When case is ignored, the members whose other case PCRE2 must add: it folds literal
  /// characters, but not properties.
  private let folded: [UInt8]

  /// - Parameters:
  ///   - name: without `^`; case, blanks, hyphens and underscores are ignored.
  ///   - folds: whether matching ignores case.
  /// - Returns: nil when there is no such property.
  init?(_ name: some Collection<UInt8>, folds: Bool) {
    let plain = String(decoding: name, as: UTF8.self).lowercased().filter { !"_- ".contains($0) }
    guard !plain.isEmpty, plain.utf8.allSatisfy({ (0x61...0x7a).contains($0) }) else { return nil }
    var members = ""
    var folded = ""
    switch plain {
    case "any": members = "\\x{0}-\\x{10ffff}"
    case "ascii": members = "\\x{0}-\\x{7f}"
    case "assigned":
      members = "\\p{Cn}"
      isNegated = true
    case "lc", "casedletter": members = "\\p{L&}"
    default:
      if let category = Self.category(plain) {
        members = "\\p{\(category)}"
        if folds { folded = Self.folded(category) }
      } else {
        members = "\\p{sc:\(plain)}"
        guard Self.isKnown(members) else { return nil }
        if folds { folded = Self.foldedScripts[plain] ?? "" }
      }
    }
    self.members = Array(members.utf8)
    self.folded = Array(folded.utf8)
  }

  mutating func negate() { isNegated.toggle() }

  /// The set for use between brackets; nil when only a class of its own can express its complement.
  var classContent: [UInt8]? {
    if !isNegated { return members + folded }
    guard folded.isEmpty, members.starts(with: "\\p".utf8) else { return nil }
    return Array("\\P".utf8) + members.dropFirst(2)
  }

  /// The set as a class.
  var asClass: [UInt8] {
    Array((isNegated ? "[^" : "[").utf8) + members + folded + [UInt8(ascii: "]")]
  }

  // MARK: Names

  /// The long names, from Go's `unicode.CategoryAliases`.
  private static let longNames = [
    "closepunctuation": "Pe", "combiningmark": "M", "connectorpunctuation": "Pc", "control": "Cc",
    "currencysymbol": "Sc", "dashpunctuation": "Pd", "decimalnumber": "Nd", "enclosingmark": "Me",
    "finalpunctuation": "Pf", "format": "Cf", "initialpunctuation": "Pi", "letter": "L",
    "letternumber": "Nl", "lineseparator": "Zl", "lowercaseletter": "Ll", "mark": "M",
    "mathsymbol": "Sm", "modifierletter": "Lm", "modifiersymbol": "Sk", "nonspacingmark": "Mn",
    "number": "N", "openpunctuation": "Ps", "other": "C", "otherletter": "Lo",
    "othernumber": "No", "otherpunctuation": "Po", "othersymbol": "So",
    "paragraphseparator": "Zp", "privateuse": "Co", "punctuation": "P", "separator": "Z",
    "spaceseparator": "Zs", "spacingmark": "Mc", "surrogate": "Cs", "symbol": "S",
    "titlecaseletter": "Lt", "unassigned": "Cn", "uppercaseletter": "Lu", "cntrl": "Cc",
    "digit": "Nd", "punct": "P",
  ]

  private static let shortNames: Set<String> = [
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
  ]

  private static func category(_ plain: String) -> String? {
    let short = plain.prefix(1).uppercased() + plain.dropFirst()
    return shortNames.contains(short) ? short : longNames[plain]
  }

  /// Whether PCRE2 knows a property, here a script.
  private static func isKnown(_ property: String) -> Bool {
    var status: Int32 = 0
    var offset = 0
    let pattern = Array(property.utf8)
    let code = pcre2_compile_8(pattern, pattern.count, PCRE2_UTF, &status, &offset, nil)
    pcre2_code_free_8(code)
    return code != nil
  }

  // MARK: Case

  /// Iota's other case is a mark, and mu's belongs to no script.
  private static let foldedScripts = [
    "common": "\\x{b5}", "greek": "\\x{3bc}\\x{3b9}", "inherited": "\\x{345}",
  ]

  private static func folded(_ category: String) -> String {
    switch category {
    case "Lu": upperCase
    case "Ll": lowerCase
    case "Lt": titleCase
    case "L": "\\x{3b9}"
    case "M", "Mn": "\\x{345}"
    default: ""
    }
  }

  private static let upperCase = letters(.uppercaseLetter)
  private static let lowerCase = letters(.lowercaseLetter)
  private static let titleCase = letters(.titlecaseLetter)

  /// Returns the letters of a category; none is above the second plane.
  private static func letters(_ category: Unicode.GeneralCategory) -> String {
    var text = ""
    var start: UInt32?
    for value in 0...0x20000 as ClosedRange<UInt32> {
      let isMember = Unicode.Scalar(value)?.properties.generalCategory == category
      if isMember, start == nil { start = value }
      if !isMember, let first = start {
        text += "\\x{\(String(first, radix: 16))}"
        if value - first > 1 { text += "-\\x{\(String(value - 1, radix: 16))}" }
        start = nil
      }
    }
    return text
  }
}
