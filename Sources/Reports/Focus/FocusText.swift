import Foundations
package import ProfileModel
import StackGraph

extension FocusReport {
  /// Returns the report for a screen.
  ///
  /// - Parameter all: the profile before selection, to say what exists when nothing matched.
  package func text(_ style: TextStyle, all: Profile) -> TextOutput {
    var output = TextOutput()
    if matches.isEmpty {
      writeNothingFound(style, all, to: &output)
      return output.laidOut(style)
    }
    let strings = selection.profile.strings
    let total = selection.total
    let measure = selection.profile.measure(ofColumn: selection.column)
    let gaps = selection.gaps
    func size(_ value: Int64, isBound: Bool = false) -> String {
      figureText(value, isBound: isBound).rightAligned(to: 10)
    }
    func percent(_ value: Int64, of whole: Int64, isBound: Bool = false) -> String {
      shareText(value, of: whole, isBound: isBound, style)
    }
    /// If stacks were cut, callers may have more, unless it is the whole already.
    func isBound(_ value: Int64) -> Bool { gaps.cut > 0 && value != total }
    output.line(
      style.marked("FOCUS \(shown(patternText))", .heading)
        + "  by \(sampleTypeText(selection.sampleType)), \(shown(profileName))")
    let isPassedBound = isBound(passed)
    if selection.sum.lost < 0 {
      output.line(
        "\(passed > 0 ? "+" : "")\(figureText(passed)) net, of \(selection.sum.text { figureText($0) }), pass through what "
          + "matches; shares are of gains and losses added up.")
    } else {
      let share = total == 0 ? 0 : Double(passed) / Double(total)
      output.line(
        "\(figureText(passed, isBound: isPassedBound)) of \(figureText(total))"
          + " (\(isPassedBound ? "≥" : "")\(percentText(share))) pass through what matches.")
    }
    if let text = gaps.text(measure) { output.line(text) }

    output.line()
    output.line(style.marked("      flat  flat%        cum   cum%  matched", .heading))
    for match in matches.prefix(8) {
      let name = strings[bytesOf: match.name]
      output.line(
        size(match.flat) + " " + percent(match.flat, of: total) + " "
          + size(match.cum, isBound: isBound(match.cum)) + " "
          + percent(match.cum, of: total, isBound: isBound(match.cum)) + "  "
          + style.colored(
            style.name(name).fittedRow(to: max(24, style.width - Self.matchWidth)), name))
    }
    if matches.count > 8 {
      output.line(style.marked("  and \(matches.count - 8) more functions", .faint))
    }

    output.line()
    output.line(style.marked("YOUR LINES THAT LEAD THERE", .heading))
    for line in blame.prefix(6) {
      let isBound = isBound(line.value)
      output.line(
        size(line.value, isBound: isBound) + " "
          + percent(line.value, of: passedMagnitude, isBound: isBound) + "  "
          + placeText(strings[bytesOf: line.file], line.line) + "  "
          + style.ownName(strings[selection.plainName(line.function)]))
    }
    if blame.count > 6 {
      let rest = blame.dropFirst(6).reduce(0) { $0 &+ $1.value }
      output.line(
        size(rest) + " " + percent(rest, of: passedMagnitude)
          + style.marked("  \(blame.count - 6) more lines", .faint))
    }
    if unblamed != 0 {
      output.line(
        size(unblamed) + " " + percent(unblamed, of: passedMagnitude)
          + style.marked("  stacks without a frame of yours", .faint))
    }

    let cutoff = Int64(clamping: Double(passedMagnitude) * 0.02)
    let trees = concurrently([callers, callees]) { $0.tree(atLeast: cutoff) }
    for (title, tree) in zip(["CALLERS, outward", "CALLEES, inward"], trees) {
      output.line()
      output.line(style.marked(title, .heading))
      let isOutward = title.hasPrefix("CALLERS")
      write(
        tree, atLeast: cutoff, isBound: isOutward ? isBound : { _ in false }, style, to: &output)
    }

    output.line()
    output.line(
      style.marked("NEXT", .heading) + "  ".unbroken
        + nextStep(callers: trees[0], atLeast: cutoff, style).unbroken)
    return output.laidOut(style)
  }

  /// The width before the names of what matched.
  private static let matchWidth = 38

