import ProfileModel
import StackGraph

/// Which symbols each location stands for, so that a frame is one look at one table.
struct FoldedFrames: Sendable {
  /// The symbol where others follow, or this flag and a place in ``lists``.
  let words: [UInt32]

  /// How many symbols a location has, followed by these, root first.
  let lists: [UInt32]

  /// The symbol of each location where nothing follows.
  let leaves: [UInt32]

  static let severalFlag: UInt32 = 1 << 31

  init(_ table: NodeTable, _ names: FoldedNames) {
    var words: [UInt32] = []
    var lists: [UInt32] = []
    var leaves: [UInt32] = []
    words.reserveCapacity(table.locationEnds.count)
    leaves.reserveCapacity(table.locationEnds.count)
    let nodes = table.locationNodes.map(\.rawValue)
    var start = 0
    for end in table.locationEnds {
      leaves.append(names.leaf[Int(nodes[start])])
      if end - start == 1 {
        words.append(names.inner[Int(nodes[start])])
      } else {
        words.append(Self.severalFlag | UInt32(lists.count))
        lists.append(UInt32(end - start))
        for node in nodes[start..<end].reversed() { lists.append(names.inner[Int(node)]) }
      }
      start = end
    }
    self.words = words
    self.lists = lists
    self.leaves = leaves
  }

  /// How many symbols a location has.
  @inline(__always)
  func count(_ location: UInt32) -> Int {
    let word = words[Int(location)]
    return word < Self.severalFlag ? 1 : Int(lists[Int(word & ~Self.severalFlag)])
  }
}

/// The stacks of some samples as symbols, root first, sorted.
struct FoldedStacks: Sendable {
  /// The symbols of all stacks one after another, each ended by two zeros.
  private let symbols: [UInt32]
  private let starts: [Int]
  private let values: [Int64]
  private let divisors: [Int64]

  /// The stacks in the order of their lines.
  private let order: [UInt32]

