import LogText

/// What a line of a memory map says.
enum MemoryMapLine {
  case executable(MemoryMap.Entry)

  /// A mapping of data.
  case other
  case unrecognized
}

/// Reads a line of `/proc/PID/maps`, or of the short form of other tools:
///
/// ```
/// 00400000-004dc000 r-xp 00001000 08:01 1234   /usr/bin/server
/// 400000-4dc000: /usr/bin/server (@1000) 5fe3b1a2
/// ```
///
/// The short form is so loose that any line beginning with two hexadecimal digits matches.
/// heapscope follows pprof in this.
func memoryMapLine(_ bytes: [UInt8], _ range: Range<Int>) -> MemoryMapLine {
  let line = ByteCursor(bytes[range])
  let forms = [line.addressRange, line.cutNumber].compactMap { $0 }
  guard let first = forms.first else { return .unrecognized }
  let full = forms.lazy.compactMap { form in form.rest.fullForm.map { (form, $0) } }.first
  let (addresses, text) = full ?? (first, first.rest.shortForm)
  if let permissions = text.permissions, !bytes[permissions].contains(UInt8(ascii: "x")) {
    return .other
  }
  guard let start = bytes.hexadecimal(addresses.start),
    let limit = bytes.hexadecimal(addresses.limit),
    let offset = text.offset.map({ bytes.hexadecimal($0) }) ?? 0
  else { return .unrecognized }
  return .executable(
    MemoryMap.Entry(
      start: start, limit: limit, offset: offset, file: text.file.map { Array(bytes[$0]) } ?? [],
      buildID: text.buildID.map { Array(bytes[$0]) } ?? []))
}

/// The positions of a mapping's addresses, and what follows them.
private struct AddressRangeText {
  var start: Range<Int>
  var limit: Range<Int>
  var rest: ByteCursor
}

/// The positions of the parts after the addresses.
private struct MappingText {
  var permissions: Range<Int>?
  var offset: Range<Int>?
  var file: Range<Int>?
  var buildID: Range<Int>?
}

extension ByteCursor {
  /// The line without glog's prefix to a message, which ends with `FILE:LINE] `.
  var withoutLogPrefix: Range<Int> {
    var scanner = self
    scanner.takeWhile { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
    var digits = scanner.position
    while digits > position, bytes[digits - 1].isDigit { digits -= 1 }
    guard digits < scanner.position, digits - 1 > position, bytes[digits - 1] == UInt8(ascii: ":"),
      scanner.take(UInt8(ascii: "]")), let space = scanner.next, isSpace(space)
    else { return rest.indices }
    return (scanner.position + 1)..<bytes.endIndex
  }

  /// `START-LIMIT`, each with or without `0x`; the dash may be a blank or
  /// missing, and a colon may follow.
  fileprivate var addressRange: AddressRangeText? {
    var scanner = self
    guard let start = scanner.takeAddress() else { return nil }
    if let next = scanner.next, isSpace(next) || next == UInt8(ascii: "-") { scanner.position += 1 }
    guard let limit = scanner.takeAddress() else { return nil }
    _ = scanner.take(UInt8(ascii: ":"))
    return AddressRangeText(start: start, limit: limit, rest: scanner)
  }

  /// A single number, split before its last digit, which then is the limit: pprof's expression
  /// falls back to this. That digit may also be the 0 of a `0x`.
  fileprivate var cutNumber: AddressRangeText? {
    var scanner = self
    guard let number = scanner.takeAddress(), number.count > 1 else { return nil }
    let start = number.dropLast()
    scanner.position = start.upperBound
    guard let limit = scanner.takeAddress() else { return nil }
    _ = scanner.take(UInt8(ascii: ":"))
    return AddressRangeText(start: start, limit: limit, rest: scanner)
  }

  /// Takes white space and a hexadecimal number.
  private mutating func takeAddress() -> Range<Int>? {
    takeWhile(isSpace)
    takeHexPrefix()
    return takeHexDigits()
  }

  /// Takes `0x` if a digit follows.
  private mutating func takeHexPrefix() {
    guard bytes.endIndex - position > 2, bytes[position] == UInt8(ascii: "0"),
      bytes[position + 1] == UInt8(ascii: "x"), bytes[position + 2].hexDigit != nil
    else { return }
    position += 2
  }

  /// Takes white space and then a part, or nothing.
  private mutating func takePart(
    _ take: (inout ByteCursor) -> Range<Int>?
  ) -> Range<Int>? {
    var scanner = self
    guard !scanner.takeWhile(isSpace).isEmpty, let range = take(&scanner) else { return nil }
    position = scanner.position
    return range
  }

  private mutating func takePermissions() -> Range<Int>? {
    takePart { scanner in
      let range = scanner.takeWhile {
        switch $0 {
        case UInt8(ascii: "-"), UInt8(ascii: "r"), UInt8(ascii: "w"), UInt8(ascii: "x"),
          UInt8(ascii: "p"):
          true
        default: false
        }
      }
      return range.isEmpty ? nil : range
    }
  }

  private mutating func takeWord() -> Range<Int>? {
    takePart { scanner in
      let range = scanner.takeWhile { !isSpace($0) }
      return range.isEmpty ? nil : range
    }
  }

  /// `permissions offset device inode file`, where the first two may be missing.
  fileprivate var fullForm: MappingText? {
    var scanner = self
    var text = MappingText()
    text.permissions = scanner.takePermissions()
    text.offset = scanner.takePart { scanner in
      guard let offset = scanner.takeHexDigits(), let next = scanner.next, isSpace(next) else {
        return nil
      }
      return offset
    }
    let device = scanner.takePart { scanner in
      guard let major = scanner.takeHexDigits(), scanner.take(UInt8(ascii: ":")),
        let minor = scanner.takeHexDigits()
      else { return nil }
      return major.lowerBound..<minor.upperBound
    }
    guard device != nil, scanner.takePart({ $0.takeDigits() }) != nil else { return nil }
    text.file = scanner.takeWord()
    return text
  }

  /// `permissions file (@offset) buildid`, each of which may be missing.
  fileprivate var shortForm: MappingText {
    var scanner = self
    var text = MappingText()
    text.permissions = scanner.takePermissions()
    text.file = scanner.takeWord()
    text.offset = scanner.takePart { scanner in
      guard scanner.take("(@"), let offset = scanner.takeHexDigits(),
        scanner.take(UInt8(ascii: ")"))
      else { return nil }
      return offset
    }
    text.buildID = scanner.takePart { $0.takeHexDigits() }
    return text
  }
}
