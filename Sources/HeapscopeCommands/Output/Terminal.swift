import Foundations
import Glibc
import Ownership
import ProfileModel
import Reports

extension Session {
  /// How a report on standard output may look.
  ///
  /// - Parameter own: whose code its names are, where that is known.
  func style(_ output: OutputRequest, own: OwnNames = OwnNames()) -> TextStyle {
    let isForPeople = isForPeople(output)
    let usesColor =
      switch output.color {
      case .always: true
      case .never: false
      case .auto:
        isForPeople && (environment["NO_COLOR"] ?? "").isEmpty && !isDumbTerminal
      }
    // Who asks for colour in a pipe has a pager after it: `| less -R`.
    var style = TextStyle(
      usesColor: usesColor, width: isForPeople ? invocation.columns : 100,
      height: isForPeople ? invocation.terminalSize()?.rows : nil,
      isTerminal: isForPeople || output.color == .always)
    style.isASCII = isForPeople && isASCII
    style.own = own
    return style
  }

  /// The terminal obeys no escape sequences.
  var isDumbTerminal: Bool { environment["TERM"] == "dumb" }

  /// The locale has ASCII's characters alone. Where none is set, as in most containers,
  /// terminals know UTF-8 all the same.
  var isASCII: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
    guard let name = names.first(where: { !$0.isEmpty }) else { return false }
    if name == "C" || name == "POSIX" { return true }
    guard let dot = name.firstIndex(of: ".") else { return false }
    let codeset = name[dot...].lowercased()
    return !codeset.hasPrefix(".utf-8") && !codeset.hasPrefix(".utf8")
  }
}

extension ProfileRun {
  /// The same for a report whose names are told apart: a terminal has the user's own in colour.
  ///
  /// - Parameter profile: whose functions the names are.
  func style(namesOf profile: Profile) -> TextStyle {
    let style = session.style(request.output)
    guard style.isTerminal else { return style }
    let settings = try? session.settings(OwnCodeRequest(), saysSo: false)
    let ownership = Ownership(profile, OwnCodeRequest().options(settings ?? Settings()))
    return session.style(request.output, own: OwnNames(ownership, in: profile))
  }
}
