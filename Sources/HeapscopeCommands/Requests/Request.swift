package import StackGraph

/// What a command line asks of a report over profiles, without its spelling: the one value
/// that a command works from.
package struct Request: Sendable {
  /// The profiles as they were named: paths, URLs, or `-`. Without any, one is found.
  package var profiles: [String] = []

  package var loading = LoadingRequest()
  package var selection = SelectionRequest()
  package var trimming = TrimmingRequest()
  package var output = OutputRequest()

  package init() {}
}

/// What part of the profile is looked at.
package struct SelectionRequest: Sendable {
  /// With ``granularity``, or by function.
  package var options = SelectionOptions()

  /// The granularity asked for; nil for the report's own.
  package var granularity: Granularity? {
    didSet { options.granularity = granularity ?? .functions }
  }

  package init() {}
}

/// How much of the graph a report shows.
package struct TrimmingRequest: Sendable {
  /// The most rows; 0 for all, nil for the report's own number.
  package var nodeCount: Int?

  /// Everything but the number of rows.
  package var options = TrimOptions()

  /// Shows all, however small.
  package var keepsAll = false

  /// Leaves the profile's description out of the header.
  package var hidesHeader = false

  package init() {}

  /// - Parameter defaultCount: the most nodes when the command line says nothing.
  package func options(defaultCount: Int) -> TrimOptions {
    var options = options
    options.nodeCount = nodeCount ?? defaultCount
    if keepsAll { options.keepAll() }
    return options
  }
}
