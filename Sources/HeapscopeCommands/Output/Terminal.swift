import Glibc
import Reports

extension Session {
  /// How a report on standard output may look.
  func style(_ arguments: some OutputPlace) -> TextStyle {
    let isForPeople = isForPeople(arguments)
    let usesColor =
      switch arguments.color {
      case .always: true
      case .never: false
      case .auto:
        isForPeople && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
      }
    // Who asks for colour in a pipe has a pager behind it: `| less -R`.
    return TextStyle(
      usesColor: usesColor, width: isForPeople ? invocation.columns : 100,
      isTerminal: isForPeople || arguments.color == .always)
  }
}
