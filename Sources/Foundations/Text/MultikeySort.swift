/// Returns rows in the order of the texts that they stand for.
///
/// Texts are compared a few symbols at a time, which `key` packs into a number. Numbers at an even
/// depth sort like the texts, and the last symbol is 0 exactly when the text ends there. Rows with
/// equal numbers are sorted by what follows, so no symbol is examined twice, and long texts with a
/// common beginning cost no more than their length (multikey quicksort, with the keys beside the
/// rows). When its pivots are repeatedly bad, as a crafted file can make them, the numbers are
/// sorted by other means. Equal texts are in no particular order.
///
/// - Parameters:
///   - count: the rows are 0 up to this.
///   - endMask: covers the last symbol of a number.
///   - key: the number of a row at a depth, which counts numbers.
@inlinable @inline(__always)
public func multikeySorted(
  count: Int, endMask: UInt64, key: (_ row: Int, _ depth: Int) -> UInt64
) -> [UInt32] {
  let memory = OwnedBuffer<SortEntry>(capacity: count)
  let entries = memory.start
  defer { withExtendedLifetime(memory) {} }
  for row in 0..<count { entries[row] = SortEntry(key: key(row, 0), row: UInt32(row)) }
  /// Continues with rows whose numbers are equal.
  func goOn(_ low: Int, _ high: Int, _ depth: Int, _ jobs: inout [SortJob]) {
    if high - low < 2 || entries[low].key & endMask == 0 { return }
    for index in low..<high {
      entries[index].key = key(Int(entries[index].row), depth + 1)
    }
    jobs.append(SortJob(low: low, high: high, depth: depth + 1))
  }
  // A list of jobs instead of recursion, since the file determines how deep stacks are.
  var jobs = [SortJob(low: 0, high: count, depth: 0)]
  while let job = jobs.popLast() {
    let size = job.high - job.low
    if size < 2 { continue }
    if job.turns == 0 {
      var part = UnsafeMutableBufferPointer(start: entries + job.low, count: size)
      part.sort { $0.key < $1.key }
      var low = job.low
      for index in job.low + 1...job.high
      where index == job.high || entries[index].key != entries[low].key {
        goOn(low, index, job.depth, &jobs)
        low = index
      }
      continue
    }
    let first = entries[job.low].key
    let middle = entries[job.low + size / 2].key
    let last = entries[job.high - 1].key
    let pivot = max(min(first, middle), min(max(first, middle), last))
    // Smaller keys, then equal ones, then unexamined ones, then larger ones.
    var equal = job.low
    var next = job.low
    var larger = job.high
    while next < larger {
      let entry = entries[next]
      if entry.key < pivot {
        entries[next] = entries[equal]
        entries[equal] = entry
        equal += 1
        next += 1
      } else if entry.key > pivot {
        larger -= 1
        entries[next] = entries[larger]
        entries[larger] = entry
      } else {
        next += 1
      }
    }
    jobs.append(SortJob(low: job.low, high: equal, depth: job.depth, turns: job.turns - 1))
    jobs.append(SortJob(low: larger, high: job.high, depth: job.depth, turns: job.turns - 1))
    goOn(equal, larger, job.depth, &jobs)
  }
  return (0..<count).map { entries[$0].row }
}

/// Returns eight bytes of a text for ``multikeySorted(count:endMask:key:)``.
///
/// - Parameters:
///   - text: its place in the bytes; it contains no 0.
///   - depth: counts groups of eight bytes.
///   - last: a byte that follows the text, or 0 for none.
@inlinable @inline(__always)
public func textNumber(
  _ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, depth: Int, last: UInt8 = 0
) -> UInt64 {
  var position = text.lowerBound + depth * 8
  if position + 8 <= text.upperBound {
    return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }
  var number: UInt64 = 0
  for _ in 0..<8 {
    number <<= 8
    if position < text.upperBound {
      number |= UInt64(bytes[position])
    } else if position == text.upperBound {
      number |= UInt64(last)
    }
    position += 1
  }
  return number
}

/// A row with its number at a depth.
@frozen @usableFromInline
struct SortEntry {
  @usableFromInline var key: UInt64
  @usableFromInline var row: UInt32

  @inlinable
  init(key: UInt64, row: UInt32) {
    self.key = key
    self.row = row
  }
}

/// Rows that are equal up to a depth.
@frozen @usableFromInline
struct SortJob {
  @usableFromInline var low: Int
  @usableFromInline var high: Int
  @usableFromInline var depth: Int
  /// The remaining partitions allowed at this depth.
  @usableFromInline var turns: Int

  /// - Parameter turns: nil for rows at a new depth.
  @inlinable
  init(low: Int, high: Int, depth: Int, turns: Int? = nil) {
    self.low = low
    self.high = high
    self.depth = depth
    // Random pivots need about twice the binary logarithm.
    self.turns = turns ?? 4 * (Int.bitWidth - (high - low).leadingZeroBitCount)
  }
}
