package import ProfileModel

/// Builds small profiles from stacks written as text.
///
/// A stack is its frames, root first, between blanks; a frame is `name`,
/// `name@file` or `name@file:line`. `~` before a frame: it is inlined into the
/// one before it.
package struct StackProfile {
  package private(set) var profile = Profile()
  private var functions: [String: FunctionID] = [:]
  private var locations: [[SourceLine]: LocationID] = [:]

  /// - Parameter types: `name/unit` each.
  package init(types: [String] = ["inuse_space/bytes"]) {
    profile.samples = SampleTable(typeCount: types.count)
    profile.sampleTypes = types.map { text in
      let parts = text.split(separator: "/")
      return SampleType(
        name: profile.strings.intern(String(parts[0])),
        unit: profile.strings.intern(String(parts[1])))
    }
    profile.periodType = SampleType(name: .empty, unit: .empty)
  }

  /// A profile of one sample type from stacks and their values.
  package static func inBytes(_ stacks: KeyValuePairs<String, Int64>) -> Profile {
    var builder = StackProfile()
    for (stack, value) in stacks { builder.add(stack, [value]) }
    return builder.profile
  }

  package mutating func add(
    _ stack: String, _ values: [Int64], texts: KeyValuePairs<String, String> = [:],
    numbers: KeyValuePairs<String, (Int64, String)> = [:]
  ) {
    var frames: [[SourceLine]] = []
    for part in stack.split(separator: " ") {
      if part.hasPrefix("~"), !frames.isEmpty {
        frames[frames.count - 1].insert(line(part.dropFirst()), at: 0)
      } else {
        frames.append([line(part)])
      }
    }
    var labels: [Label] = []
    for (key, text) in texts {
      labels.append(.text(profile.strings.intern(key), profile.strings.intern(text)))
    }
    for (key, number) in numbers {
      labels.append(
        .number(
          profile.strings.intern(key), number.0, unit: profile.strings.intern(number.1)))
    }
    let stackIDs = frames.reversed().map { location($0) }
    profile.samples.append(stack: stackIDs, values: values, labels: labels)
  }

  private mutating func location(_ lines: [SourceLine]) -> LocationID {
    if let known = locations[lines] { return known }
    let new = profile.locations.append(
      id: UInt64(profile.locations.count) + 1, mapping: .none, address: 0, lines: lines)
    locations[lines] = new
    return new
  }

  private mutating func line(_ frame: Substring) -> SourceLine {
    let parts = frame.split(separator: "@", maxSplits: 1)
    var file = parts.count > 1 ? parts[1] : ""
    var number: Int64 = 0
    if let colon = file.lastIndex(of: ":"), let line = Int64(file[file.index(after: colon)...]) {
      number = line
      file = file[..<colon]
    }
    let key = "\(parts[0])@\(file)"
    if let known = functions[key] { return SourceLine(function: known, line: number) }
    let name = profile.strings.intern(String(parts[0]))
    let new = profile.functions.append(
      id: UInt64(profile.functions.count) + 1, name: name, systemName: name,
      file: profile.strings.intern(String(file)), startLine: 0)
    functions[key] = new
    return SourceLine(function: new, line: number)
  }
}
