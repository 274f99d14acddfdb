import ProfileModel

/// A function's name as drop_frames, keep_frames and prune_from see it: without
/// a leading dot, cut at the first bracket that opens arguments.
///
/// `(anonymous namespace)` and `operator()` are part of the name
/// (docs/pprof-semantics.md, section 4).
func simplifiedName(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var name = name
  if name.first == UInt8(ascii: ".") { name = name.dropFirst() }
  var index = name.startIndex
  while let bracket = name[index...].firstIndex(of: UInt8(ascii: "(")) {
    let rest = name[bracket...]
    if rest.starts(with: anonymousNamespace) {
      index = bracket + anonymousNamespace.count
    } else if rest.starts(with: emptyArguments),
      name[index..<bracket].suffix(operatorKeyword.count).elementsEqual(operatorKeyword)
    {
      index = bracket + emptyArguments.count
    } else {
      return name[..<bracket]
    }
  }
  return name
}

private let anonymousNamespace = Array("(anonymous namespace)".utf8)
private let operatorKeyword = Array("operator".utf8)
private let emptyArguments = Array("()".utf8)

/// Matches functions by their simplified names, each name only once.
struct SimplifiedNameMatcher {
  private let pattern: Pattern
  private var known: [StringID: Bool] = [:]

  init(_ pattern: Pattern) { self.pattern = pattern }

  /// Unnamed functions never match.
  mutating func matches(_ function: FunctionID, in profile: Profile) -> Bool {
    let name = profile.functions.names[function.index]
    if name == .empty { return false }
    if let known = known[name] { return known }
    let text = simplifiedName(profile.strings[bytesOf: name])
    let matched = text.withUnsafeBufferPointer { pattern.matches($0) }
    known[name] = matched
    return matched
  }
}
