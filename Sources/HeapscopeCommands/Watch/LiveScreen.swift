import Reports

/// The terminal while a command draws on it: its alternate screen, without a cursor.
final class LiveScreen {
  private let session: Session
  private let output: OutputRequest
  private var isOpen = false

  init(_ session: Session, _ output: OutputRequest) {
    self.session = session
    self.output = output
  }

  deinit { leave() }

  /// - Parameter lines: returns the lines for a style and a height.
  func show(_ lines: (TextStyle, Int) -> [String]) {
    var style = session.style(output)
    let size = session.invocation.terminalSize() ?? (session.invocation.columns, 24)
    style.width = size.columns
    // xterm's codes: alternate screen, no cursor, no wrapping.
    var text = isOpen ? "" : "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
    isOpen = true
    text += "\u{1b}[H"
    // Each line is cleared before it is written: after a full line, the cursor is still on its last
    // column, which clearing would erase.
    let shown = lines(style, size.rows)
    let empty = [String](repeating: "", count: max(0, size.rows - shown.count))
    text += (shown + empty).map { "\u{1b}[K" + $0 }.joined(separator: "\r\n")
    put(text)
  }

  /// Restores the terminal.
  func leave() {
    if !isOpen { return }
    isOpen = false
    put("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l")
  }

  private func put(_ text: String) {
    var output = TextOutput()
    output.write(text)
    // A terminal that is gone raises a signal, which ends the loop.
    try? session.write(output)
  }
}

extension Session {
  /// The screen that a command draws on while it runs; nil in a pipe, and on a terminal that can
  /// only print lines.
  func liveScreen(_ output: OutputRequest) -> LiveScreen? {
    isForPeople(output) && output.format == .text && environment["TERM"] != "dumb"
      ? LiveScreen(self, output) : nil
  }
}