  init(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], divisors: [Int64]?,
    frames table: FoldedFrames, noStack: UInt32
  ) {
    var starts: [Int] = []
    var stackValues: [Int64] = []
    var stackDivisors: [Int64] = []
    let ends = samples.frameEnds
    symbols = samples.withFrameRows { frames in
      let firstFrame = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
      let lastFrame = range.isEmpty ? firstFrame : ends[range.upperBound - 1]
      var symbolCount = range.count * 3
      for frame in frames[firstFrame..<lastFrame] { symbolCount += table.count(frame) }
      return [UInt32](unsafeUninitializedCapacity: symbolCount) { symbols, used in
        var frameStart = firstFrame
        for sample in range {
          let frameEnd = ends[sample]
          defer { frameStart = frameEnd }
          if values[sample] == 0 { continue }
          let first = used
          starts.append(first)
          stackValues.append(values[sample])
          if let divisors { stackDivisors.append(divisors[sample]) }
          var index = frameEnd
          while index > frameStart {
            index -= 1
            let word = table.words[Int(frames[index])]
            if word < FoldedFrames.severalFlag {
              symbols[used] = word
              used += 1
              continue
            }
            let list = Int(word & ~FoldedFrames.severalFlag)
            for row in list + 1..<list + 1 + Int(table.lists[list]) {
              symbols[used] = table.lists[row]
              used += 1
            }
          }
          if used == first {
            symbols[used] = noStack
            used += 1
          } else {
            symbols[used - 1] = table.leaves[Int(frames[frameStart])]
          }
          symbols[used] = 0
          symbols[used + 1] = 0
          used += 2
        }
      }
    }
    let symbols = self.symbols
    order = symbols.withUnsafeBufferPointer { symbols in
      starts.withUnsafeBufferPointer { starts in
        multikeySorted(count: starts.count, endMask: 0xffff_ffff) { row, depth in
          let position = starts[row] + depth * 2
          return UInt64(symbols[position]) << 32 | UInt64(symbols[position + 1])
        }
      }
    }
    self.starts = starts
    self.values = stackValues
    self.divisors = stackDivisors
  }

  private func start(_ position: Int) -> Int { starts[Int(order[position])] }

  /// A distinct stack.
  struct Entry: Sendable {
    /// Where its symbols are: a part, and a place in ``symbols(from:count:)``.
    var part: Int
    var start: Int
    var count: Int

    /// How many symbols the entry before begins with too.
    var shared: Int

    /// The bytes of its text.
    var length: Int
    var value: Int64
    var divisor: Int64
  }

  /// Calls the body with an entry's symbols.
  @inline(__always)
  func withSymbols<Result>(
    of entry: Entry, _ body: (UnsafeBufferPointer<UInt32>) -> Result
  ) -> Result {
    symbols.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[entry.start..<entry.start + entry.count]))
    }
  }

  /// Goes through the distinct stacks of several parts, in order.
  struct Cursor {
    private let parts: [FoldedStacks]
    private let names: FoldedNames
    private var next: [Int]
    private var last: (part: Int, start: Int, count: Int)?

    /// Where each symbol of the last entry ends in its text.
    private var ends: [Int] = []

    init(_ parts: [FoldedStacks], _ names: FoldedNames) {
      self.parts = parts
      self.names = names
      next = parts.map { _ in 0 }
    }

    /// Returns the next entries, up to a length of their texts together, and at
    /// least one while there are any.
    ///
    /// - Throws: ``ReportTooLong`` when a single one is longer than a report may be.
    mutating func take(bytes: Int) throws(ReportTooLong) -> [Entry] {
      var result: [Entry] = []
      var length = 0
      while length < bytes, let entry = takeOne() {
        if entry.length > TextOutput.limit { throw ReportTooLong() }
        length += entry.length
        result.append(entry)
      }
      return result
    }

    private mutating func takeOne() -> Entry? {
      // The first stack among those that the parts come to next.
      var best: (part: Int, start: Int)?
      for part in parts.indices where next[part] < parts[part].order.count {
        let start = parts[part].start(next[part])
        if let known = best,
          parts[part].order(start, before: known.start, of: parts[known.part]) >= 0
        {
          continue
        }
        best = (part, start)
      }
      guard let best else { return nil }
      // Its equals come next in their parts.
      var value: Int64 = 0
      var divisor: Int64 = 0
      for part in parts.indices {
        while next[part] < parts[part].order.count {
          let row = Int(parts[part].order[next[part]])
          let start = parts[part].starts[row]
          guard
            part == best.part && start == best.start
              || parts[part].order(start, before: best.start, of: parts[best.part]) == 0
          else { break }
          value &+= parts[part].values[row]
          if !parts[part].divisors.isEmpty { divisor &+= parts[part].divisors[row] }
          next[part] += 1
        }
      }
      var shared = 0
      var count = 0
      parts[best.part].symbols.withUnsafeBufferPointer { symbols in
        while symbols[best.start + count] != 0 { count += 1 }
        guard let last else { return }
        parts[last.part].symbols.withUnsafeBufferPointer { old in
          while shared < min(last.count, count),
            old[last.start + shared] == symbols[best.start + shared]
          {
            shared += 1
          }
        }
      }
      last = (best.part, best.start, count)
      ends.removeLast(ends.count - shared)
      var length = ends.last ?? 0
      for row in best.start + shared..<best.start + count {
        length += names.range(of: parts[best.part].symbols[row]).count
        ends.append(length)
      }
      return Entry(
        part: best.part, start: best.start, count: count, shared: shared, length: length,
        value: value, divisor: divisor)
    }
  }

  /// Negative when a stack comes before one of another part, 0 when they are equal.
  private func order(_ start: Int, before otherStart: Int, of other: FoldedStacks) -> Int {
    symbols.withUnsafeBufferPointer { symbols in
      other.symbols.withUnsafeBufferPointer { others in
        var offset = 0
        while true {
          let (one, two) = (symbols[start + offset], others[otherStart + offset])
          if one != two { return one < two ? -1 : 1 }
          if one == 0 { return 0 }
          offset += 1
        }
      }
    }
  }
}
