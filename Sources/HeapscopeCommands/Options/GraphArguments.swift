import ArgumentParser
import StackGraph

/// How much of the graph a report shows; the names are pprof's.
struct GraphArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The most rows to show; 0 for all.", valueName: "count"))
  var nodecount: RowCount?
  @Option(
    help: ArgumentHelp("Leave out rows below this part of the total.", valueName: "fraction"))
  var nodefraction = Fraction(0.005)
  @Option(
    help: ArgumentHelp("Leave out edges below this part of the total.", valueName: "fraction"))
  var edgefraction = Fraction(0.001)
  @Flag(inversion: .prefixedNo, help: "Leave out what is small.")
  var trim = true
  @Flag(help: "Sort by cumulative values.")
  var cum = false
  @Flag(help: "Sort by flat values (the default).")
  var flat = false
  @Flag(help: "One node a path instead of a function, in dot and callgrind.")
  var callTree = false
  @Flag(help: "Leave the profile's description out of the header.")
  var compactLabels = false
  @Flag(help: "Leave out rows with negative values.")
  var dropNegative = false

  func validate() throws {
    if cum, flat { throw ValidationError("--cum and --flat exclude each other: give one order") }
  }

  /// - Parameter defaultCount: the most nodes when the command line says nothing.
  func options(defaultCount: Int) -> TrimOptions {
    var options = TrimOptions()
    options.nodeCount = nodecount?.value ?? defaultCount
    options.nodeFraction = nodefraction.value
    options.edgeFraction = edgefraction.value
    options.order = cum ? .cum : .flat
    options.dropsNegative = dropNegative
    options.callTree = callTree
    if !trim { options.keepAll() }
    return options
  }
}

extension GraphArguments {
  /// As they are when none is named; see ``PlainCommand``.
  static var plain: GraphArguments {
    var arguments = GraphArguments()
    arguments.nodecount = nil
    arguments.nodefraction = Fraction(0.005)
    arguments.edgefraction = Fraction(0.001)
    arguments.trim = true
    arguments.cum = false
    arguments.flat = false
    arguments.callTree = false
    arguments.compactLabels = false
    arguments.dropNegative = false
    return arguments
  }
}
