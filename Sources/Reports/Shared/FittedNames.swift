extension String {
  /// The name of a function without the path of its module and package, `httpapi.(*API).Get`.
  var withoutModulePath: String {
    // Receivers and type arguments have paths of their own.
    let head = prefix { $0 != "(" && $0 != "[" }
    guard let slash = head.lastIndex(of: "/") else { return self }
    return String(self[index(after: slash)...])
  }

  /// The name of a function in at most so many characters: the path of its module goes first,
  /// then its package, then what else stands in front.
  func fitted(to width: Int) -> String {
    if count <= width { return self }
    let short = withoutModulePath
    if short.count <= width { return short }
    let member = short.firstIndex(of: ".").map { String(short[short.index(after: $0)...]) } ?? short
    if member.count <= width { return member }
    return width > 1 ? "…" + member.suffix(width - 1) : ""
  }
}
