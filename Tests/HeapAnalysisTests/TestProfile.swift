import ProfileModel

/// Builds profiles from stacks written as text.
///
/// A stack is its frames, leaf first, between `<`; a frame is `name@file:line`.
/// Without a file, a frame of the standard library gets the one that its
/// package has (in ``standardRoot``), any other `/src/app/main.go`; without a
/// line it is line 1. `~` before a frame: inlined into the one that follows.
struct TestProfile {
  /// Empty for what -trimpath leaves.
  var standardRoot = "/usr/local/go/src/"
  private(set) var profile = Profile()
  private var functions: [String: FunctionID] = [:]

  init(types: [String] = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]) {
    profile.samples = SampleTable(typeCount: types.count)
    profile.sampleTypes = types.map {
      SampleType(
        name: profile.strings.intern($0),
        unit: profile.strings.intern($0.hasSuffix("objects") ? "count" : "bytes"))
    }
  }

  /// Adds a sample with a value for each type.
  mutating func add(_ stack: String, values: [Int64], size: Int64? = nil) {
    var locations: [LocationID] = []
    var lines: [SourceLine] = []
    for part in stack.split(separator: " < ") {
      var frame = part
      let isInlined = frame.hasPrefix("~")
      if isInlined { frame = frame.dropFirst() }
      lines.append(line(frame))
      if isInlined { continue }
      locations.append(
        profile.locations.append(
          id: UInt64(profile.locations.count + 1), mapping: .none, address: 0, lines: lines))
      lines = []
    }
    let labels = size.map { size in
      [Label.number(profile.strings.intern("bytes"), size, unit: profile.strings.intern("bytes"))]
    }
    profile.samples.append(stack: locations, values: values, labels: labels ?? [])
  }

  /// Adds a sample that was allocated and is gone.
  mutating func add(_ stack: String, bytes: Int64, objects: Int64 = 10_000, size: Int64? = nil) {
    add(stack, values: [objects, bytes, 0, 0], size: size)
  }

  private mutating func line(_ frame: Substring) -> SourceLine {
    // The last `@` outside of a version: files hold `pkg@v1.2.0` as well.
    let parts = frame.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    var file = parts.count > 1 ? String(parts[1]) : defaultFile(of: name)
    var line: Int64 = 1
    if let colon = file.lastIndex(of: ":"), let number = Int64(file[colon...].dropFirst()) {
      line = number
      file = String(file[..<colon])
    }
    let key = name + "@" + file
    if let function = functions[key] { return SourceLine(function: function, line: line) }
    let function = profile.functions.append(
      id: UInt64(functions.count + 1), name: profile.strings.intern(name),
      systemName: profile.strings.intern(name), file: profile.strings.intern(file), startLine: 0)
    functions[key] = function
    return SourceLine(function: function, line: line)
  }

  private func defaultFile(of name: String) -> String {
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

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
