import Reports

/// The terminal while a command draws on it: its second screen, without a cursor.
final class LiveScreen {
  private let session: Session
  private let output: OutputRequest
  private var isOpen = false

  init(_ session: Session, _ output: OutputRequest) {
    self.session = session
    self.output = output
  }

  deinit { leave() }

  /// - Parameter lines: makes the lines for a style and a height.
  func show(_ lines: (TextStyle, Int) -> [String]) {
    var style = session.style(output)
    let size = session.invocation.terminalSize() ?? (session.invocation.columns, 24)
    style.width = size.columns
    // The codes of xterm: the other screen, no cursor, no wrapping.
    var text = isOpen ? "" : "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
    isOpen = true
    text += "\u{1b}[H"
    text += lines(style, size.rows).map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J"
    put(text)
  }

  /// Gives the terminal back as it was.
  func leave() {
    if !isOpen { return }
    isOpen = false
    put("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l")
  }

  private func put(_ text: String) {
    var output = TextOutput()
    output.write(text)
    // A terminal that is gone sends a signal, which ends the loop.
    try? session.write(output)
  }
}
