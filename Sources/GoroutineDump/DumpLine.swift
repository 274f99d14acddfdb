import LogText

/// The content of one line below a goroutine's header.
enum DumpLine {
  /// `main.(*pool).worker(0x0?)`, with the text in its parentheses.
  case function(ArraySlice<UInt8>, arguments: ArraySlice<UInt8>)

  /// The beginning of such a line, whose end is cut off; or the name of a C function, which has no
  /// parentheses.
  case name(ArraySlice<UInt8>)

  /// `\t/src/main.go:47 +0x18`
  case position(file: ArraySlice<UInt8>, line: Int64)

  /// `created by main.start in goroutine 1`
  case creator(ArraySlice<UInt8>)

  /// `...52 frames elided...`; before Go 1.21 without a number.
  case elided(UInt64?)

  /// `[originating from goroutine 5]:`: the stacks of its ancestors follow.
  case ancestor

  /// `goroutine running on other thread; stack unavailable`
  case noStack

  /// A line between goroutines, or after the last one.
  case separator
  case blank

  /// - Parameter line: without the logger's prefix.
  init?(_ line: ArraySlice<UInt8>) {
    var text = line.trimmed
    // Syslog's escape for a tab.
    if text.take("#011") { text = text.trimmed }
    guard let last = text.last else {
      self = .blank
      return
    }
    if text.hasPrefix("created by ") {
      var name = text.dropFirst(11)
      if let end = name.position(of: " in goroutine ") {
        guard name[(end + 14)...].allSatisfy(\.isDigit) else { return nil }
        name = name[..<end]
      }
      guard Self.isName(name) else { return nil }
      self = .creator(name)
    } else if text.hasPrefix("..."), text.hasSuffix(" frames elided...") {
      var digits = ByteCursor(text.dropFirst(3))
      self = .elided(digits.number())
    } else if text.hasPrefix("[originating from goroutine ") {
      self = .ancestor
    } else if text.hasPrefix("goroutine running on other thread") {
      self = .noStack
    } else if last == UInt8(ascii: ")"), let open = Self.opening(text), Self.isName(text[..<open]) {
      self = .function(text[..<open], arguments: text[(open + 1)...].dropLast())
    } else if let position = Self.position(text) {
      self = position
    } else if Self.isSeparator(text) {
      self = .separator
    } else if let frame = Self.delveFrame(text) {
      self = .function(frame, arguments: [])
    } else if text.allSatisfy(Self.isIdentifierByte), last > 0x39, !text[text.startIndex].isDigit {
      // A C function, of which only the name is known.
      self = .name(text)
    } else {
      return nil
    }
  }

  /// Returns the function's name on a line whose end is cut off, as far as it goes.
  static func cutName(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let text = line.trimmed
    guard let first = text.first, first.isLetter, let dot = text.position(of: UInt8(ascii: ".")),
      dot > text.startIndex
    else { return nil }
    // The parenthesis of the arguments; that of a receiver follows a dot.
    var end = text.startIndex
    while end < text.endIndex, !text[end].isBlank {
      if text[end] == UInt8(ascii: "("), end > text.startIndex, text[end - 1] != UInt8(ascii: ".") {
        return isName(text[..<end]) ? text[..<end] : nil
      }
      end += 1
    }
    return end == text.endIndex && isName(text) ? text : nil
  }

  /// The index of the parenthesis that the last one closes.
  private static func opening(_ text: ArraySlice<UInt8>) -> Int? {
    var depth = 0
    for index in text.indices.reversed() {
      if text[index] == UInt8(ascii: ")") { depth += 1 }
      if text[index] == UInt8(ascii: "(") {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }

  private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    !text.isEmpty && !text.contains(where: \.isBlank)
  }

  /// Whether a line has registers, the codes of a signal, or the end of a list.
  private static func isSeparator(_ text: ArraySlice<UInt8>) -> Bool {
    if text.equals("]") || text.equals("-----") || text.hasPrefix("PC=0x")
      || text.hasPrefix("exit status ") || text.hasPrefix("runtime stack:")
      || text.hasSuffix(" goroutines]") || text.hasPrefix("FAIL\t")
    {
      return true
    }
    // `rax    0x0`
    guard text.count <= 40, let blank = text.firstIndex(where: \.isBlank),
      blank - text.startIndex <= 8
    else { return false }
    var cursor = ByteCursor(text, at: blank)
    cursor.skipBlanks()
    return cursor.address() != nil && cursor.isAtEnd && text[text.startIndex].isLetter
  }

  /// `0  0x00000000004372e5 in runtime.gopark`
  private static func delveFrame(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var cursor = ByteCursor(text)
    guard cursor.number() != nil else { return nil }
    cursor.skipBlanks()
    guard cursor.address() != nil, cursor.take(" in ") else { return nil }
    return isName(cursor.rest) ? cursor.rest : nil
  }

  /// `/src/main.go:47 +0x18 fp=0xc000046760 sp=0xc000046740 pc=0x45d0a5`
  private static func position(_ text: ArraySlice<UInt8>) -> DumpLine? {
    var text = text
    // delve's format
    if text.hasPrefix("at ") { text = text.dropFirst(3) }
    while let blank = text.lastIndex(of: 0x20), Self.isOffset(text[(blank + 1)...]) {
      text = text[..<blank].trimmed
    }
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
      return nil
    }
    var digits = ByteCursor(text, at: colon + 1)
    guard let line = digits.number(), digits.isAtEnd else { return nil }
    return .position(file: text[..<colon], line: Int64(clamping: line))
  }

  /// `+0x18`, `fp=0xc000046760`, `sp=`, `pc=`
  private static func isOffset(_ word: ArraySlice<UInt8>) -> Bool {
    var cursor = ByteCursor(word)
    guard
      cursor.take("+") || cursor.take("fp=") || cursor.take("sp=") || cursor.take("pc=")
        || cursor.take("m=")
    else { return false }
    return (cursor.address() != nil || cursor.number() != nil) && cursor.isAtEnd
  }
}
