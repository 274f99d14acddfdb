import ArgumentParser
import StackGraph

/// How much of the graph a report shows; the names are pprof's.
struct GraphArguments: ParsableArguments {
  @Option("The most rows to show; 0 for all.")
  var nodecount: RowCount?
  @Option("Leave out rows below this part of the total.")
  var nodefraction = Fraction(0.005)
  @Option("Leave out edges below this part of the total.")
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

  var request: TrimmingRequest {
    var request = TrimmingRequest()
    request.nodeCount = nodecount?.value
    request.options.nodeFraction = nodefraction.value
    request.options.edgeFraction = edgefraction.value
    request.options.order = cum ? .cum : .flat
    request.options.dropsNegative = dropNegative
    request.options.callTree = callTree
    request.keepsAll = !trim
    request.hidesHeader = compactLabels
    return request
  }
}
