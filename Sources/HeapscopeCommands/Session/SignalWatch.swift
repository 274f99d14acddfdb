import Glibc
import Synchronization

// Data for the signal handler, which may run between any two instructions.
private let writeEnd = Atomic<Int32>(-1)
private let endingSignal = Atomic<Int32>(0)
private let isResized = Atomic<Bool>(false)
private let isStopAsked = Atomic<Bool>(false)

/// Takes signals while a command waits, so that the command can clean up before it ends.
///
/// Only one exists at a time. When it goes away, it restores the earlier signal actions.
final class SignalWatch {
  /// Becomes readable when a signal has come, or a key if keys are handled.
  let descriptor: Int32

  /// Releases the terminal while the program is stopped by Ctrl-Z, and takes it again.
  var whileStopped: (_ stop: () -> Void) -> Void = { $0() }

  /// The keys of the terminal; nil when they are not handled.
  private var keys: TerminalKeys?
  private var before: [(signal: Int32, action: sigaction)] = []

  /// - Parameter drawsScreen: also handles changes of the terminal's size, Ctrl-Z and keys.
  init?(drawsScreen: Bool = false) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    endingSignal.store(0, ordering: .relaxed)
    isResized.store(false, ordering: .relaxed)
    isStopAsked.store(false, ordering: .relaxed)
    writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    let ofTerminal = drawsScreen ? [SIGWINCH, SIGIO, SIGTSTP] : []
    for signal in [SIGINT, SIGTERM, SIGHUP] + ofTerminal {
      var old = sigaction()
      sigaction(signal, nil, &old)
      // What is ignored, as under nohup, stays ignored.
      if old.__sigaction_handler.sa_handler == nil || ofTerminal.contains(signal) {
        var new = sigaction()
        new.__sigaction_handler.sa_handler = note
        new.sa_flags = SA_RESTART
        sigaction(signal, &new, nil)
        before.append((signal, old))
      }
    }
    if drawsScreen { keys = TerminalKeys() }
  }

  deinit {
    keys = nil
    for (signal, action) in before {
      var action = action
      sigaction(signal, &action, nil)
    }
    close(writeEnd.exchange(-1, ordering: .sequentiallyConsistent))
    close(descriptor)
  }

  /// The signal that asks heapscope to end; nil until one has come.
  ///
  /// The key `q` counts as Ctrl-C.
  var ending: Int32? {
    drain()
    stopIfAsked()
    if keys?.takesQuit() == true { endingSignal.store(SIGINT, ordering: .relaxed) }
    let signal = endingSignal.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Returns the next key, in lower case; nil when none was pressed.
  func takeKey() -> Character? { keys?.next() }

  /// Returns whether the terminal has another size since the last call.
  func takeResize() -> Bool {
    drain()
    return isResized.exchange(false, ordering: .relaxed)
  }

  /// Waits for a signal, at most this long.
  func wait(seconds: Double) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, Int32(max(0, min(seconds * 1000, 3_600_000)).rounded(.up)))
  }

  /// Ctrl-Z: stops the process as the terminal itself would.
  private func stopIfAsked() {
    guard isStopAsked.exchange(false, ordering: .relaxed) else { return }
    keys?.restore()
    whileStopped { kill(getpid(), SIGSTOP) }
    keys?.take()
  }

  private func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }
}

/// The handler does only what POSIX allows there.
private func note(_ signal: Int32) {
  let saved = errno
  switch signal {
  case SIGIO: break
  case SIGWINCH: isResized.store(true, ordering: .relaxed)
  case SIGTSTP: isStopAsked.store(true, ordering: .relaxed)
  default: endingSignal.store(signal, ordering: .relaxed)
  }
  var byte: UInt8 = 0
  _ = write(writeEnd.load(ordering: .relaxed), &byte, 1)
  errno = saved
}
