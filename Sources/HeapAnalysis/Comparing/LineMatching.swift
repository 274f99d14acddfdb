import Foundations
package import ProfileModel

/// Finds which line of a later build each line of an earlier build became.
///
/// Functions are matched by name, and their lines by order. Lines inserted or removed above move
/// the whole function; changes within it move the lines after them.
package struct LineMatching: Sendable {
  /// A place in the source.
  package struct Place: Hashable, Sendable {
    package var file: String
    package var line: Int64

    package init(file: String, line: Int64) {
      self.file = file
      self.line = line
    }
  }

  /// By line of the later build: where it stood in the earlier build, if elsewhere.
  private var moved: [Line: Place] = [:]

  private struct Line: Hashable {
    var function: String
    var fileName: Substring
    var line: Int64
  }

  /// By function and file of the earlier build.
  private var files: [FunctionKey: String] = [:]
  private var lines: [FunctionKey: [Int64: Int64]] = [:]

  private struct FunctionKey: Hashable {
    var name: String
    var file: String
  }

  /// The lines of a function that occur in profiles.
  private struct UsedLines {
    var start: Int64 = 0
    var lines: [Int64: Set<String>] = [:]

    mutating func add(_ line: Int64, _ callees: [String], start: Int64) {
      if start > 0 { self.start = start }
      lines[line, default: []].formUnion(callees)
    }
  }

  /// Nothing has moved.
  package init() {}

  /// - Parameters:
  ///   - before: profiles of the earlier build.
  ///   - after: profiles of the later one.
  package init(before: [Profile], after: [Profile]) {
    let old = Self.functions(of: before)
    let new = Self.functions(of: after)
    for (name, files) in old {
      guard var later = new[name] else { continue }
      // Each file of the later build matches one file of the earlier build; a file of the same name
      // goes first.
      let ordered = files.sorted {
        (later[$0.key] == nil ? 1 : 0, $0.key) < (later[$1.key] == nil ? 1 : 0, $1.key)
      }
      for (file, used) in ordered {
        guard let other = Self.counterpart(of: file, among: later, isOnly: files.count == 1),
          let laterUsed = later.removeValue(forKey: other)
        else { continue }
        match(FunctionKey(name: name, file: file), used, other, laterUsed)
      }
    }
  }

  private mutating func match(
    _ key: FunctionKey, _ used: UsedLines, _ file: String, _ later: UsedLines
  ) {
    files[key] = file
    let shift = used.start > 0 && later.start > 0 ? later.start - used.start : nil
    let pairs = LineAlignment(
      before: used.lines.keys.sorted(), after: later.lines.keys.sorted(), shift: shift,
      isAlike: { used.lines[$0] == later.lines[$1] }
    ).pairs
    for (line, other) in pairs {
      lines[key, default: [:]][line] = other
      if line != other || shortName(key.file) != shortName(file) {
        let moved = Line(function: key.name, fileName: shortName(file), line: other)
        self.moved[moved] = Place(file: key.file, line: line)
      }
    }
  }

  /// Where a line of the later build stood in the earlier one; nil when it has not moved or is new.
  package func earlierPlace(function: String, file: String, line: Int64) -> Place? {
    moved[Line(function: function, fileName: shortName(file), line: line)]
  }

  /// The file that has the function in the later build: the one of the same name, or the only one.
  private static func counterpart(
    of file: String, among later: [String: UsedLines], isOnly: Bool
  ) -> String? {
    if later[file] != nil { return file }
    let alike = later.keys.filter { shortName($0) == shortName(file) }
    if alike.count == 1 { return alike[0] }
    return isOnly && later.count == 1 ? later.keys.first : nil
  }

  /// By name and file.
  private static func functions(of profiles: [Profile]) -> [String: [String: UsedLines]] {
    var result: [String: [String: UsedLines]] = [:]
    for profile in profiles {
      let names = profile.functions.names.map { profile.strings[$0] }
      let files = profile.functions.files.map { profile.strings[$0] }
      let callees = Callees(profile)
      for (row, line) in profile.locations.lines.enumerated() where line.line > 0 {
        let function = line.function.index
        // In place: a copy of the function's lines for each line would take quadratic time.
        result[names[function], default: [:]][files[function], default: UsedLines()].add(
          line.line, callees.functions(of: row).map { names[$0] },
          start: profile.functions.startLines[function])
      }
    }
    return result
  }

  /// Returns a profile of the earlier build with the files and lines of the later one.
  ///
  /// Addresses are dropped: they mean nothing in another build.
  package func translated(_ profile: Profile) -> Profile {
    var result = profile.withoutAddresses()
    var lines: [[Int64: Int64]?] = []
    for function in 0..<profile.functions.count {
      let key = FunctionKey(
        name: profile.strings[profile.functions.names[function]],
        file: profile.strings[profile.functions.files[function]])
      lines.append(self.lines[key])
      if let file = files[key] { result.functions.files[function] = result.strings.intern(file) }
    }
    for row in result.locations.lines.indices {
      let line = result.locations.lines[row]
      guard let other = lines[line.function.index]?[line.line] else { continue }
      result.locations.lines[row].line = other
    }
    return result
  }
}

extension Profile {
  /// Rows by address would separate equal lines of two builds, and mix up others.
  package func withoutAddresses() -> Profile {
    var result = self
    for row in 0..<result.locations.count { result.locations.addresses[row] = 0 }
    return result
  }
}

/// The functions that each line of a profile calls.
private struct Callees {
  /// By line of the profile.
  private var sets: [Set<Int32>]

  init(_ profile: Profile) {
    let locations = profile.locations
    sets = [Set<Int32>](repeating: [], count: locations.lines.count)
    for location in 0..<locations.count {
      for row in locations.lineRange(of: location).dropFirst() {
        sets[row].insert(Int32(locations.lines[row - 1].function.index))
      }
    }
    // Most pairs of frames recur on many stacks.
    var seen = NumberRows()
    let samples = profile.samples
    for sample in 0..<samples.count {
      var callee: Int?
      for frame in samples.frames[samples.frameRange(of: sample)] {
        defer { callee = frame.index }
        guard let callee else { continue }
        let count = seen.count
        let pair = UInt64(callee) << 32 | UInt64(frame.index)
        if seen.row(pair) < count { continue }
        guard let line = locations.lineRange(of: callee).last,
          let caller = locations.lineRange(of: frame.index).first
        else { continue }
        sets[caller].insert(Int32(locations.lines[line].function.index))
      }
    }
  }

  func functions(of line: Int) -> [Int] { sets[line].map { Int($0) } }
}

private func shortName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
