import Glibc
import ProfileModel
import StackGraph

/// Lines of folded stacks, put together in memory of their own: a line takes what
/// it begins with from the line before.
///
/// The memory is used again for the next lines: clearing new pages for a gigabyte of
/// them took longer than writing them. It is sendable as one thread at a time fills it.
final class FoldedLines: @unchecked Sendable {
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 16
  private var count = 0

  init() { memory = .allocate(capacity: capacity) }

  /// Puts the lines of some stacks in the place of those before.
  ///
  /// - Parameter figure: what is written for a stack's sums of values and divisors;
  ///   a line of 0 is left out.
  func fill(
    _ entries: ArraySlice<FoldedStacks.Entry>, of parts: [FoldedStacks], _ names: FoldedNames,
    figure: (_ value: Int64, _ divisor: Int64) -> Int64
  ) {
    count = 0
    // Where the line before begins, and where each of its symbols ends.
    var lineStart = 0
    var ends: [Int] = []
    names.bytes.withUnsafeBufferPointer { text in
      for entry in entries {
        parts[entry.part].withSymbols(of: entry) { symbols in
          // The first line here has none before it.
          let shared = min(entry.shared, ends.count)
          let keptBytes = shared == 0 ? 0 : ends[shared - 1]
          // A number has at most 20 characters, and a line its end.
          reserve(entry.length + 21)
          let old = memory + lineStart
          let line = memory + count
          if old != line { memcpy(line, old, keptBytes) }
          ends.removeLast(ends.count - shared)
          var end = keptBytes
          for symbol in symbols[shared...] {
            let range = names.range(of: symbol)
            memcpy(line + end, text.baseAddress! + range.lowerBound, range.count)
            end += range.count
            ends.append(end)
          }
          lineStart = count
          let figure = figure(entry.value, entry.divisor)
          // Left out, it still is what the next line begins like.
          if figure != 0 { count += end + write(figure, to: line + end) }
        }
      }
    }
  }

  deinit { memory.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

  private func reserve(_ more: Int) {
    if count + more <= capacity { return }
    let old = capacity
    while capacity < count + more { capacity *= 2 }
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    // What lies behind the last line may be one that was left out.
    memcpy(new, memory, old)
    memory.deallocate()
    memory = new
  }

  /// Writes a number and a line's end; returns their length.
  private func write(_ number: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    return withUnsafeMutableBytes(of: &digits) { digits in
      var rest = number.magnitude
      var first = digits.count
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        first -= 1
        digits[first] = UInt8(ascii: "-")
      }
      let length = digits.count - first
      memcpy(place, digits.baseAddress! + first, length)
      place[length] = UInt8(ascii: "\n")
      return length + 1
    }
  }
}
