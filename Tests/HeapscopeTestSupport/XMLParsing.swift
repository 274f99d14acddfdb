import Foundation
package import FoundationXML

extension XMLParser {
  /// Parses while no other parser of the process does: of two at work at once, one was seen
  /// to end well without calling its delegate.
  package func parseAlone() -> Bool { parsing.withLock { parse() } }
}

private let parsing = NSLock()
