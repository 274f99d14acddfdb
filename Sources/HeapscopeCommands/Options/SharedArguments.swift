import ArgumentParser

/// What all commands that show a profile have in common.
typealias SharedArguments = SharedArgumentsWith<TableFormats>

/// The same with a command's own formats.
struct SharedArgumentsWith<Formats: FormatList>: ParsableArguments {
  @OptionGroup(title: "SELECTION") var selection: SelectionArguments
  @OptionGroup(title: "SIZE AND ORDER") var graph: GraphArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<Formats>

  /// - Parameter profiles: as named on the command line.
  func request(_ profiles: [String]) -> Request {
    var request = Request()
    request.profiles = profiles
    request.selection = selection.request
    request.trimming = graph.request
    request.loading = profile.request
    request.output = output.request
    return request
  }
}
