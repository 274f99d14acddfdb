import Foundations
import Glibc

/// Keeps what came through a pipe in `$XDG_DATA_HOME/heapscope/profiles`, so that
/// the next command can look at it again.
///
/// It is a convenience: where it cannot be written, nothing is kept and nothing said.
final class StreamKeeper {
  /// The most profiles to keep; older ones go.
  private static let capacity = 20

  private let folder: String
  private let temporary: String
  private var descriptor: Int32

  init?(_ environment: [String: String]) {
    guard let base = directory("XDG_DATA_HOME", ".local/share", environment) else { return nil }
    folder = base + "/profiles"
    makeDirectories(folder)
    removeStrayTemporaries(in: folder, isOwn: true)
    let time = currentTime()
    temporary = "\(folder)/.piped-\(time.tv_sec).\(time.tv_nsec)-\(getpid()).tmp"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { return nil }
    lockTemporary(descriptor)
  }

  deinit { discard() }

  func append(_ bytes: Span<UInt8>) {
    guard descriptor >= 0, !bytes.isEmpty else { return }
    do { try writeAll(bytes, to: descriptor) } catch { discard() }
  }

  /// Returns the path of the kept profile, or nil.
  func finish() -> String? {
    guard descriptor >= 0 else { return nil }
    close(descriptor)
    descriptor = -1
    let stamp = localTime(Int64(time(nil)) * 1_000_000_000, "%Y%m%d-%H%M%S")
    let path = "\(folder)/piped-\(stamp)-\(getpid()).pprof"
    guard rename(temporary, path) == 0 else {
      unlink(temporary)
      return nil
    }
    removeOld()
    return path
  }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
    descriptor = -1
  }

  private func removeOld() {
    let names = fileNames(in: folder).filter { $0.hasPrefix("piped-") }
    // The names begin with the time.
    for name in names.sorted().dropLast(Self.capacity) { unlink("\(folder)/\(name)") }
  }
}