  /// Writes the largest branches, with chains on one line, using at most this many lines.
  private func write(
    _ tree: NameTree, atLeast cutoff: Int64, isBound: (Int64) -> Bool, _ style: TextStyle,
    to output: inout TextOutput
  ) {
    let strings = selection.profile.strings
    var remaining = 14
    var stack = tree.sorted(tree.roots, atLeast: cutoff, strings).reversed().map { ($0, 0) }
    while let (node, depth) = stack.popLast(), remaining > 0 {
      var names: [String] = []
      var isOwn: [Bool] = []
      var last = node
      // A chain with a constant value is one line, as far as it fits.
      while true {
        let name = strings[bytesOf: tree.name(of: last)]
        names.append(style.name(name))
        isOwn.append(style.usesColor && style.own.contains(name))
        if let cycle = tree.cycle(at: last) {
          mark(cycle, in: &names)
          // Of several functions in brackets none is told apart.
          if names.count < isOwn.count {
            isOwn.removeLast(isOwn.count - names.count + 1)
            isOwn.append(false)
          }
        }
        guard let child = tree.onlyChild(of: last), tree.values[child] == tree.values[last] else {
          break
        }
        last = child
      }
      let children = tree.sorted(tree.children(of: last), atLeast: cutoff, strings)
      let value = tree.values[node]
      let indent = String(repeating: "  ", count: min(depth, 16))
      let text = Self.colored(
        chain(names, width: max(24, style.width - 19 - indent.count)), isOwn, style)
      output.line(
        figureText(value, isBound: isBound(value)).rightAligned(to: 10) + " "
          + shareText(value, of: passedMagnitude, isBound: isBound(value), style) + "  " + indent
          + text.joined(separator: Self.arrow))
      remaining -= 1
      stack += children.reversed().map { ($0, depth + 1) }
    }
    if !stack.isEmpty { output.line(style.marked("                   …", .faint)) }
  }

  /// A value with its unit.
  ///
  /// - Parameter isBound: the true value may be larger.
  private func figureText(_ value: Int64, isBound: Bool = false) -> String {
    (isBound ? "≥" : "") + ScaledValue(value, from: selection.unit, to: "auto").text
  }

  private func shareText(
    _ value: Int64, of whole: Int64, isBound: Bool, _ style: TextStyle
  ) -> String {
    let share = whole == 0 ? 0 : Double(value.magnitude) / Double(whole)
    let text = (isBound && share < 0.9995 ? "≥" : "") + percentText(share)
    return style.share(text.rightAligned(to: 6), share)
  }

  /// The names of a chain, with both ends, however short. The first step is always shown: it is the
  /// caller or callee.
  ///
  /// - Returns: the names, as they are shown; in the place of those left out a `…`.
  private func chain(_ names: [String], width: Int) -> [String] {
    guard names.count > 1 else { return [names[0].fitted(to: width)] }
    let arrow = Self.arrow
    let more = names.count > 2 ? 4 : 0
    func fits(_ start: [String]) -> Bool {
      start[0].count + arrow.count + start[1].count + more <= width
    }
    var start = Array(names.prefix(2))
    for shorter in [
      [names[0].withoutModulePath, names[1]],
      [names[0].withoutModulePath, names[1].withoutModulePath],
    ] where !fits(start) {
      start = shorter
    }
    if !fits(start) {
      let room = max(12, (width - arrow.count - more) / 2)
      start = names.prefix(2).map { $0.fitted(to: room) }
    }
    let rest = names.dropFirst(2)
    // From the end, as many as fit.
    var used = start[0].count + arrow.count + start[1].count
    var end = 0
    for name in rest.reversed() {
      used += arrow.count + name.count
      let isAll = end + 1 == rest.count
      if used + (isAll ? 0 : arrow.count + 1) > width { break }
      end += 1
    }
    return start + (end < rest.count ? ["…"] : []) + rest.suffix(end)
  }

  private static let arrow = " → "

  /// The names that a chain shows, the user's own in colour.
  ///
  /// - Parameter isOwn: by name of the whole chain.
  private static func colored(
    _ shown: [String], _ isOwn: [Bool], _ style: TextStyle
  ) -> [String] {
    // Names are left out behind the second.
    let left = isOwn.count - shown.count
    return shown.enumerated().map { place, name in
      if name == "…" { return name }
      return isOwn[place < 2 ? place : place + left] ? style.marked(name, .user) : name
    }
  }

