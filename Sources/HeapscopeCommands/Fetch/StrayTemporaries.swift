import Foundations
import Glibc

/// Removes the temporary files of processes that were killed while they wrote them.
///
/// - Parameter isOwn: the folder is heapscope's own, and so is each hidden `.tmp` file in it. In
///   other folders the name must be one that ``Download`` gives.
func removeStrayTemporaries(in folder: String, isOwn: Bool) {
  for name in fileNames(in: folder, hidden: true)
  where name.hasSuffix(".tmp") && (isOwn || beginsWithTime(name)) {
    let path = "\(folder)/\(name)"
    guard let file = try? openRegularFile(path, for: O_RDWR) else { continue }
    defer { close(file.descriptor) }
    guard file.status.st_uid == geteuid(), !isWritten(name, file) else { continue }
    unlink(path)
  }
}

private let secondsADay = 86_400

/// Whether a process may still be writing the file.
private func isWritten(_ name: String, _ file: (descriptor: Int32, status: stat)) -> Bool {
  if lockf(file.descriptor, F_TEST, 0) != 0 { return true }
  // Between creation and locking there is a moment without a lock. Process numbers recur, and on a
  // shared home they may be another machine's.
  let isAlive = process(of: name).map { kill($0, 0) == 0 || errno == EPERM } ?? false
  return isAlive && time(nil) - file.status.st_mtim.tv_sec < secondsADay
}

/// The process number in `.20261124-012345.678-localhost-6060-heap-4711-2.tmp`, the second of
/// several downloads of process 4711.
private func process(of name: String) -> pid_t? {
  let numbers = name.dropLast(".tmp".count).split { $0 == "-" || $0 == "." }.suffix(2)
    .map { pid_t($0) }
  guard let last = numbers.last ?? nil else { return nil }
  // Only a few are fetched at the same time.
  if last < 100, numbers.count == 2, let owner = numbers[0] { return owner }
  return last
}

/// `.20261124-012345.`
private func beginsWithTime(_ name: String) -> Bool {
  name.utf8.count > 17
    && name.utf8.enumerated().prefix(17).allSatisfy { index, letter in
      switch index {
      case 0, 16: letter == UInt8(ascii: ".")
      case 9: letter == UInt8(ascii: "-")
      default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter)
      }
    }
}
