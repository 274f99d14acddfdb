import Foundations
import Glibc

/// Marks an unfinished file as one that a process is still writing, for as long as it lives.
func lockTemporary(_ descriptor: Int32) { _ = lockf(descriptor, F_TLOCK, 0) }

/// Removes the unfinished files of processes that were killed while they wrote them.
///
/// - Parameter isOwn: the folder is heapscope's own, and each hidden `.tmp` in it too; in
///   others the name must be one that ``Download`` gives.
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

/// Whether a process may still be at it.
private func isWritten(_ name: String, _ file: (descriptor: Int32, status: stat)) -> Bool {
  if lockf(file.descriptor, F_TEST, 0) != 0 { return true }
  // A moment lies between making a file and locking it. Numbers of processes come again,
  // and on a shared home they are another machine's.
  let isAlive = process(of: name).map { kill($0, 0) == 0 || errno == EPERM } ?? false
  return isAlive && time(nil) - file.status.st_mtim.tv_sec < secondsADay
}

/// The process in `.20261124-012345.678-localhost-6060-heap-4711-2.tmp`, the second of
/// several downloads of 4711.
private func process(of name: String) -> pid_t? {
  let numbers = name.dropLast(".tmp".count).split { $0 == "-" || $0 == "." }.suffix(2)
    .map { pid_t($0) }
  guard let last = numbers.last ?? nil else { return nil }
  // No more than a few are fetched at the same time.
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
