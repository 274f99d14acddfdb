import Glibc

/// The size of the pages that ``useLargePages(_:)`` requests.
package let largePageSize = 2 << 20

/// Asks the kernel to use large pages for memory that is about to be written to for the first time:
/// finding and clearing small ones takes longer than filling them.
///
/// - Returns: the address of the first large page, or nil when the memory is too small.
@discardableResult
package func useLargePages(_ memory: UnsafeMutableRawBufferPointer) -> Int? {
  guard memory.count >= 2 * largePageSize, let start = memory.baseAddress else { return nil }
  let first = (Int(bitPattern: start) + largePageSize - 1) & ~(largePageSize - 1)
  // A kernel without such pages refuses, which does no harm.
  _ = madvise(
    UnsafeMutableRawPointer(bitPattern: first), Int(bitPattern: start) + memory.count - first,
    MADV_HUGEPAGE)
  return first
}
