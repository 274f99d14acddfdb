import Foundations
import ProfileModel
import StackGraph

extension ReportContext {
  /// Returns the graph in callgrind's format, as `pprof -callgrind` does
  /// (https://valgrind.org/docs/manual/cl-format.html).
  package func callgrindText() -> TextOutput {
    var context = self
    context.trimming.keepAll()
    var trimmed = TrimmedGraph(builder, context.trimming)
    context.chooseUnit(for: trimmed.graph, isCallgrind: true)
    func scaled(_ value: Int64) -> Int64 {
      Int64(clamping: ScaledValue(value, from: sampleUnit, to: context.outputUnit).value)
    }
    let table = trimmed.graph.table
    let names = CallgrindNames(trimmed.graph)
    var numbers = NameNumbers()
    var output = TextOutput()
    output.line("positions: instr line")
    output.line("events: \(selection.sampleType)(\(context.outputUnit))")
    var previous: NodeIdentity?
    for index in trimmed.graph.order {
      let node = trimmed.graph.nodes[index]
      let identity = table.identities[node.identity.index]
      if previous == nil || previous?.objectFile != identity.objectFile
        || previous?.file != identity.file || previous?.name != identity.name
      {
        output.newline()
        output.write("ob=")
        output.write(numbers.objects.number(table.strings[bytesOf: identity.objectFile]))
        output.write("\nfl=")
        output.write(numbers.files.number(table.strings[bytesOf: identity.file]))
        output.write("\nfn=")
        output.write(numbers.functions.number(table.strings[bytesOf: identity.name]))
        output.newline()
      }
      output.line(
        "\(position(of: identity, after: previous)) \(identity.line) \(scaled(node.flatValue))")
      for edge in trimmed.graph.sorted(node.outEdges) {
        let edge = trimmed.graph.edges[edge]
        let callee = table.identities[trimmed.graph.nodes[edge.target].identity.index]
        output.write("cfl=")
        output.write(numbers.files.number(table.strings[bytesOf: callee.file]))
        output.write("\ncfn=")
        output.write(numbers.functions.number(ArraySlice(names.name(of: edge.target))))
        output.line("\ncalls=0 \(position(of: callee, after: previous)) \(callee.line)")
        output.line("* * \(scaled(edge.weight))")
      }
      previous = identity
    }
    return output
  }

  /// The nodes and edges that ``callgrindText()`` writes.
  package func callgrindDocument() -> ReportDocument {
    var context = self
    context.trimming.keepAll()
    return context.graphDocument("callgrind", TrimmedGraph(builder, context.trimming))
  }

  /// An address, or its difference to the previous one when that is shorter.
  private func position(of identity: NodeIdentity, after previous: NodeIdentity?) -> String {
    let absolute = hex(identity.address)
    guard let previous else { return absolute }
    if previous.address == identity.address { return "*" }
    let distance = Int64(bitPattern: identity.address &- previous.address)
    let relative = distance < 0 ? "\(distance)" : "+\(distance)"
    return relative.utf8.count < absolute.utf8.count ? relative : absolute
  }
}

/// The names of callees: ` [i/n]` distinguishes functions with the same file and name.
private struct CallgrindNames {
  private struct Place: Hashable {
    var file: StringID
    var name: StringID
  }

  /// A function without its position, and in a call tree its caller.
  private struct Function: Hashable {
    var identity: NodeIdentity
    var caller: Int
  }

  private let graph: CallGraph
  private let shown: Set<Int>
  private var functions: [Place: [Function: Int]] = [:]

  init(_ graph: CallGraph) {
    self.graph = graph
    shown = Set(graph.order)
    for index in graph.order {
      let (place, function) = Self.key(index, graph)
      let count = functions[place]?.count ?? 0
      if functions[place]?[function] == nil { functions[place, default: [:]][function] = count + 1 }
    }
  }

  private static func key(_ index: Int, _ graph: CallGraph) -> (Place, Function) {
    var identity = graph.table.identities[graph.nodes[index].identity.index]
    let place = Place(file: identity.file, name: identity.name)
    if identity.address != 0 || identity.line != 0 {
      identity.address = 0
      identity.line = 0
      identity.column = 0
    }
    return (place, Function(identity: identity, caller: graph.callers[index]))
  }

  func name(of index: Int) -> [UInt8] {
    // As in pprof, a node that the graph does not show has no name here.
    if !shown.contains(index) { return [] }
    let (place, function) = Self.key(index, graph)
    let name = Array(graph.table.strings[bytesOf: place.name])
    guard let known = functions[place], known.count > 1 else { return name }
    return name + Array(" [\(known[function] ?? 0)/\(known.count)]".utf8)
  }
}

/// Callgrind's name compression: `(N) text` first, `(N)` later.
private struct NameNumbers {
  struct List {
    private var known: [ArraySlice<UInt8>: Int] = [:]

    mutating func number(_ name: ArraySlice<UInt8>) -> [UInt8] {
      if name.isEmpty { return [] }
      if let number = known[name] { return Array("(\(number))".utf8) }
      known[name] = known.count + 1
      return Array("(\(known.count)) ".utf8) + inert(name)
    }
  }

  var objects = List()
  var files = List()
  var functions = List()
}
