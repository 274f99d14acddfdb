package import Foundations
package import ProfileCodec
import Reports

/// What a run of heapscope sees of its environment.
package struct Invocation {
  package var arguments: [String]
  package var environment: [String: String] = [:]

  /// The kind of standard input, and its bytes.
  package var standardInput: StandardInput = .none
  package var outputIsTerminal = false
  package var errorIsTerminal = false

  /// The width of the terminal, in characters.
  package var columns = 100

  /// The current size of the terminal, in characters; nil when there is none.
  package var terminalSize: () -> (columns: Int, rows: Int)? = { nil }

  /// Takes each line for standard error as it comes.
  package var report: (String) -> Void = { _ in }

  /// Takes the first part of a report that is too large to hold. Without it, the whole report is in
  /// ``Outcome/output``.
  package var write: ByteSink?

  /// Shows the progress of long work; nil unless standard error is a terminal.
  package var progress: ((String) -> Void)?

  /// Whether the run may handle signals, which only one run in a process can.
  package var handlesSignals = false

  package enum StandardInput {
    /// A terminal, `/dev/null`, or an empty file.
    case none
    case bytes(any ByteSource)
  }

  package init(arguments: [String]) { self.arguments = arguments }
}

/// The result of a run.
package struct Outcome: Sendable {
  package var status: Int32
  package var output: [UInt8]
}
