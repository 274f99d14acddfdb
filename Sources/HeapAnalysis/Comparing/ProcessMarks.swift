import Foundations
package import Ownership
package import ProfileModel

/// What a profile says about the program, the build and the process that wrote it.
///
/// Names and stacks are kept as hashes, which are comparable only within this process.
package struct ProcessMarks: Sendable {
  /// The file name of the program; empty when unknown.
  package let program: String

  let buildID: String

  /// The length of the program's mapping, and its offset in the file.
  let extent: [UInt64]?

  /// By address in the program: its function and line.
  let lines: [UInt64: FunctionLine]

  /// By function: its first line.
  let startLines: [UInt64: Int64]

  /// The user's own functions, and the functions of package `main` except `main` itself.
  let ownFunctions: Set<UInt64>
  let mainFunctions: Set<UInt64>

  /// By stack and block size: what was allocated since the process began. Nil when the profile does
  /// not count that.
  let counters: [UInt64: Int64]?

  struct FunctionLine: Equatable {
    var function: UInt64
    var line: Int64
  }

  private static let seed: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// - Parameter ownership: the profile's.
  /// - Complexity: O(*f*) for *f* frames.
  package init(_ profile: Profile, _ ownership: Ownership) {
    let strings = profile.strings
    let functions = profile.functions
    let main = profile.mappings.first
    let file = main.map { strings[$0.file] } ?? ""
    // `[vdso]` and `//anon` are not programs.
    let isProgram = !file.isEmpty && !file.hasPrefix("[") && !file.hasPrefix("//")
    program = isProgram ? Self.fileName(file) : ""
    buildID = main.map { strings[$0.buildID] } ?? ""
    extent = main.flatMap {
      isProgram && $0.limit > $0.start ? [$0.limit - $0.start, $0.offset] : nil
    }
    let names = functions.names.map { Self.hash(strings[bytesOf: $0]) }

    let used = Self.usedFunctions(of: profile)
    var (own, ofMain): (Set<UInt64>, Set<UInt64>) = ([], [])
    for function in used.indices where used[function] && ownership.blame.isOwn[function] {
      own.insert(names[function])
      let name = strings[functions.names[function]]
      if name.hasPrefix("main."), name != "main.main", !name.hasPrefix("main.init") {
        ofMain.insert(names[function])
      }
    }
    own.remove(Self.hash("main.main".utf8))
    (ownFunctions, mainFunctions) = (own, ofMain)

    var starts: [UInt64: Int64] = [:]
    for function in 0..<functions.count where functions.startLines[function] > 0 {
      let start = functions.startLines[function]
      // A name that two functions share says nothing.
      let known = starts.updateValue(start, forKey: names[function])
      if let known, known != start { starts[names[function]] = -1 }
    }
    startLines = starts

    var lines: [UInt64: FunctionLine] = [:]
    var hashes: [UInt64] = []
    hashes.reserveCapacity(profile.locations.count)
    for location in 0..<profile.locations.count {
      let address = profile.locations.addresses[location]
      let range = profile.locations.lineRange(of: location)
      guard let last = range.last else {
        hashes.append(mixed(address, seed: Self.seed))
        continue
      }
      var hash = UInt64(range.count)
      for line in profile.locations.lines[range] {
        hash = mixed(
          hash ^ names[line.function.index] ^ UInt64(bitPattern: line.line), seed: Self.seed)
      }
      hashes.append(hash)
      let outermost = profile.locations.lines[last]
      let row = profile.locations.mappings[location].index
      guard address != 0, outermost.line > 0, row ?? 0 == 0 else { continue }
      lines[address &- (main?.start ?? 0)] = FunctionLine(
        function: names[outermost.function.index], line: outermost.line)
    }
    self.lines = lines
    counters = Self.counters(profile, hashes)
  }

  /// By function: whether it is on the stack of a sample with a value.
  private static func usedFunctions(of profile: Profile) -> [Bool] {
    var isUsed = [Bool](repeating: false, count: profile.locations.count)
    let samples = profile.samples
    for sample in 0..<samples.count where !samples.hasOnlyZeros(sample) {
      for frame in samples.frames[samples.frameRange(of: sample)] { isUsed[frame.index] = true }
    }
    var functions = [Bool](repeating: false, count: profile.functions.count)
    for location in isUsed.indices where isUsed[location] {
      for line in profile.locations.lines[profile.locations.lineRange(of: location)] {
        functions[line.function.index] = true
      }
    }
    return functions
  }

  private static func counters(_ profile: Profile, _ hashes: [UInt64]) -> [UInt64: Int64]? {
    guard
      let column = profile.column(named: "alloc_space") ?? profile.column(named: "alloc_objects"),
      profile.sampleKind(column) == .sinceStart
    else { return nil }
    let sizeKey = profile.strings.find("bytes")
    let samples = profile.samples
    let values = samples.values[column]
    var result: [UInt64: Int64] = [:]
    for sample in 0..<samples.count where values[sample] != 0 {
      // The profile is a difference: a count is never negative.
      if values[sample] < 0 { return nil }
      let size = sizeKey.flatMap { profile.blockSize(ofSample: sample, key: $0) }
      var hash = UInt64(bitPattern: size ?? 0)
      for frame in samples.frames[samples.frameRange(of: sample)] {
        hash = mixed(hash ^ hashes[frame.index], seed: Self.seed)
      }
      result[hash] = saturatingSum(result[hash] ?? 0, values[sample])
    }
    return result
  }

  private static func hash(_ text: some Sequence<UInt8>) -> UInt64 {
    var hasher = Hasher()
    Array(text).withUnsafeBytes { hasher.combine(bytes: $0) }
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  private static func fileName(_ path: String) -> String {
    let deleted = " (deleted)"
    let plain = path.hasSuffix(deleted) ? path.dropLast(deleted.count) : path[...]
    return plain.split(separator: "/").last.map(String.init) ?? ""
  }
}
