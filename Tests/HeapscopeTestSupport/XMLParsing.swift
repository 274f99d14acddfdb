import Foundation
package import FoundationXML

extension XMLParser {
  /// Parses while no other parser of the process does: of two concurrent parsers, one was seen to
  /// succeed without calling its delegate.
  package func parseAlone() -> Bool { parsing.withLock { parse() } }
}

private let parsing = NSLock()
