import Foundations

/// What one line below the header of a goroutine says.
enum DumpLine {
  /// `main.(*pool).worker(0x0?)`
  case function(ArraySlice<UInt8>)

  /// `\t/src/main.go:47 +0x18`
  case position(file: ArraySlice<UInt8>, line: Int64)

  /// `created by main.start in goroutine 1`
  case creator(ArraySlice<UInt8>)

  /// `...52 frames elided...`
  case elided

  /// `[originating from goroutine 5]:`: the stacks of its ancestors follow.
  case ancestor

  /// `goroutine running on other thread; stack unavailable`
  case noStack
  case blank

  /// - Parameter prefixWords: how many words a logger may have put before it.
  init?(_ line: ArraySlice<UInt8>, prefixWords: Int) {
    if prefixWords > 0, let rest = line.dropping(words: prefixWords),
      let found = DumpLine(bare: rest)
    {
      self = found
    } else if let found = DumpLine(bare: line) {
      self = found
    } else if prefixWords > 0, line.wordCount <= prefixWords {
      self = .blank
    } else {
      return nil
    }
  }

  private init?(bare line: ArraySlice<UInt8>) {
    var text = line.trimmed
    // Syslog writes a tab so.
    if text.take("#011") { text = text.trimmed }
    guard let last = text.last else {
      self = .blank
      return
    }
    if text.starts(with: "created by ".utf8) {
      var name = text.dropFirst(11)
      if let end = name.firstIndex(of: " in goroutine ", from: name.startIndex) {
        name = name[..<end]
      }
      guard Self.isName(name) else { return nil }
      self = .creator(name)
    } else if text.starts(with: "...".utf8), text.hasSuffix(" frames elided...") {
      self = .elided
    } else if text.starts(with: "[originating from goroutine ".utf8) {
      self = .ancestor
    } else if text.starts(with: "goroutine running on other thread".utf8) {
      self = .noStack
    } else if last == UInt8(ascii: ")"), let open = text.lastIndex(of: UInt8(ascii: "(")),
      Self.isName(text[..<open])
    {
      self = .function(text[..<open])
    } else if let position = Self.position(text) {
      self = position
    } else if text.allSatisfy(Self.isIdentifierByte), last > 0x39 {
      // A function of C, of which only its name is known.
      self = .function(text)
    } else {
      return nil
    }
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    !text.isEmpty && !text.contains(where: \.isBlank)
  }

  /// `/src/main.go:47 +0x18 fp=0xc000046760 sp=0xc000046740 pc=0x45d0a5`
  private static func position(_ text: ArraySlice<UInt8>) -> DumpLine? {
    var text = text
    while let blank = text.lastIndex(of: UInt8(ascii: " ")) {
      let word = text[(blank + 1)...]
      guard
        ["+0x", "fp=0x", "sp=0x", "pc=0x"].contains(where: { word.starts(with: $0.utf8) })
      else { break }
      text = text[..<blank].trimmed
    }
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
      return nil
    }
    var digits = text[(colon + 1)...]
    guard let line = digits.takeNumber(), digits.isEmpty else { return nil }
    return .position(file: text[..<colon], line: Int64(clamping: line))
  }
}
