/// The shape of a generated profile. The defaults follow heap profiles of large Go services.
struct ProfileShape {
  var samples: Int
  var seed: UInt64 = 1

  /// Mappings, locations, functions and texts before the samples, or after them.
  var tablesFirst = false
  var meanDepth = 40
  var traits: Set<Trait> = []

  /// Properties that make a profile harder than those of most services.
  enum Trait: String, CaseIterable {
    /// 60,000 functions, all of which occur.
    case functions

    /// The samples in random order, as from Go's hash table.
    case shuffled

    /// Stacks that share few outer frames with others.
    case distinct

    /// Functions that call themselves, directly or through others.
    case recursive

    /// Up to nine labels per sample, with many values.
    case labels
  }

  /// Reads traits joined by `+`; `service` means none, `hard` means all.
  static func traits(_ text: String) -> Set<Trait>? {
    switch text {
    case "service": return []
    case "hard": return Set(Trait.allCases)
    default:
      let traits = text.split(separator: "+").map { Trait(rawValue: String($0)) }
      return traits.contains(nil) || traits.isEmpty ? nil : Set(traits.compactMap { $0 })
    }
  }

  /// What ``traits(_:)`` reads.
  var name: String {
    switch traits.count {
    case 0: "service"
    case Trait.allCases.count: "hard"
    default: Trait.allCases.filter(traits.contains).map(\.rawValue).joined(separator: "+")
    }
  }

  /// A small program has few functions; for large ones the number is capped.
  var functions: Int {
    traits.contains(.functions) ? 60_000 : min(50_000, max(150, samples / 10))
  }

  var fileName: String {
    let name = traits.isEmpty ? "" : "-" + name
    return "heap-\(samples)\(name)\(tablesFirst ? "-tables-first" : "").\(Self.version).pb.gz"
  }

  /// Incremented when the same shape gives a different file.
  private static let version = 1
}

/// A function of the profile's program, and its call sites.
struct MadeFunction {
  var name: String
  var file: String
  var startLine: Int

  /// Rows of locations whose outermost line is in this function.
  var sites: [Int] = []
}

/// An instruction: its lines leaf first, as rows of functions and line numbers.
struct MadeLocation {
  var lines: [(function: Int, line: Int)]
}

/// A made-up program: functions, call sites, and which function calls which.
///
/// A function calls only a few others, so stacks share prefixes and every function occurs in few
/// contexts. A third of the stacks end in the chains of the standard library that are common in
/// heap profiles.
struct MadeProgram {
  private(set) var functions: [MadeFunction] = []
  private(set) var locations: [MadeLocation] = []

  /// Rows of functions: those of the program itself, then the chains below them, caller first.
  private let ownCount: Int
  private let traits: Set<ProfileShape.Trait>
  private var chains: [[Int]] = []

  init(_ shape: ProfileShape, _ random: inout SeededGenerator) {
    ownCount = shape.functions
    traits = shape.traits
    for row in 0..<ownCount { functions.append(Self.ownFunction(row, &random)) }
    var rows: [String: Int] = [:]
    for chain in Self.libraryChains {
      chains.append(
        chain.map { name in
          if let row = rows[name] { return row }
          rows[name] = functions.count
          functions.append(Self.libraryFunction(name, &random))
          return functions.count - 1
        })
    }
    for row in functions.indices {
      for _ in 0..<(1 + random.below(4)) { addSite(row, &random) }
    }
  }

  /// A call site; one in five has functions inlined into it.
  private mutating func addSite(_ row: Int, _ random: inout SeededGenerator) {
    var lines: [(function: Int, line: Int)] = []
    if row < ownCount, random.chance(20) {
      for _ in 0...random.skewed(3) {
        lines.append((random.below(ownCount), 1 + random.below(900)))
      }
    }
    lines.append((row, functions[row].startLine + random.below(80)))
    functions[row].sites.append(locations.count)
    locations.append(MadeLocation(lines: lines))
  }

