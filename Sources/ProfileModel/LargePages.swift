import Glibc

/// Asks the kernel to use large pages for memory that is about to be written to for the
/// first time: finding and clearing small ones takes longer than filling them.
package func useLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  let page = 2 << 20
  guard memory.count >= 2 * page, let start = memory.baseAddress else { return }
  let aligned = (Int(bitPattern: start) + page - 1) & ~(page - 1)
  // A kernel that knows no such pages refuses, which does no harm.
  _ = madvise(
    UnsafeMutableRawPointer(bitPattern: aligned), Int(bitPattern: start) + memory.count - aligned,
    MADV_HUGEPAGE)
}
