/// The command line of heapscope-bench.
struct BenchOptions {
  static let usage = """
    heapscope-bench: time heapscope's commands against zlib alone

      --samples N      the size of the profile, as often as wanted (default 500000, and 150 for start-up)
      --shape NAME     service (the default), functions, shuffled, distinct, recursive, labels,
                       some of these as in functions+labels, or hard, all of them; as often as wanted
      --tables-first   tables before the samples, not behind them
      --file PATH      time with this profile instead of made ones
      --fleet N        time merge, top and trend over so many profiles of one program, made of those
                       of --file, instead of cases over one; as often as wanted
      --only TEXT      only cases whose name contains this
      --pairs N        pairs of runs a case, at least 5 (default 5)
      --tool PATH      the binary to time (default: heapscope beside this one)
      --against PATH   a pprof binary to put beside it, in turn where its runs are short
      --folder PATH    where made profiles are kept (default .build/bench)
      --instructions   count instructions too, with valgrind: takes fifty times as long
      --json           print JSON
      --save PATH      store the median ratios, peak memory and instructions
      --compare PATH   print the change from what --save stored, or from another heapscope,
                       which is run in turn
    """

  var sizes: [Int] = []
  var shapes: [Set<ProfileShape.Trait>] = []
  var tablesFirst = false
  var files: [String] = []
  var fleets: [Int] = []
  var only: String?
  var pairs = 5
  var tool: String
  var pprof: String?
  var folder = ".build/bench"
  var countsInstructions = false
  var isJSON = false
  var save: String?
  var compare: String?

  init(_ arguments: [String]) {
    let program = arguments.first ?? ""
    tool = (program.lastIndex(of: "/").map { String(program[...$0]) } ?? "./") + "heapscope"
    var rest = arguments.dropFirst()
    func value(_ option: String) -> String {
      guard let text = rest.popFirst() else { fail("\(option): a value is missing") }
      return text
    }
    func number(_ option: String) -> Int {
      let text = value(option)
      guard let number = Int(text), number > 0 else { fail("\(option) \(text): give a number") }
      return number
    }
    while let option = rest.popFirst() {
      switch option {
      case "--samples": sizes.append(number(option))
      case "--shape":
        let text = value(option)
        guard let traits = ProfileShape.traits(text) else {
          fail("\(option) \(text): no such shape\n\(Self.usage)")
        }
        shapes.append(traits)
      case "--tables-first": tablesFirst = true
      case "--file": files.append(value(option))
      case "--fleet": fleets.append(number(option))
      case "--only": only = value(option)
      case "--pairs": pairs = max(5, number(option))
      case "--tool": tool = value(option)
      case "--against": pprof = value(option)
      case "--folder": folder = value(option)
      case "--instructions": countsInstructions = true
      case "--json": isJSON = true
      case "--save": save = value(option)
      case "--compare": compare = value(option)
      default: fail("unknown option \(option)\n\(Self.usage)")
      }
    }
    if !fleets.isEmpty, files.isEmpty { fail("--fleet: add --file, the profiles to make them of") }
    if sizes.isEmpty, files.isEmpty { sizes = shapes.isEmpty ? [150, 500_000] : [500_000] }
    if shapes.isEmpty { shapes = [[]] }
  }
}
