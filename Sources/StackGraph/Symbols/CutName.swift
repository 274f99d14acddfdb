/// Removes from a demangled name what pprof's demangler leaves out: template arguments, and the
/// parameters of functions that enclose another entity.
///
/// Brackets are paired first, so that each is examined once, however deeply they nest.
struct CutName {
  private let text: [UInt8]

  /// By the index of an opening bracket: that of its closing one; 0 elsewhere.
  private var ends: [Int]

  /// The byte closes template arguments, unlike the `>` of a comparison or of `->`.
  private var closesArguments: [Bool]

  /// Where the symbol of an `operator` ends; 0 elsewhere.
  private var operatorEnds: [Int]

  private var output: [UInt8] = []

  static func cxx(_ text: [UInt8], _ style: NameStyle) -> [UInt8] {
    var name = CutName(text, isRust: false)
    name.writeCXX(
      cutsTemplates: style == .short, cutsEnclosing: style != .full,
      isWhole: style == .full)
    return name.output
  }

  /// Rust's `Vec<T>` becomes `Vec<>`; `<T as Trait>` stays, as it is not a list of arguments.
  static func rust(_ text: [UInt8]) -> [UInt8] {
    var name = CutName(text, isRust: true)
    name.writeRust()
    return name.output
  }

  private init(_ text: [UInt8], isRust: Bool) {
    self.text = text
    ends = Array(repeating: 0, count: text.count)
    closesArguments = Array(repeating: false, count: text.count)
    operatorEnds = Array(repeating: 0, count: text.count)
    output.reserveCapacity(text.count)
    pairBrackets(isRust: isRust)
  }

  private mutating func pairBrackets(isRust: Bool) {
    var open: [Int] = []
    var lastOperatorEnd = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "o") where !isRust:
        if let end = operatorEnd(at: index) {
          operatorEnds[index] = end
          lastOperatorEnd = end
          index = end
          continue
        }
      case UInt8(ascii: "-") where follows(index, UInt8(ascii: ">")): index += 1
      case UInt8(ascii: "'") where isRust && index + 2 < text.count && text[index + 2] == byte:
        // A character as an argument: '<'.
        index += 2
      case UInt8(ascii: "<"):
        // `(a)<(b)` compares, unlike `operator()<int>`.
        if isRust || index == lastOperatorEnd || text[index - 1] != UInt8(ascii: ")") {
          open.append(index)
        }
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): open.append(index)
      case UInt8(ascii: ">"):
        if let last = open.last, text[last] == UInt8(ascii: "<") {
          ends[last] = index
          closesArguments[index] = true
          open.removeLast()
        }
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        while let last = open.last, text[last] == UInt8(ascii: "<") { open.removeLast() }
        if let last = open.popLast() { ends[last] = index }
      default: break
      }
      index += 1
    }
  }

  /// Returns the end of `operator<<`, of `operator` alone before a type, or nil.
  private func operatorEnd(at start: Int) -> Int? {
    let keyword = Array("operator".utf8)
    guard text[start...].starts(with: keyword), start == 0 || !isWord(text[start - 1]) else {
      return nil
    }
    let end = start + keyword.count
    guard end < text.count, !isWord(text[end]) else { return nil }
    for symbol in ["<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "()", "[]", "<", ">"]
    where text[end...].starts(with: symbol.utf8) {
      return end + symbol.utf8.count
    }
    return end
  }

  private mutating func writeCXX(cutsTemplates: Bool, cutsEnclosing: Bool, isWhole: Bool) {
    var index = 0
    while index < text.count {
      if operatorEnds[index] > 0 {
        output += text[index..<operatorEnds[index]]
        index = operatorEnds[index]
        // `operator< <int>`: the blank belongs to the arguments.
        if cutsTemplates, output.last == UInt8(ascii: "<"), follows(index, UInt8(ascii: "<")) {
          index += 1
        }
        continue
      }
      let byte = text[index]
      if byte == UInt8(ascii: "<"), ends[index] > 0, cutsTemplates {
        index = ends[index] + 1
        continue
      }
      if byte == UInt8(ascii: "("), ends[index] > 0, cutsEnclosing, enclosesName(index) {
        output += "()".utf8
        index = ends[index] + 1
        continue
      }
      if isWhole, text[index...].starts(with: " [clone ".utf8) { return }
      // libiberty sometimes omits this blank.
      if closesArguments[index], output.last == UInt8(ascii: ">") {
        output.append(UInt8(ascii: " "))
      }
      output.append(byte)
      index += 1
    }
  }

  /// Whether the parameters at an index are those of an enclosing function: `f(int)::x`, `f()
  /// const::x`.
  private func enclosesName(_ start: Int) -> Bool {
    let end = ends[start] + 1
    if text[start..<end].elementsEqual("(anonymous namespace)".utf8) { return false }
    var rest = text[end...]
    for qualifier in [" const", " volatile", " restrict", " &&", " &"]
    where rest.starts(with: qualifier.utf8) {
      rest = rest.dropFirst(qualifier.utf8.count)
    }
    return rest.starts(with: "::".utf8)
  }

  private mutating func writeRust() {
    var index = 0
    while index < text.count {
      output.append(text[index])
      if text[index] == UInt8(ascii: "<"), ends[index] > 0, opensArguments(index) {
        // Bindings in `dyn Fn<A, Output = B>` stay.
        index = firstBinding(in: index + 1..<ends[index])
      } else {
        index += 1
      }
    }
  }

  /// Whether Rust's arguments begin here: after a name, unlike `<T as Trait>`, and not a list of
  /// lifetimes as in `for<'a>`.
  private func opensArguments(_ start: Int) -> Bool {
    guard start > 0 else { return false }
    let before = text[..<start].suffix(4)
    guard isWord(before.last!) || ":>}".utf8.contains(before.last!)
    else { return false }
    let isFor = before.suffix(3).elementsEqual("for".utf8)
    return !isFor || before.count == 4 && isWord(before.first!)
  }

  /// Returns where the bindings among arguments begin, including the comma before them; the end
  /// when there are none.
  private func firstBinding(in arguments: Range<Int>) -> Int {
    var index = arguments.lowerBound
    var start = index
    while index < arguments.upperBound {
      if ends[index] > 0 { index = ends[index] }
      if text[index] == UInt8(ascii: ",") { start = index }
      if text[index...].starts(with: " = ".utf8) { return start }
      index += 1
    }
    return arguments.upperBound
  }

  private func follows(_ index: Int, _ byte: UInt8) -> Bool {
    index + 1 < text.count && text[index + 1] == byte
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
