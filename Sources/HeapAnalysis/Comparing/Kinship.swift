/// Whether one program, build or process wrote two profiles: the one rule for all commands that
/// compare.
package struct Kinship: Sendable, Equatable {
  /// One program wrote both, judging by file and function names.
  package let isOneProgram: Bool

  /// One build wrote both; nil when unknown.
  package let isOneBuild: Bool?

  /// One process wrote both; nil when unknown.
  package let isOneProcess: Bool?

  /// Growth per second has a meaning: the profiles are not known to be of different processes.
  package var hasRates: Bool { isOneProcess != false }

  /// - Parameters:
  ///   - before: the marks of the earlier profile.
  ///   - after: those of the later one.
  package init(_ before: ProcessMarks, _ after: ProcessMarks) {
    let neverFall = Self.neverFall(before.counters, after.counters)
    if !before.buildID.isEmpty, !after.buildID.isEmpty {
      isOneBuild = before.buildID == after.buildID
    } else if Self.showsTwoBuilds(before, after) {
      isOneBuild = false
    } else {
      isOneBuild = neverFall == true ? true : nil
    }
    isOneProcess = isOneBuild == false ? false : neverFall
    isOneProgram = isOneBuild == true || Self.isOneProgram(before, after)
  }

  /// Within one process the counts of allocations never fall. Nil when the profiles do not count
  /// them.
  private static func neverFall(_ before: [UInt64: Int64]?, _ after: [UInt64: Int64]?) -> Bool? {
    guard let before, let after, !before.isEmpty else { return nil }
    return before.allSatisfy { after[$0.key] ?? 0 >= $0.value }
  }

  /// Compares what is the same in all profiles of one build, for profiles without build ids: the
  /// program's mapping, where functions begin, and which line lies at an address.
  private static func showsTwoBuilds(_ before: ProcessMarks, _ after: ProcessMarks) -> Bool {
    if let old = before.extent, let new = after.extent, old != new { return true }
    for (function, line) in before.startLines where line > 0 {
      if let other = after.startLines[function], other > 0, other != line { return true }
    }
    let moved = before.lines.contains { address, line in
      // Text forms spell the names of generic functions differently, so names alone do not count.
      after.lines[address].map { $0.function == line.function && $0.line != line.line } ?? false
    }
    return moved || haveMoved(before.ownFunctions.intersection(after.ownFunctions), before, after)
  }

  /// Whether all of some functions have other addresses.
  private static func haveMoved(
    _ functions: Set<UInt64>, _ before: ProcessMarks, _ after: ProcessMarks
  ) -> Bool {
    func found(_ marks: ProcessMarks) -> Set<UInt64> {
      Set(marks.lines.values.lazy.map(\.function).filter(functions.contains))
    }
    let both = found(before).intersection(found(after))
    let stayed = before.lines.contains { address, line in
      both.contains(line.function) && after.lines[address]?.function == line.function
    }
    return both.count > 1 && !stayed
  }

  /// This share of common own functions makes two profiles one program's.
  private static let enoughInCommon = 0.5

  /// A smaller share means another program, even if its file has the same name.
  private static let hardlyAny = 0.1

  private static func isOneProgram(_ before: ProcessMarks, _ after: ProcessMarks) -> Bool {
    /// The share of the smaller set that is in the other; nil when the sets are too small to say.
    func common(_ left: Set<UInt64>, _ right: Set<UInt64>, atLeast least: Int) -> Double? {
      let fewest = min(left.count, right.count)
      if fewest < least { return nil }
      return Double(left.intersection(right).count) / Double(fewest)
    }
    let own = common(before.ownFunctions, after.ownFunctions, atLeast: 2)
    let haveNames = !before.program.isEmpty && !after.program.isEmpty
    guard haveNames, before.program != after.program else {
      return own ?? 1 >= hardlyAny
    }
    // Renamed, as in `shop-v2`, or another command of the same module?
    let ofMain = common(before.mainFunctions, after.mainFunctions, atLeast: 1)
    return ofMain ?? own ?? 0 >= enoughInCommon
  }
}
