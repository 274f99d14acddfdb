import Foundations
import Glibc

/// Keeps what came through a pipe in `$XDG_DATA_HOME/heapscope/profiles`, so that the next command
/// can read it again.
///
/// It is a convenience: if it cannot be written, nothing is kept and there is no message.
final class StreamKeeper {
  /// The largest number of profiles to keep; older ones are deleted.
  private static let capacity = 20

  private let folder: String

  /// Nil once it is complete, or could not be written.
  private var file: TemporaryFile?

  init?(_ environment: [String: String]) {
    guard let base = directory("XDG_DATA_HOME", ".local/share", environment) else { return nil }
    folder = base + "/profiles"
    makeDirectories(folder)
    removeStrayTemporaries(in: folder, isOwn: true)
    let time = currentTime()
    let temporary = "\(folder)/.piped-\(time.tv_sec).\(time.tv_nsec)-\(getpid()).tmp"
    guard let file = try? TemporaryFile(temporary) else { return nil }
    self.file = file
  }

  func append(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    do { try file?.append(bytes) } catch { file = nil }
  }

  /// Returns the path of the kept profile, or nil.
  func finish() -> String? {
    guard let file else { return nil }
    self.file = nil
    let stamp = localTime(Int64(time(nil)) * 1_000_000_000, "%Y%m%d-%H%M%S")
    let path = "\(folder)/piped-\(stamp)-\(getpid()).pprof"
    do { try file.finish(as: path) } catch { return nil }
    removeOld()
    return path
  }

  private func removeOld() {
    let names = fileNames(in: folder).filter { $0.hasPrefix("piped-") }
    // The names begin with the time.
    for name in names.sorted().dropLast(Self.capacity) { unlink("\(folder)/\(name)") }
  }
}
