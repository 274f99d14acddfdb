import Glibc
import ProfileModel

/// How names that compilers mangled are shown, as with pprof's `-symbolize=demangle=…`.
package struct NameDemangling: Sendable {
  /// Nil leaves names as they are.
  package var style: NameStyle?

  /// Starts from the mangled name even if the profile has both. pprof does so when a style is
  /// requested.
  package var replacesNames = false

  /// Also removes parameters and template arguments from C++ names that are already demangled.
  /// pprof always does. Here it is done only when a style is requested: a name that somebody made
  /// readable stays as it is, and may be of another language.
  package var cutsPlainNames = false

  package init(
    style: NameStyle? = .short, replacesNames: Bool = false, cutsPlainNames: Bool = false
  ) {
    self.style = style
    self.replacesNames = replacesNames
    self.cutsPlainNames = cutsPlainNames
  }
}

extension Profile {
  /// Gives functions the names that their mangled ones stand for, as pprof does.
  ///
  /// A function whose name differs from its system name was demangled before. One without a name
  /// stays without, unless a style is requested: reports made with `-symbolize=none` show its
  /// address or mapping.
  mutating func demangle(_ demangling: NameDemangling) {
    if demangling.replacesNames {
      for row in functions.names.indices
      where functions.names[row] != .empty && functions.systemNames[row] != .empty {
        functions.names[row] = functions.systemNames[row]
      }
    }
    guard let style = demangling.style else { return }
    let cutsPlainNames = demangling.cutsPlainNames && strings.holdsCXX
    var known: [StringID: StringID] = [:]
    var room = (64 << 20) + 16 * strings.bytes.count
    for row in functions.names.indices {
      let mangled = functions.systemNames[row]
      let name = functions.names[row]
      guard name == mangled || name == .empty && demangling.cutsPlainNames else { continue }
      let text = strings[bytesOf: mangled]
      guard cutsPlainNames || mayBeMangled(text) else {
        functions.names[row] = mangled
        continue
      }
      if let shown = known[mangled] {
        functions.names[row] = shown
        continue
      }
      let shown =
        demangled(text, style, room: &room)
        ?? (cutsPlainNames ? withoutArguments(text, style) : nil)
      let id = shown.map { strings.intern($0) } ?? mangled
      known[mangled] = id
      functions.names[row] = id
    }
  }
}

extension StringTable {
  /// Whether any text contains characters of demangled C++ or Rust names.
  fileprivate var holdsCXX: Bool {
    let all = bytes[...]
    return all.holds("<") || all.holds(">") || all.holds("::") || all.holds("operator ")
  }
}

/// Returns a fully demangled C++ name without its parameters and template arguments, as pprof shows
/// it; nil when nothing is to be removed.
///
/// pprof treats every name with a bracket as C++, and so mutilates Go's names, `<lambda>` and
/// Rust's `<T as Trait>::f`. Those stay whole here.
private func withoutArguments(_ name: ArraySlice<UInt8>, _ style: NameStyle) -> [UInt8]? {
  guard style != .full, looksLikeCXX(name) else { return nil }
  var cut = without(UInt8(ascii: "("), UInt8(ascii: ")"), name)
  if style == .short { cut = without(UInt8(ascii: "<"), UInt8(ascii: ">"), cut[...]) }
  let isName = cut.contains { $0 != UInt8(ascii: " ") } && !cut.starts(with: "::".utf8)
  return isName && cut.count < name.count ? cut : nil
}

private func looksLikeCXX(_ name: ArraySlice<UInt8>) -> Bool {
  // Java's `List.<init>`, Go's `pkg.(*T[...]).F`.
  if name.holds(".<") || name.holds("]).") { return false }
  let head = name.prefix { $0 != UInt8(ascii: "[") }
  let isQualified = head.holds("::")
  // Go's type arguments may be anything, but follow a package: `pkg.F[go.shape.int]`.
  if head.count < name.count, head.holds("."), !isQualified { return false }
  if isQualified || name.holds("::") { return true }
  // Go's `chan<- int`, in the name of an unnamed type.
  if name.holds("<-") { return false }
  return name.holds("<") || name.holds(">") || name.holds("[") && name.holds("operator ")
}

/// Removes outermost brackets and everything between them, up to a bracket without a partner.
private func without(_ start: UInt8, _ end: UInt8, _ name: ArraySlice<UInt8>) -> [UInt8] {
  var result: [UInt8] = []
  var depth = 0
  var outermost = name.startIndex
  for index in name.indices {
    let byte = name[index]
    if byte == start {
      if depth == 0 { outermost = index }
      depth += 1
    } else if byte == end {
      if depth == 0 { return result + name[index...] }
      depth -= 1
    } else if depth == 0 {
      result.append(byte)
    }
  }
  return depth == 0 ? result : result + name[outermost...]
}

extension ArraySlice<UInt8> {
  fileprivate func holds(_ text: StaticString) -> Bool {
    withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return false }
      let length = text.utf8CodeUnitCount
      var index = 0
      while index + length <= bytes.count,
        let found = memchr(
          start + index, Int32(text.utf8Start[0]), bytes.count - length + 1 - index)
      {
        if memcmp(found, text.utf8Start, length) == 0 { return true }
        index = UnsafeRawPointer(found) - start + 1
      }
      return false
    }
  }
}
