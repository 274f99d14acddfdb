import Foundations
import Glibc
import ProfileFetch

/// A profile that is being downloaded into a file.
///
/// It is written to a temporary file, which is renamed when complete.
final class Download {
  private let folder: String
  private let name: String
  private let file: TemporaryFile
  private var ending = ".pprof"
  private(set) var byteCount = 0

  /// Why the last write failed.
  private(set) var problem: SystemError?

  /// - Parameter name: of the file, without an extension.
  init(into folder: String, name: String) throws(SystemError) {
    self.folder = folder
    self.name = name
    makeDirectories(folder)
    file = try TemporaryFile("\(folder)/.\(name).tmp")
  }

  /// - Returns: false when writing fails.
  func append(_ bytes: Span<UInt8>) -> Bool {
    if byteCount == 0 {
      func begins(_ mark: String) -> Bool {
        bytes.count >= mark.utf8.count
          && mark.utf8.enumerated().allSatisfy { bytes[$0.offset] == $0.element }
      }
      if bytes.count > 0, bytes[0] == 0x1f { ending = ".pb.gz" }
      if begins("goroutine ") { ending = ".txt" }
      if begins("# HELP ") || begins("# TYPE ") { ending = ".prom" }
    }
    byteCount += bytes.count
    do { try file.append(bytes) } catch { problem = error }
    return problem == nil
  }

  /// Moves the file to its place, and returns its path.
  func finish() throws(SystemError) -> String {
    let path = "\(folder)/\(name)\(ending)"
    try file.finish(as: path)
    return path
  }
}

extension ProfileURL {
  /// A name for a file: `20261124-012345-localhost-6060-heap`, in UTC.
  ///
  /// - Parameter time: nanoseconds since 1970.
  func fileName(at time: timespec) -> String {
    let stamp = universalTime(Int64(time.tv_sec) * 1_000_000_000, "%Y%m%d-%H%M%S")
    let place = socket.map { String($0.split(separator: "/").last ?? "socket") } ?? host
    let words =
      [place] + (port.map { ["\($0)"] } ?? [])
      + [(path.split(separator: "/").last ?? "").prefix { $0 != ";" }]
      .map(String.init)
    let safe = words.joined(separator: "-").map {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "_"
    }
    let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
    return "\(stamp).\(milliseconds)-" + String(safe.prefix(80))
  }
}

func currentTime() -> timespec {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return time
}
