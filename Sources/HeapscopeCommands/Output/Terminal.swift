import Foundations
import Glibc
import Ownership
import ProfileModel
import Reports

extension Session {
  /// The style of a report on standard output.
  ///
  /// - Parameter own: the names of the user's own code, if known.
  func style(_ output: OutputRequest, own: OwnNames = OwnNames()) -> TextStyle {
    let isForPeople = isForPeople(output)
    let usesColor =
      switch output.color {
      case .always: true
      case .never: false
      case .auto:
        isForPeople && (environment["NO_COLOR"] ?? "").isEmpty && !isDumbTerminal
      }
    // A request for colour in a pipe means that a pager follows: `| less -R`.
    var style = TextStyle(
      usesColor: usesColor, width: isForPeople ? invocation.columns : 100,
      height: isForPeople ? invocation.terminalSize()?.rows : nil,
      isTerminal: isForPeople || output.color == .always)
    style.isASCII = isForPeople && isASCII
    style.own = own
    return style
  }

  /// The terminal does not interpret escape sequences.
  var isDumbTerminal: Bool { environment["TERM"] == "dumb" }

  /// The locale has only ASCII characters. Without any locale, as in most containers, terminals
  /// know UTF-8 nevertheless.
  var isASCII: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
    guard let name = names.first(where: { !$0.isEmpty }) else { return false }
    if name == "C" || name == "POSIX" { return true }
    guard let dot = name.firstIndex(of: ".") else { return false }
    let codeset = name[dot...].lowercased()
    return !codeset.hasPrefix(".utf-8") && !codeset.hasPrefix(".utf8")
  }
}
