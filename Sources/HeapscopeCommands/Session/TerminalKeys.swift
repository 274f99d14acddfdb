import Glibc

/// The keys of the terminal, each as it is pressed.
///
/// This opens the terminal again, since standard input may be a pipe, and since flags set on
/// another program's descriptor would persist there. A key sends `SIGIO`, so that one descriptor
/// reports signals and keys. Ctrl-C and Ctrl-Z remain signals.
final class TerminalKeys {
  private let descriptor: Int32
  private var before = termios()
  private var isTaken = false
  private var pending: [Character] = []

  /// - Returns: nil when there is no terminal.
  init?() {
    descriptor = open("/dev/tty", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    if descriptor < 0 { return nil }
    _ = fcntl(descriptor, F_SETOWN, getpid())
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK | O_ASYNC)
    take()
  }

  deinit {
    restore()
    close(descriptor)
  }

  /// Reads single keys without echo, unless another program has the terminal.
  func take() {
    guard !isTaken, tcgetpgrp(descriptor) == getpgrp(), tcgetattr(descriptor, &before) == 0 else {
      return
    }
    var now = before
    now.c_lflag &= ~tcflag_t(ICANON | ECHO)
    isTaken = tcsetattr(descriptor, TCSANOW, &now) == 0
  }

  /// Restores the terminal.
  func restore() {
    guard isTaken, tcgetpgrp(descriptor) == getpgrp() else { return }
    isTaken = false
    tcsetattr(descriptor, TCSANOW, &before)
  }

  /// Returns whether `q` was pressed; other keys stay available to ``next()``.
  func takesQuit() -> Bool {
    collect()
    guard let place = pending.firstIndex(of: "q") else { return false }
    pending.removeSubrange(...place)
    return true
  }

  func next() -> Character? {
    collect()
    return pending.isEmpty ? nil : pending.removeFirst()
  }

  private func collect() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      if count <= 0 { return }
      // An escape begins the sequence of an arrow or function key, whose letters are not keys.
      for byte in bytes.prefix(count).prefix(while: { $0 != 0x1b }) {
        pending += Character(UnicodeScalar(byte)).lowercased()
      }
    }
  }
}
