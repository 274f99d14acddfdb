import Foundations
import ProfileCodec
import Synchronization

/// Shows on the terminal how many profiles, or bytes, have been read.
final class ReadingProgress: Sendable {
  /// The name of a single profile, as a terminal may show it.
  private let name: String
  private let count: Int
  private let line: ProgressLine
  private let bytes = Atomic<Int>(0)
  private let done = Atomic<Int>(0)

  /// - Parameters:
  ///   - names: the names of the profiles, as a terminal may show them.
  ///   - show: writes text to the terminal unchanged.
  init(_ names: [String], show: @escaping (String) -> Void) {
    name = names.first ?? ""
    count = names.count
    line = ProgressLine(show)
  }

  /// - Parameter size: the size of a file that is read alone; 0 when unknown.
  func add(_ count: Int, of size: Int) {
    let bytes = bytes.add(count, ordering: .relaxed).newValue
    line.update {
      guard self.count == 1 else {
        let done = done.load(ordering: .relaxed)
        return
          "read \(groupedDigits(Int64(done))) of \(groupedDigits(Int64(self.count))) profiles "
          + "(\(done * 100 / self.count)%), \(bytes >> 20) MB"
      }
      let part = size > 0 ? " of \(size >> 20) MB (\(bytes * 100 / size)%)" : ""
      return "reading \(name): \(bytes >> 20) MB\(part)"
    }
  }

  /// Counts a profile that was read.
  func finishOne() { done.add(1, ordering: .relaxed) }

  deinit { line.remove() }
}

/// Passes bytes on and counts them.
final class ProgressSource: ByteSource {
  private let base: any ByteSource
  private let progress: ReadingProgress

  init(_ base: any ByteSource, _ progress: ReadingProgress) {
    self.base = base
    self.progress = progress
  }

  var byteCount: Int? { base.byteCount }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let count = try base.read(into: &buffer)
    progress.add(count, of: base.byteCount ?? 0)
    return count
  }
}
