import Glibc
import Reports

extension Session {
  /// How a report on standard output may look.
  func style(_ output: OutputRequest) -> TextStyle {
    let isForPeople = isForPeople(output)
    let usesColor =
      switch output.color {
      case .always: true
      case .never: false
      case .auto:
        isForPeople && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
      }
    // Who asks for colour in a pipe has a pager after it: `| less -R`.
    return TextStyle(
      usesColor: usesColor, width: isForPeople ? invocation.columns : 100,
      isTerminal: isForPeople || output.color == .always)
  }
}
