import ArgumentParser

/// A command that heapscope can run.
protocol SessionCommand: ParsableCommand {
  func run(in session: Session) throws -> ExitStatus
}
