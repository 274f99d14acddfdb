import ArgumentParser

/// What `flame` and `report` have in common.
struct FlameArguments: ParsableArguments {
  @Option("The title of the picture.")
  var title: Text<Title>?
  @Option(
    "Leave out frames below this part of the total; 0 keeps all. Large profiles are cut to what "
      + "can be seen unless it is given.")
  var nodefraction: Fraction?
  @Flag(inversion: .prefixedNo, help: "Leave out what is small.")
  var trim = true
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "SELECTION") var selection: SelectionArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @Option("Write to this file.")
  var output: Text<OutputFileName>?

  func validate() throws {
    if selection.mean || selection.meanDelay {
      throw ValidationError(
        "--mean: means do not add up to a picture; 'heapscope top --mean' lists them")
    }
  }

  /// - Parameter profiles: as named on the command line.
  func request(_ profiles: [String]) -> FlameRequest {
    var request = FlameRequest()
    request.profiles = profiles
    request.title = title?.text
    request.pruneBelow = trim ? nodefraction?.value : 0
    request.ownCode = ownCode.request
    request.selection = selection.request
    request.loading = profile.request
    request.output = OutputRequest(file: output?.text)
    request.output.color = .never
    return request
  }
}
