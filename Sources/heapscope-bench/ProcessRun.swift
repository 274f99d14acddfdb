import Glibc

/// One run of a program: its total time and its peak memory.
struct ProcessRun {
  var seconds: Double

  /// The time that all its threads spent on the processor, including in the kernel. Other programs
  /// on the machine increase this less than the elapsed time.
  var processorSeconds: Double
  var peakBytes: Int
  var status: Int32

  /// Starts a program with empty standard input, discards its output, and waits for it.
  ///
  /// - Parameter mayFail: leaves a nonzero exit status to the caller.
  init(_ arguments: [String], environment: [String], mayFail: Bool = false) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let start = Self.now()
    let problem = posix_spawn(&child, arguments[0], &actions, nil, argv, envp)
    if problem != 0 { fail("\(arguments[0]): \(String(cString: strerror(problem)))") }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0 {
      if errno != EINTR { fail("wait4: \(String(cString: strerror(errno)))") }
    }
    seconds = Self.now() - start
    func inSeconds(_ time: timeval) -> Double {
      Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
    processorSeconds = inSeconds(usage.ru_utime) + inSeconds(usage.ru_stime)
    // Linux counts in KiB.
    peakBytes = usage.ru_maxrss << 10
    self.status = status & 0x7f == 0 ? (status >> 8) & 0xff : -1
    if self.status < 0 || self.status > 0 && !mayFail {
      fail("\(arguments.joined(separator: " ")): exit status \(self.status)")
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

func fail(_ message: String) -> Never {
  fputs("heapscope-bench: \(message)\n")
  exit(1)
}

/// Writes a text to standard error.
func fputs(_ text: String) {
  let bytes = Array(text.utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
