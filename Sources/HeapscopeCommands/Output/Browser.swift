import Foundations
import Glibc

extension Session {
  /// Opens a file in the browser: `$BROWSER`, else the desktop's default.
  ///
  /// - Throws: `unavailable` when there is none; the file exists nevertheless.
  func openInBrowser(_ file: String) throws(CommandFailure) {
    let programs = browsers
    let path = realPathBytes(file).map { String(decoding: $0, as: UTF8.self) } ?? file
    for program in programs where startsWell(program, path) { return }
    throw CommandFailure(
      .unavailable,
      programs.isEmpty
        ? "no browser to open \(file) with: there is no display; set $BROWSER, or copy the file "
          + "to where one is"
        : "no browser to open \(file) with: \(programs.joined(separator: ", ")) did not start; "
          + "set $BROWSER")
  }

  /// Opens an address in the browser.
  ///
  /// - Returns: false when there is none.
  func showInBrowser(_ address: String) -> Bool {
    browsers.contains { startsWell($0, address) }
  }

  /// Programs that may open pages, in the order in which to try them.
  private var browsers: [String] {
    var programs = (environment["BROWSER"] ?? "").split(separator: ":").map(String.init)
    // Without a display, xdg-open would start a text browser and wait for it.
    let displays = ["DISPLAY", "WAYLAND_DISPLAY"].compactMap { environment[$0] }
    if programs.isEmpty, displays.contains(where: { !$0.isEmpty }) {
      programs = ["xdg-open", "sensible-browser"]
    }
    return programs
  }

  /// Starts a program in a process group of its own, with nothing on its descriptors.
  ///
  /// `$BROWSER` may include arguments, with `%s` for the file's place among them.
  ///
  /// - Returns: false when it does not exist or fails within a second.
  private func startsWell(_ program: String, _ argument: String) -> Bool {
    var parts = program.split(separator: " ").map { $0 == "%s" ? argument : String($0) }
    if parts.isEmpty { return false }
    if !program.split(separator: " ").contains("%s") { parts.append(argument) }
    let started = startProgram(parts, resetting: ignoredSignals, ownGroup: true) { actions in
      for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
      }
    }
    guard let process = started else { return false }
    for _ in 0..<100 {
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process { return status == 0 }
      usleep(10_000)
    }
    return true
  }
}
