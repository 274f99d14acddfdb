package import StackGraph

/// What a command line requests of a report over profiles, whatever its spelling: the one value
/// that a command works from.
package struct Request: Sendable {
  /// The profiles as named: paths, URLs, or `-`. If empty, one is found.
  package var profiles: [String] = []

  package var loading = LoadingRequest()
  package var selection = SelectionRequest()
  package var trimming = TrimmingRequest()
  package var output = OutputRequest()

  package init() {}
}

/// Which part of the profile to examine.
package struct SelectionRequest: Sendable {
  /// Use with ``granularity``, or by function.
  package var options = SelectionOptions()

  /// The requested granularity; nil for the report's own.
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

  /// Shows everything, however small.
  package var keepsAll = false

  /// Leaves the profile's description out of the header.
  package var hidesHeader = false

  package init() {}

  /// - Parameter defaultCount: the most nodes when the command line does not say.
  package func options(defaultCount: Int) -> TrimOptions {
    var options = options
    options.nodeCount = nodeCount ?? defaultCount
    if keepsAll { options.keepAll() }
    return options
  }
}
