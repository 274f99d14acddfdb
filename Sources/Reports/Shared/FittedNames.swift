extension String {
  /// A function's name without the path of its module and package, `httpapi.(*API).Get`.
  var withoutModulePath: String {
    // Receivers and type arguments contain paths of their own.
    let head = prefix { $0 != "(" && $0 != "[" }
    guard let slash = head.lastIndex(of: "/") else { return self }
    return String(self[index(after: slash)...])
  }

  /// A function's name in at most this many characters: first the path of its module is removed,
  /// then its package, then the middle.
  func fitted(to width: Int) -> String {
    if count <= width { return self }
    let short = withoutModulePath
    if short.count <= width { return short }
    let member = short.firstIndex(of: ".").map { String(short[short.index(after: $0)...]) } ?? short
    return member.shortened(to: width)
  }

  /// The text in at most this many characters, cut in the middle, since its end says more.
  func shortened(to width: Int) -> String {
    guard count > width else { return self }
    guard width > 1 else { return "" }
    let front = (width - 1) / 3
    return prefix(front) + "…" + suffix(width - 1 - front)
  }

  /// The name of a row in at most this many characters, unless the file and line after the
  /// function's name need more: these are never cut.
  func fittedRow(to width: Int) -> String {
    if count <= width { return self }
    guard let blank = lastIndex(of: " "),
      self[blank...].contains("/") || self[blank...].contains(":")
    else { return fitted(to: width) }
    let place = shortPath(String(self[index(after: blank)...]))
    return self[..<blank].description.fitted(to: max(width - place.count - 1, 12)) + " " + place
  }
}

extension [String] {
  /// The parts of a path with separators, in at most this many characters if possible. Parts in the
  /// middle are removed first; the ends stay.
  func joined(by arrow: String = " → ", fittedTo width: Int) -> String {
    if joined(separator: arrow).count <= width || count < 3 { return joined(separator: arrow) }
    // More names have no room, so that deep stacks do not take longer.
    let most = Swift.min(count, 2 * Swift.max(1, Swift.min(width, 400) / (arrow.count + 1)))
    var front = Array(prefix(most / 2))
    var back = Array(suffix(most - front.count))
    while front.count + back.count > 2 {
      if front.count >= back.count { front.removeLast() } else { back.removeFirst() }
      let text = (front + ["…"] + back).joined(separator: arrow)
      if text.count <= width { return text }
    }
    let room = Swift.max(12, (width - 2 * arrow.count - 1) / 2)
    return [front[0].fitted(to: room), "…", back[0].fitted(to: room)].joined(separator: arrow)
  }
}
