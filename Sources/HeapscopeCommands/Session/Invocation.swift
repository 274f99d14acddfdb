package import Foundations
package import ProfileCodec
import Reports

/// What a run of heapscope sees of its surroundings.
package struct Invocation {
  package var arguments: [String]
  package var environment: [String: String] = [:]

  /// What standard input is, and its bytes.
  package var standardInput: StandardInput = .none
  package var outputIsTerminal = false
  package var errorIsTerminal = false

  /// The width of the terminal, in characters.
  package var columns = 100

  /// The size of the terminal now, in characters; nil where there is none.
  package var terminalSize: () -> (columns: Int, rows: Int)? = { nil }

  /// Takes each line for standard error as it comes.
  package var report: (String) -> Void = { _ in }

  /// Takes the front of a report that is too large to be held; without it all of
  /// a report is in ``Outcome/output``.
  package var write: ByteSink?

  /// Shows how far long work has come; nil unless standard error is a terminal.
  package var progress: ((String) -> Void)?

  /// Whether signals may be taken, which only one run in a process can.
  package var handlesSignals = false

  package enum StandardInput {
    /// A terminal, `/dev/null`, or an empty file.
    case none
    case bytes(any ByteSource)
  }

  package init(arguments: [String]) { self.arguments = arguments }
}

/// What a run gives back.
package struct Outcome: Sendable {
  package var status: Int32
  package var output: [UInt8]
}