  /// A function to look at next: often the line to blame is the one that was asked for.
  private func nextFunction(_ callers: NameTree, atLeast cutoff: Int64) -> StringID? {
    let known = Set(matches.map(\.name))
    if let line = blame.first(where: { !known.contains($0.function) }) { return line.function }
    let strings = selection.profile.strings
    var rows = callers.roots
    while let row = callers.sorted(rows, atLeast: cutoff, strings).first {
      let name = callers.name(of: row)
      let isRuntime = strings[bytesOf: name].starts(with: "runtime.".utf8)
      if !known.contains(name) { return isRuntime ? nil : name }
      rows = callers.children(of: row)
    }
    return nil
  }

  /// Puts brackets around the names of a cycle, the last ones.
  private func mark(_ cycle: (nameCount: Int, rounds: Int), in names: inout [String]) {
    let times = " x\(cycle.rounds) at most"
    if cycle.nameCount == 1 {
      names[names.count - 1] += times
    } else if cycle.nameCount <= names.count {
      let round = names.suffix(cycle.nameCount).joined(separator: " → ")
      names.removeLast(cycle.nameCount)
      names.append("(\(round))\(times)")
    } else {
      names[names.count - 1] += " (the last of \(cycle.nameCount)\(times))"
    }
  }

  /// One command that shows more, other than the one that made this report.
  private func nextStep(callers: NameTree, atLeast cutoff: Int64, _ style: TextStyle) -> String {
    let strings = selection.profile.strings
    func name(_ id: StringID) -> String { style.name(strings[bytesOf: selection.plainName(id)]) }
    if let function = nextFunction(callers, atLeast: cutoff) {
      return "heapscope focus '\(name(function))'"
    }
    // Nobody calls it: its own lines say more.
    return "heapscope list '\(name(matches[0].name))'"
  }

  // MARK: No match

  private func writeNothingFound(
    _ style: TextStyle, _ all: Profile, to output: inout TextOutput
  ) {
    output.line(
      style.marked("No function matches '\(shown(patternText))'", .heading)
        + " on a stack with \(sampleTypeText(selection.sampleType)).")
    let gaps = selection.gaps
    if let text = gaps.text(all.measure(ofColumn: selection.column)) { output.line(text) }
    let names = nearestNames(to: patternText, in: all)
    if !names.isEmpty {
      output.line()
      output.line(style.marked("NEAREST NAMES", .heading))
      for name in names { output.line("  " + shown(name)) }
    }
    output.line()
    output.line(style.marked("SAMPLE TYPES", .heading))
    for column in all.sampleTypes.indices {
      let sum = all.magnitude(ofColumn: column) ?? .max
      let unit = all.strings[all.sampleTypes[column].unit]
      let text =
        sum == 0
        ? "no data"
        : all.signedSum(ofColumn: column).text { ScaledValue($0, from: unit, to: "auto").text }
      output.line("  " + sampleTypeText(all.sampleTypeName(column)).padded(to: 16) + " " + text)
    }
  }
}

/// Returns the function names that share the most trigrams with a text.
func nearestNames(to text: String, in profile: Profile, count: Int = 5) -> [String] {
  func triples(_ text: String) -> Set<[UInt8]> {
    let bytes = Array(text.lowercased().utf8.filter { $0 > 0x2f })
    guard bytes.count >= 2 else { return [bytes] }
    let size = min(3, bytes.count)
    return Set((0...bytes.count - size).map { Array(bytes[$0..<$0 + size]) })
  }
  let wanted = triples(text)
  var scores: [(score: Double, name: String)] = []
  for id in Set(profile.functions.names) {
    let bytes = profile.strings[bytesOf: id]
    // A name of a megabyte is no typing mistake.
    if bytes.isEmpty || bytes.count > 512 { continue }
    let name = profile.strings[id]
    let found = triples(name)
    let common = Double(found.intersection(wanted).count)
    if common == 0 { continue }
    scores.append((common / Double(wanted.count) + common / Double(found.count) * 0.5, name))
  }
  return scores.sorted { ($1.score, $0.name) < ($0.score, $1.name) }.prefix(count).map(\.name)
}
