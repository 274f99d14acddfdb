/// Determines which slots of a page of small objects are not objects.
///
/// The runtime's writer walks the whole page, but its collector keeps bits at the end of pages of
/// small objects. What is there looks like objects, and is not.
struct PhantomSlots {
  /// Bytes at the end of a page that belong to the collector, without and with pointers.
  private var plainTail = 0
  private var pointerTail = 0

  /// Objects of one word have no marks beside them.
  private var isGreenTea = false

  /// The largest objects that share a page with such bits.
  static let largestSize: UInt64 = 512
  static let pageSize: UInt64 = 8192

  init() {}

  /// - Parameter goVersion: `go1.27.3`, possibly with experiments: `go1.25.1 X:greenteagc`.
  init(goVersion: String) {
    let minor = GoVersion(goVersion).minor ?? .max
    if minor < 22 { return }
    pointerTail = 128
    isGreenTea =
      goVersion.contains("greenteagc")
      ? !goVersion.contains("nogreenteagc") : minor >= 26
    if isGreenTea {
      plainTail = 128
      pointerTail = 256
    }
  }

  /// How many slots of a page contain objects.
  func count(ofSize size: UInt64, hasPointers: Bool) -> UInt64 {
    var tail = hasPointers ? pointerTail : plainTail
    if isGreenTea, size == 8 { tail -= 128 }
    return (Self.pageSize - UInt64(tail)) / size
  }
}

/// A Go version, as programs state it.
package struct GoVersion: Sendable {
  package private(set) var major: Int?
  package private(set) var minor: Int?

  package init(_ text: String) {
    guard let start = text.firstRange(of: "go")?.upperBound else { return }
    let parts = text[start...].split(separator: ".", maxSplits: 2)
    guard parts.count > 1 else { return }
    major = Int(parts[0])
    minor = Int(parts[1].prefix { $0.isASCII && $0.isNumber })
  }
}
