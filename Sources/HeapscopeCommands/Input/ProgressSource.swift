import Glibc
import ProfileCodec

/// Hands bytes on and shows how far reading has come, once it takes over a second.
final class ProgressSource: ByteSource {
  private let base: any ByteSource
  private let name: String

  /// The size of the file, or 0 when it is not known.
  private let size: Int

  /// Takes text for the terminal as it is.
  private let show: (String) -> Void
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var count = 0

  init(_ base: any ByteSource, name: String, size: Int, show: @escaping (String) -> Void) {
    self.base = base
    self.name = name
    self.size = size
    self.show = show
  }

  var byteCount: Int? { base.byteCount }

  /// Takes the progress off the terminal.
  deinit { if lastShown != nil { show("\r\u{1b}[K") } }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let got = try base.read(into: &buffer)
    count += got
    let now = ContinuousClock.now
    if now - start > .seconds(1), lastShown.map({ now - $0 > .milliseconds(200) }) ?? true {
      lastShown = now
      let part = size > 0 ? " of \(size >> 20) MB (\(count * 100 / size)%)" : ""
      show("\r\u{1b}[Kheapscope: reading \(name): \(count >> 20) MB\(part)")
    }
    return got
  }
}
