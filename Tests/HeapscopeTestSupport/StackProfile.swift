package import ProfileModel

/// Builds profiles from stacks written as text.
///
/// A stack consists of frames, leaf first, separated by ` < `: `leaf < caller < root`. A frame is
/// `name`, `name@file` or `name@file:line`. A `~` before a frame means that it is inlined into the
/// next one.
package struct StackProfile {
  /// The standard library's folder, for frames without a file; empty as with `-trimpath`.
  ///
  /// With it, a frame without a file gets the file of its package, and one without a line gets line
  /// 1. Nil: such frames have no file, and line 0.
  package var standardRoot: String?
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

  /// Adds a sample with a value for each type.
  package mutating func add(
    _ stack: String, _ values: [Int64], texts: KeyValuePairs<String, String> = [:],
    numbers: KeyValuePairs<String, (Int64, String)> = [:]
  ) {
    var frames: [LocationID] = []
    var lines: [SourceLine] = []
    for frame in stack.split(separator: " < ") {
      let isInlined = frame.hasPrefix("~")
      lines.append(line(isInlined ? frame.dropFirst() : frame))
      if isInlined { continue }
      frames.append(location(lines))
      lines = []
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
    profile.samples.append(stack: frames, values: values, labels: labels)
  }

  private mutating func location(_ lines: [SourceLine]) -> LocationID {
    if let known = locations[lines] { return known }
    let new = profile.locations.append(
      id: UInt64(profile.locations.count) + 1, mapping: .none, address: 0, lines: lines)
    locations[lines] = new
    return new
  }

  private mutating func line(_ frame: Substring) -> SourceLine {
    // At the first `@`, since files may contain `pkg@v1.2.0`.
    let parts = frame.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    var file = parts.count > 1 ? String(parts[1]) : defaultFile(of: name)
    var line: Int64 = standardRoot == nil ? 0 : 1
    if let colon = file.lastIndex(of: ":"), let number = Int64(file[colon...].dropFirst()) {
      line = number
      file = String(file[..<colon])
    }
    let key = name + "@" + file
    if let known = functions[key] { return SourceLine(function: known, line: line) }
    let text = profile.strings.intern(name)
    let new = profile.functions.append(
      id: UInt64(profile.functions.count) + 1, name: text, systemName: text,
      file: profile.strings.intern(file), startLine: 0)
    functions[key] = new
    return SourceLine(function: new, line: line)
  }

  /// The file of a function's package in the standard library, and `/src/app/main.go` for
  /// all other packages.
  private func defaultFile(of name: String) -> String {
    guard let standardRoot else { return "" }
    var plain = ""
    var depth = 0
    for character in name {
      if character == "[" { depth += 1 }
      if depth == 0 { plain.append(character) }
      if character == "]" { depth -= 1 }
    }
    let slash = plain.lastIndex(of: "/") ?? plain.startIndex
    let package = plain[..<(plain[slash...].firstIndex(of: ".") ?? plain.endIndex)]
    if package == "main" || package.contains(".") { return "/src/app/main.go" }
    return standardRoot + package + "/file.go"
  }
}
