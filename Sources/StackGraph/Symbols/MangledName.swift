import CDemangle

/// How much of a demangled name to show; the cases are those of pprof's `-symbolize=demangle=…`.
package enum NameStyle: String, Sendable, CaseIterable {
  /// pprof's `default`: no parameters, no template arguments, no return type.
  case short = "default"

  /// No parameters and no return type.
  case templates

  case full
}

/// Longer names are not demangled.
private let longestName = 16 << 10

/// The longest demangled text.
private let longestText = 64 << 10

/// Demangles a name that a C++ or Rust compiler mangled; nil for any other name.
///
/// On macOS all symbols have an additional leading underscore, so names are also tried without it.
///
/// - Parameter room: how many bytes the demangled names of a profile may still take, since many
///   small names may expand to much text.
func demangled(
  _ name: ArraySlice<UInt8>, _ style: NameStyle, room: inout Int
) -> [UInt8]? {
  guard mayBeMangled(name), name.count <= longestName, !name.contains(0) else { return nil }
  if let text = demangledExactly(name, style, &room) { return text }
  return demangledExactly(name.dropFirst(), style, &room)
}

/// Examines two or three bytes, so that profiles without such names pay nothing.
@inline(__always)
func mayBeMangled(_ name: ArraySlice<UInt8>) -> Bool {
  guard name.count > 2, name[name.startIndex] == UInt8(ascii: "_") else { return false }
  switch name[name.startIndex + 1] {
  case UInt8(ascii: "Z"), UInt8(ascii: "R"), UInt8(ascii: "G"), UInt8(ascii: "_"): return true
  default: return false
  }
}

private func demangledExactly(
  _ name: ArraySlice<UInt8>, _ style: NameStyle, _ room: inout Int
) -> [UInt8]? {
  if name.starts(with: "_R".utf8) {
    let symbol = name.prefix { $0 != UInt8(ascii: ".") }
    guard let text = read(symbol, CDEMANGLE_RUST, &room) else { return nil }
    return style == .short ? CutName.rust(text) : text
  }
  if let symbol = symbolOfOlderRust(name),
    let text = read(withoutUnderscores(symbol)[...], CDEMANGLE_RUST, &room)
  {
    return text
  }
  if name.starts(with: "_Z".utf8) {
    let form = style == .full ? CDEMANGLE_CXX_FULL : CDEMANGLE_CXX_NAME
    return read(name, form, &room).map { CutName.cxx($0, style) }
  }
  if name.starts(with: "_GLOBAL_".utf8) {
    return read(name, CDEMANGLE_CXX_FULL, &room).map { CutName.cxx($0, style) }
  }
  if name.starts(with: "___Z".utf8) { return blockInvocation(name, style, &room) }
  return nil
}

/// Returns a Rust name in the form before v0, without what follows it: `_ZN…17h<hash>E`. Since C++
/// may have similar names, the 16 hexadecimal digits of the hash must include at least 5 different
/// ones.
private func symbolOfOlderRust(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
  guard name.starts(with: "_ZN".utf8) else { return nil }
  var symbol = name
  if let end = lastIndex(of: "E.", in: name) { symbol = name[...end] }
  guard symbol.count > 23, symbol.last == UInt8(ascii: "E"),
    symbol.dropLast(17).suffix(3).elementsEqual("17h".utf8)
  else { return nil }
  let hash = symbol.dropLast().suffix(16)
  let isHexadecimal = hash.allSatisfy {
    isDigit($0) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
  }
  return isHexadecimal && Set(hash).count >= 5 ? symbol : nil
}

/// Removes one underscore from the identifiers of a Rust name in the form before v0. pprof does the
/// same, as it takes the underscore for the end of the length: it reads `6_print` as `5print`.
private func withoutUnderscores(_ symbol: ArraySlice<UInt8>) -> [UInt8] {
  var name = Array(symbol.prefix(3))
  var rest = symbol.dropFirst(3)
  while let length = Int(String(decoding: rest.prefix { isDigit($0) }, as: UTF8.self)) {
    rest = rest.drop { isDigit($0) }
    guard length <= rest.count else { break }
    let identifier = rest.prefix(length)
    let shown =
      length > 1 && identifier.first == UInt8(ascii: "_") ? identifier.dropFirst() : identifier
    name += "\(shown.count)".utf8
    name += shown
    rest = rest.dropFirst(length)
  }
  return name + rest
}

private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

/// `___Z3foov_block_invoke_2` is clang's name for a block in `foo()`.
private func blockInvocation(
  _ name: ArraySlice<UInt8>, _ style: NameStyle, _ room: inout Int
) -> [UInt8]? {
  let mark = "_block_invoke"
  guard let block = lastIndex(of: mark, in: name) else { return nil }
  var rest = name[(block + mark.utf8.count)...]
  if rest.first == UInt8(ascii: "_") { rest = rest.dropFirst() }
  rest = rest.drop { isDigit($0) }
  guard rest.isEmpty || rest.first == UInt8(ascii: "."),
    let text = demangledExactly(name[(name.startIndex + 2)..<block], style, &room)
  else { return nil }
  return Array("invocation function for block in ".utf8) + text
}

private func lastIndex(of text: String, in name: ArraySlice<UInt8>) -> Int? {
  let length = text.utf8.count
  guard name.count >= length else { return nil }
  return (name.startIndex...(name.endIndex - length)).reversed().first {
    name[$0..<($0 + length)].elementsEqual(text.utf8)
  }
}

private func read(
  _ name: ArraySlice<UInt8>, _ form: cdemangle_form, _ room: inout Int
) -> [UInt8]? {
  if room <= 0 { return nil }
  let text = name.map { CChar(bitPattern: $0) } + [0]
  // Most names expand to little more than their own length.
  for capacity in [1 << 12, longestText] {
    var length = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
      length = bytes.withMemoryRebound(to: CChar.self) {
        cdemangle(text, form, $0.baseAddress, capacity)
      }
      count = max(0, length)
    }
    if length == CDEMANGLE_NOT_MANGLED { return nil }
    room -= length > 0 ? length : capacity
    if length >= 0 { return bytes }
  }
  return nil
}
