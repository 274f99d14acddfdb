package import Metrics

/// The account of a process's memory, and its source.
package struct ProcessMemory: Sendable {
  package var account: MemoryAccount

  /// For example `by the runtime's own account`, or `by http://localhost:6060/metrics`.
  package var source: String

  package init(_ account: MemoryAccount, source: String) {
    self.account = account
    self.source = source
  }
}

extension Summary {
  func writeMemory(_ style: TextStyle, to output: inout TextOutput) {
    guard let memory, !memory.account.isEmpty else { return }
    output.line()
    output.line(style.marked("MEMORY OF THE PROCESS", .heading) + "  \(shown(memory.source))")
    MemoryAccountRows(memory.account).write(style, to: &output)
  }

  /// The account's parts; nil when there is none.
  var memoryTable: ReportDocument.Table? {
    guard let memory, !memory.account.isEmpty else { return nil }
    return .init("memory", ["part", "bytes"], MemoryAccountRows(memory.account).cells)
  }
}