  /// Returns a stack, root first, that begins like another one.
  func stack(
    after shared: ArraySlice<Int>, depth: Int, _ random: inout SeededGenerator
  ) -> [Int] {
    var stack = Array(shared)
    let chain = random.chance(35) ? chains[random.skewed(chains.count)] : []
    var function = stack.last.map { locations[$0].lines.last?.function ?? 0 } ?? 0
    let roots = traits.contains(.distinct) ? min(2000, ownCount) : 4
    if stack.isEmpty { stack.append(site(of: random.below(roots), &random)) }
    while stack.count + chain.count < depth {
      if traits.contains(.recursive), stack.count > 3, random.chance(5) {
        // One to three frames, repeated.
        let cycle = Array(stack.suffix(1 + random.below(3)))
        for _ in 0...random.skewed(12) { stack += cycle }
        continue
      }
      // Each function calls up to six others, mostly the first of them.
      function = (function &* 7 &+ 3 &+ random.skewed(6) &* 131) % ownCount
      if traits.contains(.functions), random.chance(30) { function = random.below(ownCount) }
      stack.append(site(of: function, &random))
    }
    for function in chain { stack.append(site(of: function, &random)) }
    return stack
  }

  private func site(of function: Int, _ random: inout SeededGenerator) -> Int {
    let sites = functions[function].sites
    return sites[random.skewed(sites.count)]
  }

  // MARK: Names

  private static let modules = [
    "main", "example.com/shop/orders", "example.com/shop/billing", "example.com/shop/cache",
    "example.com/shop/catalog", "github.com/acme/kvlog", "github.com/acme/rpc/v2/transport",
    "google.golang.org/grpc",
  ]
  private static let receivers = ["", "(*Service).", "(*Store).", "(*worker).", "Options."]
  private static let verbs = [
    "handle", "Load", "decode", "Render", "apply", "Fetch", "merge", "Index", "walk", "Publish",
  ]
  private static let nouns = ["Order", "Invoice", "Session", "Batch", "Item", "Request", "Event"]

  private static func ownFunction(_ row: Int, _ random: inout SeededGenerator) -> MadeFunction {
    let module = modules[random.skewed(modules.count)]
    let verb = verbs[random.below(verbs.count)]
    let noun = nouns[random.below(nouns.count)]
    let closure = random.chance(12) ? ".func\(1 + random.below(3))" : ""
    let receiver = receivers[random.below(receivers.count)]
    return MadeFunction(
      name: "\(module).\(receiver)\(verb)\(noun)\(row)\(closure)",
      file: "/src/\(module)/\(noun.lowercased())\(row / 12).go", startLine: 10 + random.below(900))
  }

  private static func libraryFunction(
    _ name: String, _ random: inout SeededGenerator
  ) -> MadeFunction {
    let slash = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    let dot = name[slash...].firstIndex(of: ".") ?? name.endIndex
    return MadeFunction(
      name: name, file: "/usr/local/go/src/\(name[..<dot])/source.go",
      startLine: 10 + random.below(900))
  }

  /// Caller first.
  private static let libraryChains: [[String]] = [
    [
      "fmt.Sprintf", "fmt.(*pp).doPrintf", "fmt.(*pp).printArg", "fmt.(*pp).printValue",
      "internal/fmtsort.Sort",
    ],
    ["fmt.Sprintf"],
    [
      "encoding/json.Marshal", "encoding/json.(*encodeState).marshal",
      "encoding/json.(*encodeState).reflectValue", "encoding/json.mapEncoder.encode",
      "reflect.copyVal",
    ],
    ["strings.(*Builder).WriteString", "strings.(*Builder).grow", "internal/bytealg.MakeNoZero"],
    [
      "encoding/json.Unmarshal", "encoding/json.(*decodeState).unmarshal",
      "encoding/json.(*decodeState).object", "reflect.MakeMapWithSize",
    ],
    ["fmt.Fprintf", "fmt.newPrinter", "sync.(*Pool).Get", "fmt.init.func1"],
    [
      "fmt.Sprint", "fmt.(*pp).doPrint", "fmt.(*pp).printArg", "fmt.(*pp).printValue",
      "reflect.(*MapIter).Key", "reflect.unsafe_New",
    ],
    ["bytes.(*Buffer).Write", "bytes.(*Buffer).grow", "bytes.growSlice"],
    ["strings.Join"], ["strconv.FormatInt", "strconv.formatBits"],
    ["net/http.Header.Clone"], ["bufio.NewReaderSize"],
  ]
}
