import ProfileModel

/// A benchmark's function, as text and stacks name it.
struct GroupKey: Hashable {
  /// Empty when the text names none; then the function's name alone decides.
  var package: String
  var function: String
}

/// Finds the benchmark that a stack belongs to.
struct BenchmarkStacks {
  /// The round of a benchmark that a stack belongs to.
  enum Round {
    /// A measured round: in `launch`, or in a goroutine of RunParallel.
    case measured
    /// The first round, which has one iteration (`run1`).
    case first
    /// In a goroutine that the benchmark started: may be any round.
    case unknown
  }

  /// A line of the benchmark's function, or of a closure in it.
  struct Frame {
    var file: String
    var line: Int64
  }

  private let profile: Profile

  /// By function.
  private let keys: [GroupKey?]
  private let isMeasured: [Bool]
  private let isFirst: [Bool]

  init(_ profile: Profile, known: Set<GroupKey>) {
    self.profile = profile
    let names = profile.functions.names.map { profile.strings[$0] }
    keys = names.map { name in
      guard let (package, function) = Self.benchmark(name) else { return nil }
      let plain = package.hasSuffix("_test") ? String(package.dropLast(5)) : package
      return [
        GroupKey(package: package, function: function),
        GroupKey(package: plain, function: function), GroupKey(package: "", function: function),
      ].first(where: known.contains)
    }
    isMeasured = names.map {
      $0 == "testing.(*B).launch" || $0.hasPrefix("testing.(*B).RunParallel.func")
    }
    isFirst = names.map { $0.hasPrefix("testing.(*B).run1") }
  }

  /// Splits `example.com/shop.BenchmarkX.func1` into `example.com/shop` and `BenchmarkX`.
  private static func benchmark(_ name: String) -> (package: String, function: String)? {
    let slash = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let dot = name[slash...].firstIndex(of: ".") else { return nil }
    let function = name[name.index(after: dot)...].prefix { $0 != "." && $0 != "[" }
    guard function.hasPrefix("Benchmark") else { return nil }
    // For Go `Benchmarkx` is no benchmark.
    if let next = function.dropFirst(9).first, next.isLowercase { return nil }
    return (String(name[..<dot]).replacing("%2e", with: "."), String(function))
  }

  /// - Parameter frames: leaf first.
  /// - Returns: the benchmark with its own lines, leaf first; nil when the stack has none.
  func benchmark(
    of frames: ArraySlice<LocationID>
  ) -> (key: GroupKey, round: Round, lines: [Frame])? {
    var key: GroupKey?
    var round = Round.unknown
    var lines: [SourceLine] = []
    for frame in frames {
      for line in profile.locations.lines[profile.locations.lineRange(of: frame.index)] {
        let function = line.function.index
        if let found = keys[function] {
          if key != found { lines = [] }
          key = found
          lines.append(line)
        } else if isMeasured[function] {
          round = .measured
        } else if isFirst[function] {
          round = .first
        }
      }
    }
    guard let key else { return nil }
    return (
      key, round,
      lines.map {
        Frame(
          file: profile.strings[profile.functions.files[$0.function.index]], line: $0.line)
      }
    )
  }
}
