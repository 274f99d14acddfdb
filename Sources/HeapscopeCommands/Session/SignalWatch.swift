import Glibc
import Synchronization

// What the signal handler may touch: it runs between any two instructions.
private let writeEnd = Atomic<Int32>(-1)
private let endingSignal = Atomic<Int32>(0)
private let isResized = Atomic<Bool>(false)
private let isStopAsked = Atomic<Bool>(false)

/// Takes signals while a command waits, so that the command can clean up before it ends.
///
/// Only one exists at a time. When it goes away, it restores the earlier signal actions.
final class SignalWatch {
  /// Becomes readable when a signal has come, or a key where keys are taken.
  let descriptor: Int32

  /// Gives the terminal back for as long as the program is stopped by Ctrl-Z, and takes it again.
  var whileStopped: (_ stop: () -> Void) -> Void = { $0() }

  /// The keys of the terminal; nil where they are not taken.
  private var keys: TerminalKeys?
  private var before: [(signal: Int32, action: sigaction)] = []

  /// - Parameter drawsScreen: whether changes of the terminal's size, Ctrl-Z and its keys are
  ///   taken too.
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
  /// The key `q` asks for it as Ctrl-C does.
  var ending: Int32? {
    drain()
    stopIfAsked()
    if keys?.takesQuit() == true { endingSignal.store(SIGINT, ordering: .relaxed) }
    let signal = endingSignal.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Returns the next key that was pressed, in lower case; nil once there is none.
  func takeKey() -> Character? { keys?.next() }

  /// Returns whether the terminal has another size since the last call.
  func takeResize() -> Bool {
    drain()
    return isResized.exchange(false, ordering: .relaxed)
  }

  /// Waits, at most so long, for a signal.
  func wait(seconds: Double) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, Int32(max(0, min(seconds * 1000, 3_600_000)).rounded(.up)))
  }

  /// Ctrl-Z: stops as the terminal's own handling of it would.
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

/// The handler: only what POSIX allows there.
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
