import HeapAnalysis
package import ProfileModel
package import StackGraph

/// What leads to the functions that match a pattern, and what lies below them.
package struct FocusReport: Sendable {
  /// A function that matches.
  package struct Match: Sendable {
    package var name: StringID
    package var flat: Int64
    package var cum: Int64
  }

  /// A line of the user's code that leads to a match.
  package struct Blame: Sendable {
    package var function: StringID
    package var file: StringID
    package var line: Int64
    package var value: Int64
  }

  package let selection: Selection
  package let patternText: String
  package let profileName: String

  /// By cum, the largest first.
  package private(set) var matches: [Match] = []

  /// Σ of the samples with a match on their stack: pprof's total of `-focus`.
  package private(set) var passed: Int64 = 0
  package private(set) var blame: [Blame] = []

  /// The part of ``passed`` without a frame of the user's.
  package private(set) var unblamed: Int64 = 0

  /// From the match outward, and from it inward.
  package private(set) var callers = NameTree()
  package private(set) var callees = NameTree()

  /// - Complexity: O(*f*) for *f* frames.
  package init(
    _ selection: Selection, pattern: Pattern, patternText: String, module: String? = nil,
    profileName: String = ""
  ) {
    self.selection = selection
    self.patternText = patternText
    self.profileName = profileName
    let profile = selection.profile
    let samples = profile.samples
    let values = selection.values
    let userCode = UserCode(profile, module: module)
    var matcher = NameMatcher(pattern, profile.strings)
    let matching = profile.functions.names.map { matcher.matches($0, in: profile.strings) }

    var flat: [StringID: Int64] = [:]
    var cum: [StringID: Int64] = [:]
    var lines: [BlameKey: Int64] = [:]
    var above: [StringID] = []
    var below: [StringID] = []
    var counted: Set<StringID> = []
    for sample in 0..<samples.count where values[sample] != 0 {
      let value = values[sample]
      let range = samples.frameRange(of: sample)
      above.removeAll(keepingCapacity: true)
      below.removeAll(keepingCapacity: true)
      counted.removeAll(keepingCapacity: true)
      var entry: Int?
      for index in range.reversed() {
        let location = profile.locations.lineRange(of: samples.frames[index].index)
        for line in location.reversed() {
          let function = profile.locations.lines[line].function.index
          let name = profile.functions.names[function]
          if matching[function] {
            if entry == nil { entry = index }
            if counted.insert(name).inserted { cum[name, default: 0] &+= value }
          }
          if entry == nil { above.append(name) } else { below.append(name) }
        }
      }
      guard let entry else { continue }
      passed &+= value
      let leafLines = profile.locations.lineRange(of: samples.frames[range.lowerBound].index)
      if let first = leafLines.first {
        let function = profile.locations.lines[first].function.index
        if matching[function] { flat[profile.functions.names[function], default: 0] &+= value }
      }
      let outer = samples.frames[entry..<range.upperBound]
      if let line = userCode.blamedLine(in: outer, of: profile.locations) {
        let function = line.function.index
        let key = BlameKey(
          function: profile.functions.names[function], file: profile.functions.files[function],
          line: line.line)
        lines[key, default: 0] &+= value
      } else {
        unblamed &+= value
      }
      callers.add(below.prefix(1) + above.reversed(), value)
      callees.add(below[...], value)
    }
    let strings = profile.strings
    matches = cum.map { Match(name: $0.key, flat: flat[$0.key] ?? 0, cum: $0.value) }
      .sorted {
        $0.cum.magnitude == $1.cum.magnitude
          ? strings[$0.name] < strings[$1.name] : $0.cum.magnitude > $1.cum.magnitude
      }
    blame = lines.map {
      Blame(function: $0.key.function, file: $0.key.file, line: $0.key.line, value: $0.value)
    }.sorted {
      ($1.value.magnitude, strings[$0.function], $0.line)
        < ($0.value.magnitude, strings[$1.function], $1.line)
    }
  }

  private struct BlameKey: Hashable {
    var function: StringID
    var file: StringID
    var line: Int64
  }
}

/// Paths of names with what each adds up to.
package struct NameTree: Sendable {
  package struct Node: Sendable {
    package var name: StringID
    package var value: Int64
    package var children: [Int]
  }

  private struct Step: Hashable {
    var parent: Int
    var name: StringID
  }

  package private(set) var nodes: [Node] = []
  package private(set) var roots: [Int] = []

  /// The parent of each node, or -1.
  package private(set) var parents: [Int] = []
  private var steps: [Step: Int] = [:]

  /// Direct recursion counts as one step.
  mutating func add(_ path: some Collection<StringID>, _ value: Int64) {
    var parent = -1
    for name in path {
      if parent >= 0, nodes[parent].name == name { continue }
      let step = Step(parent: parent, name: name)
      let node: Int
      if let known = steps[step] {
        node = known
      } else {
        node = nodes.count
        steps[step] = node
        nodes.append(Node(name: name, value: 0, children: []))
        parents.append(parent)
        if parent < 0 { roots.append(node) } else { nodes[parent].children.append(node) }
      }
      nodes[node].value &+= value
      parent = node
    }
  }

  /// Returns nodes by value, the largest first, without those below a value.
  func sorted(_ list: [Int], atLeast cutoff: Int64, _ strings: StringTable) -> [Int] {
    list.filter { nodes[$0].value.magnitude >= UInt64(max(1, cutoff)) }.sorted {
      let (left, right) = (nodes[$0], nodes[$1])
      return left.value.magnitude == right.value.magnitude
        ? strings[left.name] < strings[right.name]
        : left.value.magnitude > right.value.magnitude
    }
  }
}
