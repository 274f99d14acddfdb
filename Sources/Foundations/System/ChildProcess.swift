package import Glibc

/// Starts a program found on the PATH; nil when there is none.
///
/// - Parameters:
///   - signals: the signals to reset to their default in the program, which would inherit ignored
///     ones.
///   - ownGroup: whether the program gets a process group, so that Ctrl-C does not reach it.
///   - prepare: sets up the program's file descriptors.
package func startProgram(
  _ words: [String], resetting signals: [Int32], ownGroup: Bool = false,
  prepare: (inout posix_spawn_file_actions_t) -> Void
) -> pid_t? {
  guard let name = words.first else { return nil }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  prepare(&actions)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var defaults = sigset_t()
  sigemptyset(&defaults)
  for signal in signals { sigaddset(&defaults, signal) }
  posix_spawnattr_setsigdefault(&attributes, &defaults)
  let flags = POSIX_SPAWN_SETSIGDEF | (ownGroup ? POSIX_SPAWN_SETPGROUP : 0)
  posix_spawnattr_setflags(&attributes, Int16(flags))
  var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  return posix_spawnp(&process, name, &actions, &attributes, &arguments, environ) == 0
    ? process : nil
}
