import Ownership

/// Checks whether a Go or Go assembler file is of the version that a profile was made of, by the
/// functions that it declares. In another version the lines are elsewhere.
package struct SourceVersion {
  private enum Language { case go, assembler }
  private let language: Language

  /// By name: the first and last lines of its functions. Lines are counted from 1.
  private var ranges: [String: [ClosedRange<Int64>]] = [:]

  /// By the linker's name for a function: the names that the file declares it under.
  private var linkedNames: [String: [String]] = [:]
  private var functionLines: Set<Int64> = []

  /// - Parameter file: the file's name.
  /// - Returns: nil for other languages.
  package init?(_ source: SourceLines, file: some Collection<UInt8>) {
    let name = String(decoding: file.suffix(3), as: UTF8.self)
    if name.hasSuffix(".go") {
      language = .go
    } else if name.hasSuffix(".s") {
      language = .assembler
    } else {
      return nil
    }
    let code = SourceText(source).lines
    switch language {
    case .go:
      addFunctions(code)
      addLinks(source)
    case .assembler: addTexts(code)
    }
  }

  /// Describes which part of a function is not where the profile says, which proves that the file
  /// is of another version; nil when it may be the same version.
  ///
  /// - Parameters:
  ///   - lines: the function's lines in the profile; lines below 1 are ignored.
  ///   - startLine: where the function begins according to the profile, or 0.
  package func mismatch(
    _ function: some Sequence<UInt8>, startLine: Int64, lines: some Sequence<Int64>
  ) -> String? {
    guard let stray = strayLine(among: lines, startLine: startLine, of: function) else {
      return nil
    }
    let name = String(decoding: Array(function), as: UTF8.self)
    return "line \(stray) is not in \(name) there, so it may be of another version"
  }

  /// The first line of a function that is outside of it in this file; nil when there is none.
  package func strayLine(
    among lines: some Sequence<Int64>, startLine: Int64, of function: some Sequence<UInt8>
  ) -> Int64? {
    let symbol = SymbolName(function)
    let known = lines.filter { $0 > 0 }
    guard !known.isEmpty, let names = names(of: symbol) else { return nil }
    let places = names.flatMap { ranges[$0] ?? [] }
    switch language {
    case .go:
      // `go` and `defer` wrap their call on their own line.
      let isWrapper = names.contains { $0.hasPrefix("gowrap") || $0.hasPrefix("deferwrap") }
      // The body of a range-over-func loop begins at its `for`.
      let isLoop = symbol.member.firstRange(of: "-range") != nil
      if startLine > 0, !isWrapper, !isLoop, !functionLines.contains(startLine) {
        return startLine
      }
    case .assembler:
      // Macros declare functions too.
      if places.isEmpty { return nil }
    }
    return known.first { line in !places.contains { $0.contains(line) } }
  }

  /// The possible names of the declaration around a function's code.
  ///
  /// A closure's code is in what its name begins with: its own function, or the one that this was
  /// inlined into.
  ///
  /// - Returns: nil when the code is in no declared function, or may be in any.
  private func names(of symbol: SymbolName) -> [String]? {
    let isPlain = symbol.member.isEmpty
    let member = isPlain ? symbol.package : symbol.member
    var names: [String] = []
    for part in member.split(separator: ".", omittingEmptySubsequences: false) {
      var name = part.drop { "(*".contains($0) }
      if name.hasSuffix(")") { name = name.dropLast() }
      // A method value's code is at the place that takes it.
      if name.hasSuffix("-fm") { return nil }
      if let dash = name.firstIndex(of: "-") { name = name[..<dash] }
      names.append(String(name))
    }
    // Package initialization is assembled from the package's variables; cgo's code is generated.
    let isMade = names.contains {
      $0.isEmpty || ["init", "glob", "map"].contains($0) || $0.hasPrefix("_C")
        || $0.hasPrefix("_cgo")
    }
    if isMade { return nil }
    return names + (isPlain ? [] : linkedNames[symbol.package + "." + symbol.member] ?? [])
  }

  // MARK: Go

  /// Reads declarations in gofmt's layout: `func` and the closing brace begin a line.
  private mutating func addFunctions(_ code: SourceLines) {
    var open: (name: String, start: Int64)?
    func close(_ end: Int64, _ ranges: inout [String: [ClosedRange<Int64>]]) {
      if let declared = open { ranges[declared.name, default: []].append(declared.start...end) }
      open = nil
    }
    for row in 0..<code.count {
      let line = code[row]
      let number = Int64(row) + 1
      if line.firstRange(of: "func".utf8) != nil { functionLines.insert(number) }
      if line.first == UInt8(ascii: "}") {
        close(number, &ranges)
      } else if line.starts(with: "func ".utf8) {
        close(number - 1, &ranges)
        guard let name = Self.declaredName(line.dropFirst(5)) else { continue }
        open = (name, number)
        if Self.isWhole(line) { close(number, &ranges) }
      }
    }
    close(Int64(code.count), &ranges)
  }

  /// `(s *Server[T]) Start(…`, without `func`.
  private static func declaredName(_ text: ArraySlice<UInt8>) -> String? {
    var rest = text
    if rest.first == UInt8(ascii: "(") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
      rest = rest[end...].dropFirst().drop { $0 == 0x20 }
    }
    let name = rest.prefix { !"([ \t".utf8.contains($0) }
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  /// Whether a declaration ends on its first line: it has no body, or all of it is there.
  private static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
    var depths = (braces: 0, brackets: 0)
    for byte in line {
      switch byte {
      case UInt8(ascii: "{"): depths.braces += 1
      case UInt8(ascii: "}"): depths.braces -= 1
      case UInt8(ascii: "("): depths.brackets += 1
      case UInt8(ascii: ")"): depths.brackets -= 1
      default: break
      }
    }
    return depths == (0, 0)
  }

  /// `//go:linkname poll_runtime_pollWait internal/poll.runtime_pollWait`, and `linknamestd` of Go
  /// 1.27.
  private mutating func addLinks(_ source: SourceLines) {
    for row in 0..<source.count where source[row].starts(with: "//go:linkname".utf8) {
      let words = source[row].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      if words.count >= 3 { linkedNames[words[2], default: []].append(words[1]) }
    }
  }

  // MARK: Assembler

  /// `TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT, $0-24`, up to the next one.
  private mutating func addTexts(_ code: SourceLines) {
    var open: (name: String, start: Int64)?
    for row in 0...code.count {
      let isEnd = row == code.count
      guard isEnd || code[row].starts(with: "TEXT".utf8) else { continue }
      if let text = open { ranges[text.name, default: []].append(text.start...Int64(row)) }
      if isEnd { return }
      let line = String(decoding: code[row].dropFirst(4), as: UTF8.self)
      let symbol = line.prefix { $0 != "(" && $0 != "<" }
      let name = symbol.split(separator: "·", omittingEmptySubsequences: false).last ?? symbol
      open = (name.filter { !$0.isWhitespace }, Int64(row) + 1)
    }
  }
}
