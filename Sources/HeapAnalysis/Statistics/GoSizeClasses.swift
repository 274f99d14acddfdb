import Foundations

/// The block sizes of Go's allocator on 64-bit machines.
enum GoSizeClasses {
  /// The size classes up to 32 KiB (internal/runtime/gc/sizeclasses.go; the same since Go 1.16).
  static let sizes: [Int64] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352,
    384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048,
    2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
    32768,
  ]

  private static let pageSize: Int64 = 8192

  /// Since Go 1.22, blocks over 512 bytes with pointers begin with a header, up to the size at
  /// which a block gets a span of its own (runtime/mbitmap.go).
  private static let headerSize: Int64 = 8
  private static let largestWithoutHeader: Int64 = 512

  /// The block size for a value with pointers.
  ///
  /// - Parameter bytes: positive and below 2⁶².
  static func blockSize(forPointers bytes: Int64, hasHeader: Bool) -> Int64 {
    let header = hasHeader && bytes > largestWithoutHeader ? headerSize : 0
    if let last = sizes.last, bytes + header <= last {
      return sizes.first { $0 >= bytes + header } ?? last
    }
    return (bytes + pageSize - 1) / pageSize * pageSize
  }

  /// How many elements with pointers an array in a block of this size may have; nil when no array
  /// has such a block.
  static func elementCounts(
    inBlock size: Int64, elementSize: Int64, hasHeader: Bool
  ) -> ClosedRange<Int64>? {
    guard size >= elementSize, size < 1 << 48 else { return nil }
    func block(_ count: Int64) -> Int64 {
      blockSize(forPointers: count * elementSize, hasHeader: hasHeader)
    }
    // Block sizes rise with the count, so a binary search finds both ends.
    func first(where isReached: (Int64) -> Bool) -> Int64 {
      firstNumber(in: 1..<size / elementSize + 1, where: isReached)
    }
    let lower = first { block($0) >= size }
    let upper = first { block($0) > size } - 1
    return lower <= upper ? lower...upper : nil
  }
}
