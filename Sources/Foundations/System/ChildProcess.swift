package import Glibc

/// Starts a program found on the PATH; nil when there is none.
///
/// - Parameters:
///   - signals: what do in the program what they do by default: ignored ones would be inherited.
///   - ownGroup: whether the program gets a process group, so that Ctrl-C is not for it.
///   - prepare: says what becomes of the program's descriptors.
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
